"""Words and numbers as people read them."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aecli.core.text import did_you_mean, duration, listed, markdown_table, number, plain, printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Größe 日本", "Größe 日本"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("a\nb\tc", "a\\nb\\tc"),
        ("left\u202eright", "left\\u202eright"),  # turns what follows around
        ("caf\udce9", "caf\\udce9"),  # half of a pair, as of a name that is no text
        ("x" * 60, "x" * 60),
        ("x" * 61, "x" * 60 + "…"),
    ],
)
def test_what_stands_in_a_message_is_harmless_and_short(text: str, shown: str) -> None:
    assert printable(text) == shown


@given(text=st.text(st.characters(exclude_categories=[])), limit=st.integers(1, 100))
def test_any_text_is_printable_and_keeps_to_the_limit(text: str, limit: int) -> None:
    shown = printable(text, limit)
    assert shown.isprintable()
    assert len(shown) <= limit + 1
    shown.encode()


def test_plain_text_keeps_its_length_and_its_lines() -> None:
    assert plain("a\n\tb" + "x" * 500) == "a\n\tb" + "x" * 500
    assert plain("\x1b]0;title\x07\r\n\u2028\udce9") == "\\x1b]0;title\\x07\\r\n\\u2028\\udce9"


def test_the_nearest_word_is_offered_else_all() -> None:
    assert did_you_mean("densse", ["conv", "dense"]) == "did you mean 'dense'?"
    assert did_you_mean("xyz", ["vae", "conv"]) == "known here: conv, vae"
    assert did_you_mean("xyz", []) == "none is known here"


def test_names_are_sorted_cut_and_harmless() -> None:
    assert listed(["b", "a"]) == "a, b"
    assert listed("cab", most=2) == "a, b, …"
    assert listed("ab", most=2) == "a, b"
    assert listed([]) == "nothing"
    assert listed(["\x1b[0m"]) == "\\x1b[0m"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (3.0, "3"),
        (60_000.0, "60,000"),
        (0.123456, "0.1235"),
        (1e-7, "1e-07"),
        (-1.00004, "-1"),
        (12_345.6, "12,346"),
        (9_999.4, "9999"),
        (9_999.6, "10,000"),  # four digits would be 1e+04
        (-9_999.5, "-10,000"),
        (1e20, "1e+20"),
        (math.inf, "inf"),
        (math.nan, "nan"),
    ],
)
def test_numbers_have_four_digits_and_whole_ones_all(value: float, shown: str) -> None:
    assert number(value) == shown


@given(value=st.floats(-1e14, 1e14))
def test_a_number_that_is_read_again_is_nearly_the_same(value: float) -> None:
    shown = number(value)
    assert float(shown.replace(",", "")) == pytest.approx(value, rel=0.0005001, abs=0)
    assert abs(value) < 1 or "e" not in shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0, "0 s"),
        (59.4, "59 s"),
        (59.6, "1 min 0 s"),
        (200, "3 min 20 s"),
        (3599.6, "1 h 0 min"),
        (3900, "1 h 5 min"),
        (3 * 86_400, "72 h 0 min"),
    ],
)
def test_a_length_of_time(seconds: float, shown: str) -> None:
    assert duration(seconds) == shown


def test_a_table_in_markdown() -> None:
    assert markdown_table(["run", "loss"], [["a", "0.1"], ["b", ""]]) == (
        "| run | loss |\n| --- | --- |\n| a | 0.1 |\n| b |  |\n"
    )
    assert markdown_table(["run"], []) == "| run |\n| --- |\n"


def test_nothing_in_a_cell_breaks_the_table() -> None:
    assert markdown_table(["a|b"], [["x\ny"], ["|"]]) == "| a\\|b |\n| --- |\n| x y |\n| \\| |\n"


def test_a_near_last_part_of_a_dotted_name_is_meant():
    known = ["reconstruction.psnr", "baseline.pca.psnr", "probe.knn_accuracy"]
    assert did_you_mean("psn", known) == "did you mean 'reconstruction.psnr'?"
    assert did_you_mean("reconstruction.psn", known) == "did you mean 'reconstruction.psnr'?"
    assert did_you_mean("zzz", [f"n{i:02}" for i in range(40)]).endswith("n29 and 10 more")
