"""What moves: a walk through the code, and a training, frame by frame."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from aecli.core.files import atomic_write
from aecli.figures.cells import side_by_side
from aecli.figures.interpolation import between, pairs_of
from aecli.figures.scene import Scene

STEPS = np.linspace(0.0, 1.0, 21, dtype=np.float32)
"""Of the walk from one code to another."""
WIDE = 640
"""Pixels, at least, across a frame."""
STRIP = 24
"""Pixels of the words under a frame."""


@dataclass(frozen=True)
class Animation:
    """Frames with what each shows in words, and how long each stays, in milliseconds."""

    frames: Sequence[NDArray[np.uint8]]
    words: Sequence[str]
    milliseconds: Sequence[int]

    def write(self, path: Path) -> None:
        """Writes it as a GIF that starts over at its end, whole or not at all.

        Raises:
            OSError: It can't be written.
        """
        first, *others = [_framed(frame, words) for frame, words in zip(self.frames, self.words, strict=True)]
        with atomic_write(path) as file:
            first.save(
                file, "GIF", save_all=True, append_images=others, duration=list(self.milliseconds), loop=0
            )


def interpolation(scene: Scene) -> Animation | None:
    """Some pairs of samples side by side, each on the way from one to the other and back."""
    pairs = pairs_of(scene)
    if not pairs:
        return None
    walks = np.stack([between(scene, first, second, STEPS) for first, second in pairs], axis=1)
    there = [side_by_side([step], scene.look) for step in walks]
    words = [f"{part:.0%} of the way" for part in STEPS]
    stays = [600, *[80] * (len(STEPS) - 2), 600]
    return Animation(there + there[-2:0:-1], words + words[-2:0:-1], stays + stays[-2:0:-1])


def evolution(scene: Scene) -> Animation | None:
    """Samples over what becomes of them, epoch by epoch."""
    kept = scene.evolution
    if kept is None or len(kept.reconstructions) < 2:
        return None
    frames = [side_by_side([kept.originals, made], scene.look) for made in kept.reconstructions.values()]
    words = [f"after epoch {epoch}" for epoch in kept.reconstructions]
    return Animation(frames, words, [*[800] * (len(frames) - 1), 2000])


ANIMATIONS: dict[str, Callable[[Scene], Animation | None]] = {
    "interpolation": interpolation,
    "evolution": evolution,
}
"""By the name of the figure whose moving form each is."""


def _framed(pixels: NDArray[np.uint8], words: str) -> Image.Image:
    """A frame, large enough to be looked at, over its words."""
    image = Image.fromarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels)
    times = -(-WIDE // image.width)
    image = image.resize((image.width * times, image.height * times), Image.Resampling.NEAREST)
    whole = Image.new(image.mode, (image.width, image.height + STRIP), "white")
    whole.paste(image, (0, 0))
    place = (6, image.height + STRIP // 2)
    ImageDraw.Draw(whole).text(place, words, fill="black", font=ImageFont.load_default(14), anchor="lm")
    return whole
