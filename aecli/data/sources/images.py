"""A folder of pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, PositiveInt

from aecli.data.sources.own import OwnData
from aecli.data.sources.source import DATA_SETS, Say
from aecli.errors import DataError

if TYPE_CHECKING:
    from aecli.data.arrays import RawData
    from aecli.data.folder import Files
    from aecli.data.framing import Framing

Side = Annotated[int, Field(ge=1, le=8192)]


@DATA_SETS.register
class Images(OwnData):
    """Your folder of PNG, JPEG, BMP, TIFF or WebP pictures; sub-folders are labels, train/ and test/ kept."""

    name: Literal["images"] = "images"
    """Which data set."""

    colour: Literal["auto", "grey", "rgb"] = "auto"
    """What pictures become; `auto` is `rgb` if one of them has colours. What is transparent lies on white."""

    size: tuple[Side, Side] | None = None
    """Height and width that all pictures get; needed where they differ in size."""

    fit: Literal["resize", "crop", "pad"] = "resize"
    """How a picture of another size gets it: `resize` stretches; `crop` scales until it covers, and cuts off
    what sticks out; `pad` scales until it fits in, and fills up with black."""

    skip_broken: bool = False
    """Skip pictures that can't be read, and say how many; by default they are an error that names them."""

    memory_limit_mb: PositiveInt | None = None
    """Memory that the pictures of a training may take, in MiB; by default half of what is left. Beyond it
    they are decoded once into a file in aecli's cache, and streamed from there with the same results."""

    def read(self, say: Say) -> RawData:
        """Reads the pictures in an order of chance, so that a limit takes some of each label."""
        from aecli.data.arrays import RawData
        from aecli.data.broken import answer_for
        from aecli.data.folder import shuffled, survey
        from aecli.data.framing import SUFFIXES
        from aecli.data.streamed import fits

        found = survey(self.place, SUFFIXES, say)
        train, test = shuffled(*found, self.test_fraction, self.test_seed, f"{self.place}: pictures")
        train, test = train.first(self.limit), test.first(self.limit)
        framing, broken = self._framing([*train.paths, *test.paths])
        count = len(train) + len(test)
        in_memory = fits(count, framing.image_shape, framing.dtype, self.memory_limit_mb)
        if not in_memory:
            say(f"{self.place}: {count:,} pictures of {framing} are too many for memory; they are streamed")
        pictures = [_read(part, framing, broken, in_memory) for part in (train, test)]
        answer_for(list(broken.values()), count, self.skip_broken, "pictures", say)
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

    def _framing(self, paths: list[Any]) -> tuple[Framing, dict[Any, str]]:
        """The form that suits pictures, and those of which not even the header can be read."""
        from aecli.data.framing import Framing
        from aecli.data.picture_files import read_headers

        headers, broken = read_headers(paths)
        if not headers:
            return Framing("grey", (1, 1)), broken
        colours = {header.colour for header in headers.values()}
        colour = self.colour if self.colour != "auto" else "rgb" if "rgb" in colours else "grey"
        deep = colour == "grey" and any(header.depth == 16 for header in headers.values())
        size = self.size or self._common_size({path: header.size for path, header in headers.items()})
        return Framing(colour, size, self.fit, 16 if deep else 8), broken

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


def _read(files: Files, framing: Framing, broken: dict[Any, str], in_memory: bool) -> tuple[Any, Any]:
    """Pictures and labels of what can be read; `broken` grows by what can't."""
    from aecli.data.picture_files import read_pictures

    images, read = read_pictures(files.paths, framing, broken, in_memory=in_memory)
    return images, None if files.labels is None else files.labels[read]
