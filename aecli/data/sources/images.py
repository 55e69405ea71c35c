"""A folder of images."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import Field, PositiveInt, model_validator

from aecli.core.errors import DataError
from aecli.data.sources.own import OwnData
from aecli.data.sources.source import DATA_SETS, RawData

if TYPE_CHECKING:
    from aecli.data.decoding import Header
    from aecli.data.folder import Files, Parts
    from aecli.data.framing import Framing
    from aecli.data.stored import Stored
    from aecli.data.tiles import Tiles

    Chosen = tuple[dict[str, Files] | dict[str, Tiles], Framing, dict[Any, str]]
    """What is read of each part, the form of all, and what is wrong with some."""

log = logging.getLogger(__name__)

Side = Annotated[int, Field(ge=1, le=8192)]


@DATA_SETS.register
class Images(OwnData):
    """Your folder of PNG, JPEG, BMP, TIFF or WebP images; sub-folders are labels, train/ and test/ kept."""

    name: Literal["images"] = "images"
    """Which data set."""

    colour: Literal["auto", "grey", "rgb"] = "auto"
    """What images become; `auto` is `rgb` if one of them has colours. What is transparent lies on white."""

    size: tuple[Side, Side] | None = None
    """Height and width that all images get; needed where they differ in size, and for `fit: tiles`."""

    fit: Literal["resize", "crop", "pad", "tiles"] = "resize"
    """How an image of another size gets it: `resize` stretches; `crop` scales until it covers, and cuts off
    what sticks out; `pad` scales until it fits in, and fills up with black; `tiles` scales nothing, and cuts
    as many pieces of the size out of each image as stand side by side in it."""

    skip_broken: bool = False
    """Skip images that can't be read, and say how many; by default they are an error that names them."""

    memory_limit_mb: PositiveInt | None = None
    """Memory that the images of a training may take, in MiB; by default half of what is left. Beyond it
    they are decoded once into a file in aecli's cache, and streamed from there with the same results."""

    @model_validator(mode="after")
    def _size_of_tiles(self) -> Self:
        if self.fit == "tiles" and self.size is None:
            raise ValueError("'fit: tiles' needs 'size', the height and width of a tile")
        return self

    def read(self) -> RawData:
        """Reads the images in an order of chance, so that a limit takes some of each label."""
        from aecli.data.decoding import SUFFIXES
        from aecli.data.folder import survey
        from aecli.data.skipped import answer_for
        from aecli.data.streamed import fits

        # What else lies in a package is nobody's mistake.
        found = survey(self.place, SUFFIXES, quiet=self.in_package)
        parts, framing, broken = (self._tiles if self.fit == "tiles" else self._images)(found)
        count = sum(len(part) for part in parts.values())
        files = len({path for part in parts.values() for path in part.paths})
        in_memory = fits(count, framing.sample_shape, framing.dtype, self.memory_limit_mb)
        if not in_memory:
            log.warning(
                f"{self.place}: {count:,} images of {framing} are too many for memory; they are streamed"
            )
        stored = {name: _read(part, framing, broken, in_memory) for name, part in parts.items()}
        answer_for(list(broken.values()), len(broken), files, self.skip_broken, "images")
        for name, part in stored.items():
            if not len(part):
                raise DataError(f"{self.place}: no {name} image can be read")
        return RawData(
            stored["train"],
            stored["test"],
            validation=stored.get("validation"),
            source=self.located(),
            origin=str(self.place),
            framing=framing,
            skipped=tuple(broken.values()),
        )

    def _images(self, found: Parts) -> Chosen:
        """The images of each part, each a sample."""
        from aecli.data.folder import shuffled
        from aecli.data.image_files import read_headers

        parts = shuffled(found, self.test_fraction, self.test_seed, f"{self.place}: images")
        parts = {name: part.first(self.limit) for name, part in parts.items()}
        headers, broken = read_headers([path for part in parts.values() for path in part.paths])
        return parts, self._framing(headers), broken

    def _tiles(self, found: Parts) -> Chosen:
        """The tiles of each part, each a sample; an image that is smaller than a tile is a broken one."""
        from aecli.data.image_files import read_headers
        from aecli.data.skipped import answer_for
        from aecli.data.tiles import split_tiles, too_small

        assert self.size is not None
        paths = [path for part in found.values() for path in part.paths]
        headers, broken = read_headers(paths)
        for path, header in headers.items():
            if wrong := too_small(path, header.size, self.size):
                broken[path] = wrong
        if len(broken) == len(paths):
            answer_for(list(broken.values()), len(broken), len(paths), False, "images")
        sizes = {path: header.size for path, header in headers.items() if path not in broken}
        where = f"{self.place}: tiles"
        parts = split_tiles(found, sizes, self.size, self.test_fraction, self.test_seed, where)
        return {name: part.first(self.limit) for name, part in parts.items()}, self._framing(headers), broken

    def _framing(self, headers: dict[Any, Header]) -> Framing:
        """The form that suits images."""
        from aecli.data.framing import Framing

        if not headers:
            return Framing("grey", (1, 1))
        colours = {header.colour for header in headers.values()}
        colour = self.colour if self.colour != "auto" else "rgb" if "rgb" in colours else "grey"
        deep = colour == "grey" and any(header.depth == 16 for header in headers.values())
        size = self.size or self._common_size({path: header.size for path, header in headers.items()})
        return Framing(colour, size, self.fit, 16 if deep else 8)

    def _common_size(self, sizes: dict[Any, tuple[int, int]]) -> tuple[int, int]:
        """The size that all images have.

        Raises:
            DataError: They differ.
        """
        first = next(iter(sizes.values()))
        others = [path for path, size in sizes.items() if size != first]
        if not others:
            return first
        middle = sorted(sizes.values(), key=lambda size: size[0] * size[1])[len(sizes) // 2]
        counted = len(set(sizes.values()))
        examples = ", ".join(
            f"{path.name} {sizes[path][0]}×{sizes[path][1]}" for path in [next(iter(sizes)), *others[:2]]
        )
        raise DataError(
            f"{self.place}: the images have {counted} sizes (height × width: {examples}, …). Say which one "
            f"all should get: --set 'data.size=[{middle[0]}, {middle[1]}]', and how: data.fit=resize "
            "(or crop, or pad)"
        )


def _read(part: Files | Tiles, framing: Framing, broken: dict[Any, str], in_memory: bool) -> Stored:
    """Images, or tiles, and labels of what can be read; `broken` grows by what can't."""
    import numpy as np

    from aecli.data.folder import Files
    from aecli.data.image_files import read_images, read_tiles
    from aecli.data.stored import Stored

    if isinstance(part, Files):
        images, read = read_images(part.paths, framing, broken, in_memory=in_memory)
        pieces = None
    else:
        images, read = read_tiles(part, framing, broken, in_memory=in_memory)
        pieces = np.stack([part.owners, *2 * [part.numbers]], axis=1)[read]
    return Stored(images, None if part.labels is None else part.labels[read], pieces=pieces)
