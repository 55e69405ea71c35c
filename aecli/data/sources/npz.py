"""Arrays of one's own in an `.npz` file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from aecli.data.sources.own import OwnData
from aecli.data.sources.source import DATA_SETS, Kind, Say
from aecli.errors import DataError

if TYPE_CHECKING:
    from aecli.data.arrays import RawData


@DATA_SETS.register
class Npz(OwnData):
    """Your arrays in an .npz file: x_train and x_test (y_train and y_test), or one x (and y) split by seed.

    Pictures are (count, height, width) or (count, height, width, channels), rows of numbers (count, numbers).
    """

    name: Literal["npz"] = "npz"
    """Which data set."""

    def read(self, say: Say) -> RawData:
        """Reads the arrays, and splits them where there is one `x`."""
        from aecli.data.arrays import RawData, names_in_npz

        path, names = self.place, names_in_npz(self.place)
        if "x_train" in names or "x_test" in names:
            parts = self._given()
        elif "x" in names:
            parts = self._split()
        else:
            held = ", ".join(sorted(names)[:10]) or "nothing"
            raise DataError(f"{path}: expected the arrays x_train and x_test, or x; it holds {held}")
        x_train, y_train, x_test, y_test = parts
        kind = kind_of(x_train, f"{path}: training data")
        if x_train.shape[1:] != x_test.shape[1:] or x_train.dtype != x_test.dtype:
            raise DataError(
                f"{path}: training and test data differ: {x_train.dtype} of shape {x_train.shape}, "
                f"{x_test.dtype} of shape {x_test.shape}"
            )
        return RawData(x_train, y_train, x_test, y_test, self.located(), str(path), kind)

    def _given(self) -> tuple[Any, Any, Any, Any]:
        """Training and test data as the file has them."""
        from aecli.data.arrays import check_labels, read_npz

        arrays = read_npz(self.place, ["x_train", "x_test"], ["y_train", "y_test"])
        if ("y_train" in arrays) != ("y_test" in arrays):
            raise DataError(f"{self.place}: has only one of y_train and y_test; give both or none")
        for part in ("train", "test"):
            if f"y_{part}" in arrays:
                check_labels(arrays[f"y_{part}"], len(arrays[f"x_{part}"]), f"{self.place}: y_{part}")
        return arrays["x_train"], arrays.get("y_train"), arrays["x_test"], arrays.get("y_test")

    def _split(self) -> tuple[Any, Any, Any, Any]:
        """Training and test data out of one array."""
        from aecli.data.arrays import check_labels, read_npz
        from aecli.data.splits import held_out

        arrays = read_npz(self.place, ["x"], ["y"])
        x, y = arrays["x"], arrays.get("y")
        if not x.ndim:
            raise DataError(f"{self.place}: x is one number, no array of items")
        if y is not None:
            check_labels(y, len(x), f"{self.place}: y")
        train, test = held_out(len(x), self.test_fraction, self.test_seed, f"{self.place}: x")
        return (x[train], None, x[test], None) if y is None else (x[train], y[train], x[test], y[test])


def kind_of(items: Any, where: str) -> Kind:
    """What an array holds, by its shape.

    Raises:
        DataError: Neither pictures nor rows.
    """
    shape = items.shape
    if len(shape) == 4 and shape[1] in (1, 3) and shape[3] > 4:
        raise DataError(
            f"{where}: the shape {shape} looks like pictures with their channels first; here they come last: "
            "x.transpose(0, 2, 3, 1)"
        )
    if not items.size or len(shape) not in (2, 3, 4):
        raise DataError(
            f"{where}: expected pictures, (count, height, width) or (count, height, width, channels), or "
            f"rows of numbers, (count, numbers); received the shape {shape}. Sequences: data.name=sequences"
        )
    return "rows" if len(shape) == 2 else "pictures"
