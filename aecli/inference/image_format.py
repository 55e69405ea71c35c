"""How images from files enter a run, and leave it as images again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import cast

import numpy as np
from numpy.typing import NDArray

from aecli.core.errors import RequestError
from aecli.data.decoding import Header
from aecli.data.framing import Colour, Depth, Framing, Pixels
from aecli.data.scaling import Scaling
from aecli.inference.inputs.batch import Batch, Named
from aecli.inference.inputs.gate import admit
from aecli.runs.opened import OpenedRun


@dataclass(frozen=True)
class ImageFormat:
    """The pixels of a run.

    Attributes:
        framing: How an image becomes one of the run's size and colours.
        pixels: How the numbers of a framed image become the network's.
        sample_shape: What the network takes: that of a framed image, or the same with one channel.
    """

    framing: Framing
    pixels: Scaling
    sample_shape: tuple[int, ...]

    @classmethod
    def of(cls, run: OpenedRun) -> ImageFormat:
        """The format of a run's images.

        A run that was trained on arrays has no framing of its own: images are stretched to its size, and where
        its numbers are bound, the lowest is black and the highest white.

        Raises:
            RequestError: The run's samples are no images.
        """
        shape, scaling, framing = run.network.sample_shape, run.scaling, run.framing
        if run.kind != "images":
            raise RequestError(f"{run.record.id} was trained on {run.kind}, which no image can be")
        if len(shape) == 3 and shape[2] not in (1, 3):
            raise RequestError(
                f"{run.record.id} was trained on images of {shape[2]} channels, which no image file has: "
                "use .npy or .npz files"
            )
        if framing is not None:
            return cls(framing, scaling, shape)
        colour: Colour = "rgb" if shape[2:] == (3,) else "grey"
        depth: Depth = 16 if colour == "grey" and scaling.dtype == "uint16" else 8
        framing = Framing(colour, (shape[0], shape[1]), depth=depth)
        if scaling.bounds is not None:
            white = float(np.iinfo(framing.dtype).max)
            return cls(framing, Scaling("dtype", framing.dtype, (0.0,), (white,)), shape)
        if scaling.dtype == framing.dtype:
            return cls(framing, scaling, shape)
        raise RequestError(
            f"{run.record.id} was trained on {scaling.dtype} numbers, no pixels: use .npy or .npz files"
        )

    def at(self, size: tuple[int, int]) -> ImageFormat:
        """The same pixels at another size: of a whole image, where the run's are tiles."""
        return replace(self, framing=self.framing.at(size), sample_shape=(*size, *self.sample_shape[2:]))

    def enter(self, named: Named, framed: NDArray[np.integer], origin: str) -> tuple[Batch, list[str]]:
        """Framed images, (count, *framing.sample_shape) → a batch, and what is wrong with others; see `admit`."""
        return admit(named, framed, self.sample_shape, self.pixels, f"{origin}/")

    def leave(self, samples: NDArray[np.float32], headers: list[Header] | None = None) -> list[Pixels]:
        """What a network put out → images.

        Args:
            samples: (count, *sample_shape), or whole images of another size.
            headers: What each was before it was framed. Images get that size, and its depth and colours as far
                as the run has any; None leaves them in the run's format.
        """
        size = (samples.shape[1], samples.shape[2])
        framing = self.framing if size == self.framing.size else self.framing.at(size)
        framed = self.pixels.restore(samples).reshape(-1, *framing.sample_shape)
        if headers is None:
            return list(framed)
        return [
            _as_it_was(cast("Pixels", each), header, framing)
            for each, header in zip(framed, headers, strict=True)
        ]


def _as_it_was(image: Pixels, header: Header, framing: Framing) -> Pixels:
    colour: Colour = "rgb" if framing.colour == header.colour == "rgb" else "grey"
    depth: Depth = header.depth if colour == "grey" else 8
    return Framing(colour, header.size, depth=depth).frame(framing.unframe(image, header.size))
