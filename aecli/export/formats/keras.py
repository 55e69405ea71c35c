"""Keras's own format."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar, Literal

from aecli.export.formats.format import FORMATS, Format, Loaded, given


@FORMATS.register
class Keras(Format):
    """One .keras file for each network, for Python with Keras 3."""

    suffix: ClassVar[str] = ".keras"

    name: Literal["keras"] = "keras"
    """Which format."""

    def write(self, model: Any, path: Path) -> None:
        """Saves the model."""
        model.save(path)

    def load(self, path: Path) -> Loaded:
        """Loads the model, which is built from nothing but Keras's own layers."""
        import keras
        import numpy as np

        model = keras.models.load_model(path)
        return lambda *inputs: {
            name: np.asarray(output) for name, output in model(given(inputs), training=False).items()
        }
