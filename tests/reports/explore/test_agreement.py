"""A page whose network does something else than Keras's isn't written."""

import numpy as np
import pytest

from aecli.core.errors import ExportFailed
from aecli.reports.explore.agreement import compare
from aecli.reports.explore.program import Program, Step

CODES = np.array([[0.0, 2.0, 1.0], [4.0, 0.0, 3.0]], np.float32)


def passing(*ops: str) -> Program:
    """A network that gives what it is given, by some operations."""
    steps = [
        Step(op, [0, 0] if op == "greater_equal" else [0], [1], {"activation": "linear"}, {}) for op in ops
    ]
    return Program([0], [1], steps, [(3,), (3,)])


def compared(received: np.ndarray, decoded: np.ndarray, *ops: str):
    """The comparison of a network whose encoder gives `received`, and whose decoder gives its input."""
    keep = passing("activation")
    return compare(
        passing(*ops, "activation"), keep, np.empty(0, np.float32), "float16", [received], CODES, decoded
    )


def test_equal_numbers_agree() -> None:
    found = compared(CODES, CODES)
    assert (found.code, found.output, found.flips) == (0, 0, 0)
    found.require()


@pytest.mark.parametrize("off", [0.05, np.nan])
def test_another_code_is_refused_with_what_to_type(off: float) -> None:
    with pytest.raises(ExportFailed, match="--precision float32"):
        compared(CODES + np.float32(off), CODES).require()


def test_another_output_is_refused() -> None:
    with pytest.raises(ExportFailed, match="an output"):
        compared(CODES, CODES + 1).require()


def test_a_choice_that_flips_counts_as_one_and_too_many_are_refused() -> None:
    flipped = CODES.copy()
    flipped[0, 0] = 2.0
    found = compared(flipped, CODES, "greater_equal")
    assert found.code == 0
    assert found.flips == pytest.approx(1 / 5)
    with pytest.raises(ExportFailed, match=r"20\.0% of choices"):
        found.require()
