"""A folder of pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import Field, PositiveInt, model_validator

from aecli.data.sources.own import OwnData
from aecli.data.sources.source import DATA_SETS, Say
from aecli.errors import DataError

if TYPE_CHECKING:
    from aecli.data.arrays import RawData
    from aecli.data.folder import Files
    from aecli.data.framing import Framing, Header
    from aecli.data.tiles import Tiles

    Chosen = tuple[Files | Tiles, Files | Tiles, Framing, dict[Any, str]]
    """What is read of the training and of the test pictures, their form, and what is wrong with some."""

Side = Annotated[int, Field(ge=1, le=8192)]


@DATA_SETS.register
class Images(OwnData):
    """Your folder of PNG, JPEG, BMP, TIFF or WebP pictures; sub-folders are labels, train/ and test/ kept."""

    name: Literal["images"] = "images"
    """Which data set."""

    colour: Literal["auto", "grey", "rgb"] = "auto"
    """What pictures become; `auto` is `rgb` if one of them has colours. What is transparent lies on white."""

    size: tuple[Side, Side] | None = None
    """Height and width that all pictures get; needed where they differ in size, and for `fit: tiles`."""

    fit: Literal["resize", "crop", "pad", "tiles"] = "resize"
    """How a picture of another size gets it: `resize` stretches; `crop` scales until it covers, and cuts off
    what sticks out; `pad` scales until it fits in, and fills up with black; `tiles` scales nothing, and cuts
    as many pieces of the size out of each picture as stand side by side in it."""

    skip_broken: bool = False
    """Skip pictures that can't be read, and say how many; by default they are an error that names them."""

    memory_limit_mb: PositiveInt | None = None
    """Memory that the pictures of a training may take, in MiB; by default half of what is left. Beyond it
    they are decoded once into a file in aecli's cache, and streamed from there with the same results."""

    @model_validator(mode="after")
    def _size_of_tiles(self) -> Self:
        if self.fit == "tiles" and self.size is None:
            raise ValueError("'fit: tiles' needs 'size', the height and width of a tile")
        return self

    def read(self, say: Say) -> RawData:
        """Reads the pictures in an order of chance, so that a limit takes some of each label."""
        from aecli.data.arrays import RawData
        from aecli.data.broken import answer_for
        from aecli.data.folder import survey
        from aecli.data.framing import SUFFIXES
        from aecli.data.streamed import fits

        # What else lies in a package is nobody's mistake.
        found = survey(self.place, SUFFIXES, (lambda _: None) if self.in_package else say)
        choose = self._tiles if self.fit == "tiles" else self._pictures
        train, test, framing, broken = choose(*found)
        count, files = len(train) + len(test), len({*train.paths, *test.paths})
        in_memory = fits(count, framing.image_shape, framing.dtype, self.memory_limit_mb)
        if not in_memory:
            say(f"{self.place}: {count:,} pictures of {framing} are too many for memory; they are streamed")
        pictures = [_read(part, framing, broken, in_memory) for part in (train, test)]
        answer_for(list(broken.values()), files, self.skip_broken, "pictures", say)
        for (images, _), name in zip(pictures, ("training", "test"), strict=True):
            if not len(images):
                raise DataError(f"{self.place}: no {name} picture can be read")
        return RawData(
            *pictures[0],
            *pictures[1],
            self.located(),
            str(self.place),
            framing=framing,
            skipped=tuple(broken.values()),
        )

    def _pictures(self, files: Files, test: Files | None) -> Chosen:
        """Training and test pictures, each an item."""
        from aecli.data.folder import shuffled
        from aecli.data.picture_files import read_headers

        where = f"{self.place}: pictures"
        train, test = shuffled(files, test, self.test_fraction, self.test_seed, where)
        train, test = train.first(self.limit), test.first(self.limit)
        headers, broken = read_headers([*train.paths, *test.paths])
        return train, test, self._framing(headers), broken

    def _tiles(self, files: Files, test: Files | None) -> Chosen:
        """Training and test tiles, each an item; a picture that is smaller than a tile is a broken one."""
        from aecli.data.broken import answer_for
        from aecli.data.picture_files import read_headers
        from aecli.data.tiles import split_tiles, too_small

        assert self.size is not None
        paths = [*files.paths, *([] if test is None else test.paths)]
        headers, broken = read_headers(paths)
        for path, header in headers.items():
            if wrong := too_small(path, header.size, self.size):
                broken[path] = wrong
        if len(broken) == len(paths):
            answer_for(list(broken.values()), len(paths), False, "pictures", print)
        sizes = {path: header.size for path, header in headers.items() if path not in broken}
        where = f"{self.place}: tiles"
        parts = split_tiles(files, test, sizes, self.size, self.test_fraction, self.test_seed, where)
        train, tested = (part.first(self.limit) for part in parts)
        return train, tested, self._framing(headers), broken

    def _framing(self, headers: dict[Any, Header]) -> Framing:
        """The form that suits pictures."""
        from aecli.data.framing import Framing

        if not headers:
            return Framing("grey", (1, 1))
        colours = {header.colour for header in headers.values()}
        colour = self.colour if self.colour != "auto" else "rgb" if "rgb" in colours else "grey"
        deep = colour == "grey" and any(header.depth == 16 for header in headers.values())
        size = self.size or self._common_size({path: header.size for path, header in headers.items()})
        return Framing(colour, size, self.fit, 16 if deep else 8)

    def _common_size(self, sizes: dict[Any, tuple[int, int]]) -> tuple[int, int]:
        """The size that all pictures have.

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
            f"{self.place}: the pictures have {counted} sizes (height × width: {examples}, …). Say which one "
            f"all should get: --set 'data.size=[{middle[0]}, {middle[1]}]', and how: data.fit=resize "
            "(or crop, or pad)"
        )


def _read(part: Files | Tiles, framing: Framing, broken: dict[Any, str], in_memory: bool) -> tuple[Any, Any]:
    """Pictures, or tiles, and labels of what can be read; `broken` grows by what can't."""
    from aecli.data.folder import Files
    from aecli.data.picture_files import read_pictures, read_tiles

    if isinstance(part, Files):
        images, read = read_pictures(part.paths, framing, broken, in_memory=in_memory)
    else:
        images, read = read_tiles(part, framing, broken, in_memory=in_memory)
    return images, None if part.labels is None else part.labels[read]
