"""Arrays of one's own in `.npz`, `.npy` and HDF5 files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import PositiveInt

from aecli.core.errors import DataError
from aecli.core.text import listed
from aecli.data.sources.own import OwnData
from aecli.data.sources.source import DATA_SETS, Kind, RawData

if TYPE_CHECKING:
    from aecli.data.array_sets import ArraySet
    from aecli.data.stored import Stored

MEANINGFUL = ("y", "y_train", "y_test", "y_val", "labels", "lengths")
"""Arrays that say something of samples, which nobody should believe to count where they don't."""


@DATA_SETS.register
class Npz(OwnData):
    """Your arrays in .npz, .npy or HDF5 files: x_train and x_test (y_train and y_test), or one x (and y) split by seed.

    Images are (count, height, width) or (count, height, width, channels), rows of numbers (count, numbers).
    With x_val (and y_val) they are what is held out for validation. The path may be a pattern, `parts/*.npz`, whose
    files are read one behind the other.
    """

    takes_patterns: ClassVar[bool] = True

    name: Literal["npz"] = "npz"
    """Which data set."""

    memory_limit_mb: PositiveInt | None = None
    """Memory that an array may take in a training, in MiB; by default half of what is left. Beyond it samples are
    streamed from disk, with the same results."""

    def read(self) -> RawData:
        """Reads the arrays, and splits them where there is one `x`."""
        from aecli.data.array_files import PARTS
        from aecli.data.array_sets import ArraySet
        from aecli.data.partition import held_out

        arrays = ArraySet.of(self.matches() if self.is_pattern else [self.place])
        names = arrays.names
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
            parts = {PARTS[suffix]: self._part(f"_{suffix}", arrays) for suffix in ("train", "test")}
            if "val" in given:
                parts["validation"] = self._part("_val", arrays)
            if len({part.labels is None for part in parts.values()}) > 1:
                raise DataError(f"{self.place}: has only some of y_train, y_test and y_val; give all or none")
        elif "x" in names:
            whole = self._part("", arrays)
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

    def _part(self, suffix: str, arrays: ArraySet) -> Stored:
        """The samples and labels of a part."""
        from aecli.data.array_sets import hold
        from aecli.data.stored import Stored, check_labels

        x, y = f"x{suffix}", f"y{suffix}"
        if x not in arrays.names:
            raise DataError(f"{self.place}: has no array {x}; it holds {listed(arrays.names)}")
        samples = arrays.open(x)
        labels = arrays.open(y).read() if y in arrays.names else None
        if labels is not None:
            check_labels(labels, samples.shape[0], f"{self.place}: {y}")
        return Stored(hold(samples, self.memory_limit_mb), labels)


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
    if 0 in shape or len(shape) not in (2, 3, 4):
        raise DataError(
            f"{where}: expected images, (count, height, width) or (count, height, width, channels), or "
            f"rows of numbers, (count, numbers); received the shape {shape}. Sequences: data.name=sequences"
        )
    return "rows" if len(shape) == 2 else "images"
