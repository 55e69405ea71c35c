"""How differences are measured."""

import numpy as np
import pytest

from aecli.export.agreement import agreement


def test_pixels_are_measured_absolutely() -> None:
    pixels = np.array([[0.0, 0.5]], np.float32)
    found = agreement("reconstruction", pixels, pixels + np.array([[0.0, 2e-5]], np.float32))
    assert found.difference == pytest.approx(2e-5, rel=1e-2)
    assert not found.holds
    assert str(found) == "2e-05 (absolute; allowed: 1e-05)"
    assert agreement("reconstruction", pixels, pixels).holds


def test_pixels_beyond_1_and_codes_are_measured_against_the_largest() -> None:
    large = np.array([[-1000.0, 0.5]], np.float32)
    found = agreement("reconstruction", large, large + np.array([[0.0, 0.005]], np.float32))
    assert found.difference == pytest.approx(5e-6, rel=1e-3)
    assert found.measure == "relative"
    small = np.array([[1e-3, -2e-3]], np.float32)
    found = agreement("code", small, small + np.array([[1e-6, 0.0]], np.float32))
    assert found.difference == pytest.approx(5e-4, rel=1e-2)
    assert not found.holds


def test_codes_of_nothing_but_zeros_agree_with_zeros_alone() -> None:
    zeros = np.zeros((2, 3), np.float32)
    assert agreement("code", zeros, zeros).holds
    assert not agreement("code", zeros, zeros + np.float32(0.1)).holds


@pytest.mark.parametrize(
    "received",
    [None, np.zeros((1, 3)), np.zeros((2, 2)), np.array([[np.nan, 0.0]]), np.array([[np.inf, 0.0]])],
)
def test_what_is_missing_or_no_number_differs_without_end(received: np.ndarray | None) -> None:
    found = agreement("code", np.array([[0.0, 0.0]], np.float32), received)
    assert found.difference == np.inf
    assert not found.holds
