import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from aecli.core.errors import DataError, RunError
from aecli.data.scaling import Scaling, scaling_of


@pytest.mark.parametrize(("dtype", "divisor"), [(np.uint8, 255), (np.uint16, 65535)])
def test_unsigned_integers_are_divided_by_what_they_can_hold(dtype: type, divisor: int) -> None:
    every = np.arange(divisor + 1).astype(dtype).reshape(1, -1)
    scaling = scaling_of(every, "x")
    scaled = scaling.apply(every)
    assert scaled.dtype == np.float32
    np.testing.assert_array_equal(scaled, every / np.float32(divisor))
    assert scaling.bounds == (0.0, 1.0)
    np.testing.assert_array_equal(scaling.restore(scaled), every)
    assert scaling.restore(scaled).dtype == dtype


def test_signed_integers_follow_their_range_too() -> None:
    every = np.arange(-128, 128).astype(np.int8)[np.newaxis]
    scaling = scaling_of(every, "x")
    np.testing.assert_allclose(scaling.apply(every)[0], np.arange(256) / 255, atol=1e-7)
    np.testing.assert_array_equal(scaling.restore(scaling.apply(every)), every)


def test_floats_in_0_to_1_and_booleans_stay_as_they_are() -> None:
    numbers = np.linspace(0, 1, 7).reshape(1, 7)
    scaling = scaling_of(numbers, "x")
    np.testing.assert_array_equal(scaling.apply(numbers), numbers.astype(np.float32))
    assert (str(scaling), scaling.bounds) == ("as they are", (0.0, 1.0))
    bits = np.array([[True, False]])
    assert scaling_of(bits, "x").apply(bits).tolist() == [[1.0, 0.0]]
    assert scaling_of(bits, "x").restore(np.array([[0.7, 0.2]])).tolist() == [[True, False]]


@pytest.mark.parametrize(
    ("numbers", "suggestion"),
    [
        ([0.0, 255.0], "[0, 255]"),
        ([-1.0, 1.0], "[-1, 1]"),
        ([-3.5, 39.2], "[-4, 40]"),
        ([-1.9999, 1.9998], "[-2, 2]"),
    ],
)
def test_other_floats_need_a_range_and_the_error_says_what_to_type(
    numbers: list[float], suggestion: str
) -> None:
    with pytest.raises(DataError) as error:
        scaling_of(np.array([numbers]), "mine.npz: x")
    assert str(error.value).startswith("mine.npz: x: float64 numbers in [")
    assert f"--set 'data.range={suggestion}'" in str(error.value)
    assert "data.scaling=minmax" in str(error.value)


@pytest.mark.parametrize("numbers", [[0, 200], [0, 1]])
def test_wide_integers_always_need_a_range(numbers: list[int]) -> None:
    with pytest.raises(DataError, match=r"data\.range"):
        scaling_of(np.array([numbers]), "x")
    assert scaling_of(np.array([numbers]), "x", given=(0.0, 200.0)).bounds == (0.0, 1.0)


def test_a_given_range_wins_over_the_dtype_and_is_held_to() -> None:
    twelve_bits = np.array([[0, 4095]], np.uint16)
    scaling = scaling_of(twelve_bits, "x", given=(0.0, 4095.0))
    assert scaling.apply(twelve_bits).tolist() == [[0.0, 1.0]]
    with pytest.raises(
        DataError, match=r"other: numbers in \[0, 5000\] don't all lie in \[0, 4095\], as data.range"
    ):
        scaling.check(np.array([[0, 5000]], np.uint16), "other")
    with pytest.raises(DataError, match=r"data\.range"):
        scaling_of(twelve_bits, "x", given=(0.0, 255.0))


def test_what_is_fitted_is_fitted_for_each_feature() -> None:
    rows = np.array([[0.0, 100.0, 5.0], [2.0, 300.0, 5.0], [4.0, 200.0, 5.0]])
    minmax = scaling_of(rows, "x", fitted="minmax", per_feature=True)
    np.testing.assert_allclose(minmax.apply(rows), [[0, 0, 0], [0.5, 1, 0], [1, 0.5, 0]])
    standard = scaling_of(rows, "x", fitted="standard", per_feature=True)
    scaled = standard.apply(rows).astype(np.float64)
    np.testing.assert_allclose(scaled.mean(axis=0), 0, atol=1e-7)
    np.testing.assert_allclose(scaled.std(axis=0), [1, 1, 0], atol=1e-6)
    assert minmax.bounds is standard.bounds is None, "a test row may hold more than any training row"


def test_without_features_all_numbers_share_one_line() -> None:
    samples = np.random.default_rng(0).normal(7, 3, size=(5, 4, 6))
    scaling = scaling_of(samples, "x", fitted="standard")
    assert len(scaling.offset) == 1
    assert scaling.apply(samples).std() == pytest.approx(1, abs=1e-5)


# Numbers whose squares are 0 are refused.
elements = st.floats(-1e6, 1e6).map(lambda number: number if abs(number) > 1e-100 else 0.0)


@given(
    arrays.arrays(np.float64, (6, 3), elements=elements),
    st.sampled_from(["minmax", "standard"]),
    st.booleans(),
)
def test_the_way_back_undoes_the_way_there(rows: np.ndarray, method: str, per_feature: bool) -> None:
    scaling = scaling_of(rows, "x", fitted=method, per_feature=per_feature)  # type: ignore[arg-type]
    widest = max(np.abs(rows).max(), 1.0)
    np.testing.assert_allclose(scaling.invert(scaling.apply(rows)), rows, rtol=0, atol=1e-5 * widest)
    assert Scaling.from_json(scaling.to_json()) == scaling


def test_samples_are_scaled_alike_however_many_there_are() -> None:
    rows = np.random.default_rng(0).normal(size=(5000, 2))
    scaling = scaling_of(rows, "x", fitted="standard", per_feature=True)
    np.testing.assert_array_equal(scaling.apply(rows)[4100:], scaling.apply(rows[4100:]))


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_is_no_finite_number_is_refused(bad: float) -> None:
    with pytest.raises(DataError, match="1 of 2 numbers are not finite"):
        scaling_of(np.array([[0.5, bad]]), "x")


@pytest.mark.parametrize("stored", [np.array([["a"]]), np.zeros((0, 3)), np.array([[1j]])])
def test_what_holds_no_numbers_is_refused(stored: np.ndarray) -> None:
    with pytest.raises(DataError, match="numbers"):
        scaling_of(stored, "x")


def test_later_numbers_must_be_of_the_same_kind() -> None:
    pixels = scaling_of(np.zeros((1, 2), np.uint8), "x")
    with pytest.raises(DataError, match="expected uint8 numbers, as in the training, received uint16"):
        pixels.check(np.zeros((1, 2), np.uint16), "other.npy")
    rows = scaling_of(np.eye(3), "x", fitted="minmax", per_feature=True)
    with pytest.raises(DataError, match="too far"):
        rows.apply(np.full((1, 3), 1e300))
    with pytest.raises(DataError, match="expected 3 numbers to a row"):
        rows.apply(np.zeros((2, 4)))


RIGHT = {"method": "range", "dtype": "uint16", "offset": [0.0], "divisor": [4095.0], "bounds": [0, 1]}


def test_a_record_comes_back() -> None:
    assert Scaling.from_json(RIGHT) == Scaling("range", "uint16", (0.0,), (4095.0,))


@pytest.mark.parametrize(
    "plain",
    [
        None,
        [],
        "x",
        {},
        RIGHT | {"method": "eval"},
        RIGHT | {"method": ["range"]},
        RIGHT | {"dtype": "object"},
        RIGHT | {"dtype": "no such"},
        RIGHT | {"dtype": 5},
        RIGHT | {"divisor": [0.0]},
        RIGHT | {"divisor": []},
        RIGHT | {"divisor": ["a"]},
        RIGHT | {"divisor": [float("nan")]},
        RIGHT | {"divisor": [1e400]},
        RIGHT | {"divisor": 10},
        RIGHT | {"offset": [0.0, 1.0]},
        RIGHT | {"offset": [0.0, 1.0], "divisor": [1.0, 1.0]},
    ],
    ids=str,
)
def test_a_damaged_record_is_refused(plain: object) -> None:
    with pytest.raises(RunError, match=r"data\.scaling is damaged"):
        Scaling.from_json(plain)


@pytest.mark.parametrize("method", ["minmax", "standard"])
def test_the_rounding_of_large_numbers_stays_small(method: str) -> None:
    rows = np.iinfo(np.int64).max - np.arange(4000).reshape(-1, 2)
    scaling = scaling_of(rows, "x", fitted=method, per_feature=True)
    scaled = scaling.apply(rows)
    assert 0 <= scaled.min() <= scaled.max() <= 1
    np.testing.assert_allclose(scaling.invert(scaled), rows.astype(float), rtol=1e-12)


@pytest.mark.parametrize(
    ("method", "largest", "said"),
    [("minmax", 1.7e308, "large"), ("standard", 1.7e308, "large"), ("standard", 1e-200, "small")],
)
def test_what_is_too_large_or_too_small_to_be_fitted_is_refused(
    method: str, largest: float, said: str
) -> None:
    with pytest.raises(DataError, match=f"too {said} to fit"):
        scaling_of(np.array([[-largest], [largest]]), "x", fitted=method)


def test_bytes_in_16_bits_are_warned_of(caplog: pytest.LogCaptureFixture) -> None:
    scaling_of(np.arange(256, dtype=np.uint16), "x")
    assert "if 255 is white: --set 'data.range=[0, 255]'" in caplog.text
    caplog.clear()
    scaling_of(np.arange(257, dtype=np.uint16), "x")
    assert not caplog.text
