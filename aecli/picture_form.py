"""How pictures from files enter a run, and leave it as pictures again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from aecli.data.framing import Colour, Depth, Framing, Header, Picture
from aecli.data.scaling import Scaling
from aecli.errors import RequestError
from aecli.trained import TrainedRun


@dataclass(frozen=True)
class PictureForm:
    """The pixels of a run.

    Attributes:
        framing: How a picture becomes one of the run's size and colours.
        pixels: How the numbers of a framed picture become the network's.
        image_shape: What the network takes: that of a framed picture, or the same with one channel.
    """

    framing: Framing
    pixels: Scaling
    image_shape: tuple[int, ...]

    @classmethod
    def of(cls, run: TrainedRun) -> PictureForm:
        """The form of a run's pictures.

        A run that was trained on arrays has no framing of its own: pictures are stretched to its size, and
        where its numbers are bound, the lowest is black and the highest white.

        Raises:
            RequestError: The run's items are no pictures.
        """
        shape, scaling = run.network.image_shape, run.scaling
        if run.kind != "pictures":
            raise RequestError(f"{run.record.id} was trained on {run.kind}, which no picture can be")
        if len(shape) == 3 and shape[2] not in (1, 3):
            raise RequestError(
                f"{run.record.id} was trained on images of {shape[2]} channels, which no picture has: "
                "use .npy or .npz files"
            )
        framing = run.framing
        if framing is None:
            colour: Colour = "rgb" if shape[2:] == (3,) else "grey"
            depth: Depth = 16 if colour == "grey" and scaling.dtype == "uint16" else 8
            framing = Framing(colour, (shape[0], shape[1]), depth=depth)
        if scaling.dtype == framing.dtype:
            return cls(framing, scaling, shape)
        if scaling.bounds is None:
            raise RequestError(
                f"{run.record.id} was trained on {scaling.dtype} numbers, no pixels: use .npy or .npz files"
            )
        white = float(np.iinfo(framing.dtype).max)
        return cls(framing, Scaling("dtype", framing.dtype, (0.0,), (white,)), shape)

    def at(self, size: tuple[int, int]) -> PictureForm:
        """The same pixels at another size: of a whole picture, where the run's are tiles."""
        return replace(self, framing=self.framing.at(size), image_shape=(*size, *self.image_shape[2:]))

    def enter(self, framed: NDArray[Any]) -> NDArray[np.float32]:
        """Framed pictures, (count, *framing.image_shape) → what the network takes, (count, *image_shape)."""
        return self.pixels.apply(framed).reshape(-1, *self.image_shape)

    def leave(self, items: NDArray[np.float32], originals: list[Header] | None = None) -> list[Picture]:
        """What a network put out → pictures.

        Args:
            items: (count, *image_shape).
            originals: What each was before it was framed. Pictures get that size, and its depth and colours
                as far as the run has any; None leaves them in the run's form.
        """
        framed = self.pixels.restore(items).reshape(-1, *self.framing.image_shape)
        if originals is None:
            return list(framed)
        return [
            self._as(cast("Picture", item), as_it_was)
            for item, as_it_was in zip(framed, originals, strict=True)
        ]

    def _as(self, picture: Picture, original: Header) -> Picture:
        colour: Colour = "rgb" if self.framing.colour == original.colour == "rgb" else "grey"
        depth: Depth = original.depth if colour == "grey" else 8
        return Framing(colour, original.size, depth=depth).frame(self.framing.unframe(picture, original.size))
