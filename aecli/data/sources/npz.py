"""Arrays of one's own in an `.npz` file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from aecli.core.errors import DataError
from aecli.core.text import listed
from aecli.data.sources.own import OwnData
from aecli.data.sources.source import DATA_SETS, Kind, RawData

if TYPE_CHECKING:
    from aecli.data.stored import Stored

MEANINGFUL = ("y", "y_train", "y_test", "y_val", "labels", "lengths")
"""Arrays that say something of samples, which nobody should believe to count where they don't."""


@DATA_SETS.register
class Npz(OwnData):
    """Your arrays in an .npz file: x_train and x_test (y_train and y_test), or one x (and y) split by seed.

    Images are (count, height, width) or (count, height, width, channels), rows of numbers (count, numbers).
    With x_val (and y_val) they are what is held out for validation.
    """

    name: Literal["npz"] = "npz"
    """Which data set."""

    def read(self) -> RawData:
        """Reads the arrays, and splits them where there is one `x`."""
        from aecli.data.array_files import PARTS, arrays_in
        from aecli.data.partition import held_out

        names = arrays_in(self.place)
        given = [suffix for suffix in PARTS if f"x_{suffix}" in names]
        if given and "x" in names:
            raise DataError(
                f"{self.place}: holds x beside {listed(f'x_{suffix}' for suffix in given)}, which could mean "
                "either; keep x alone, or x_train and x_test"
            )
        used = {f"{letter}_{suffix}" if given else letter for letter in "xy" for suffix in PARTS}
        if idle := [name for name in MEANINGFUL if name in names and name not in used]:
            raise DataError(
                f"{self.place}: holds {listed(idle)}, which isn't used here; leave it out, or call labels "
                f"{'y_train and y_test' if given else 'y'}. Sequences with lengths: data.name=sequences"
            )
        if given:
            parts = {PARTS[suffix]: self._part(f"_{suffix}", names) for suffix in ("train", "test")}
            if "val" in given:
                parts["validation"] = self._part("_val", names)
            if len({part.labels is None for part in parts.values()}) > 1:
                raise DataError(f"{self.place}: has only some of y_train, y_test and y_val; give all or none")
        elif "x" in names:
            whole = self._part("", names)
            kept, out = held_out(len(whole), self.test_fraction, self.test_seed, f"{self.place}: x")
            parts = {"train": whole.take(kept), "test": whole.take(out)}
        else:
            raise DataError(
                f"{self.place}: expected the arrays x_train and x_test, or x; it holds {listed(names)}"
            )
        kind = kind_of(parts["train"].samples, f"{self.place}: training data")
        return RawData(
            parts["train"],
            parts["test"],
            self.located(),
            str(self.place),
            kind,
            validation=parts.get("validation"),
        )

    def _part(self, suffix: str, names: list[str]) -> Stored:
        """The samples and labels of a part."""
        from aecli.data.array_files import read_npz
        from aecli.data.stored import Stored, check_labels

        x, y = f"x{suffix}", f"y{suffix}"
        arrays = read_npz(self.place, [x], [y])
        if not arrays[x].ndim:
            raise DataError(f"{self.place}: {x} is one number, no array of samples")
        if y in names:
            check_labels(arrays[y], len(arrays[x]), f"{self.place}: {y}")
        return Stored(arrays[x], arrays.get(y))


def kind_of(samples: Any, where: str) -> Kind:
    """What an array holds, by its shape.

    Raises:
        DataError: Neither images nor rows.
    """
    shape = samples.shape
    if len(shape) == 4 and shape[1] in (1, 2, 3, 4) and shape[3] > 4:
        raise DataError(
            f"{where}: the shape {shape} looks like images with their channels first; here they come last: "
            "x.transpose(0, 2, 3, 1)"
        )
    if not samples.size or len(shape) not in (2, 3, 4):
        raise DataError(
            f"{where}: expected images, (count, height, width) or (count, height, width, channels), or "
            f"rows of numbers, (count, numbers); received the shape {shape}. Sequences: data.name=sequences"
        )
    return "rows" if len(shape) == 2 else "images"
