"""Lines read at once are what they are read cell by cell, to the bit and to the word."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aecli.data import rows
from aecli.data.cells import BLANKS
from aecli.data.rows import Layout, Rows, read_rows
from tests.generated import many, some

ODD = (
    *(
        "",
        " ",
        "nan",
        "inf",
        "-Infinity",
        "NA",
        "1e999",
        "1e",
        "1e+",
        ".",
        "+",
        "1_000",
        "0x10",
        "True",
        "false",
    ),
    *(
        "1.",
        ".5",
        "+2",
        "-0",
        "0001",
        " 3",
        "4 ",
        "\t5",
        "6\t",
        "7\x0c",
        "8\u00a0",
        "\u00a09",
        "1\x1f",
        "\x851",
    ),
    *(
        "\uff11",
        '"1"',
        '"1',
        '1"',
        "\ufeff1",
        "1\0",
        "1\x002",
        "1,5",
        "1.5",
        "1.000,5",
        "1 000",
        "1'000",
        "#1",
        "1#",
    ),
    *(
        "2\u2028",
        "1d5",
        "1L",
        "- 1",
        "1 e5",
        "word",
        "größe",
        "0.1e-320",
        "9" * 400,
        "1e-400",
        "1" + "0" * 309,
    ),
)
numbers = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.integers().map(str),
    st.builds(
        "{}{}.{}e{}".format,
        st.sampled_from(["", "-", "+"]),
        *[st.integers(0, 10**25)] * 2,
        st.integers(-330, 300),
    ),
)
cells = st.one_of(*[numbers] * 8, st.sampled_from(ODD))
words = st.one_of(numbers, st.sampled_from(["a", "b c", " é ", "x\u2028", "温度"]), st.sampled_from(ODD))


@st.composite
def sheets(draw: st.DrawFn) -> tuple[list[str], Layout]:
    """Lines, most of them of numbers, and where what stands in them."""
    width = draw(st.integers(1, 4))
    delimiter = draw(st.sampled_from([",", ";", "\t", "|", BLANKS, *([""] if width == 1 else [])]))
    decimal = draw(st.sampled_from([".", ","]))
    label_at = draw(st.none() | st.integers(0, width - 1)) if width > 1 else None
    kinds = [
        words if place == label_at else draw(st.sampled_from([numbers, numbers, cells]))
        for place in range(width)
    ]
    places = draw(st.lists(st.integers(0, width - 1), min_size=1, max_size=4))
    made = draw(st.lists(st.tuples(*kinds).map(list), min_size=1, max_size=6))
    if draw(st.integers(0, 5)) == 0:
        made[draw(st.integers(0, len(made) - 1))] = draw(st.lists(cells, max_size=6))
    between = draw(st.sampled_from(["", "", " "]))
    lines = [
        (delimiter + between).join(
            cell if place == label_at else cell.replace(".", decimal) for place, cell in enumerate(row)
        )
        for row in made
    ]
    return lines, Layout(delimiter, decimal, None, width, places, label_at)


def same(one: Rows, other: Rows) -> bool:
    return (one.lines.tolist(), one.numbers.tobytes(), one.labels, one.broken) == (
        other.lines.tolist(),
        other.numbers.tobytes(),
        other.labels,
        other.broken,
    )


def check(lines: list[str], layout: Layout) -> bool:
    """Whether lines were read at once."""
    numbered = list(enumerate(lines, start=3))
    plain = rows._at_once(numbered, layout)
    assert plain is None or same(plain, rows._cell_by_cell(numbered, layout)), (plain, lines)
    return plain is not None


given_sheets = given(sheet=sheets())


@some
@given_sheets
def test_lines_read_at_once_are_what_they_are_cell_by_cell(sheet: tuple[list[str], Layout]) -> None:
    check(*sheet)


@pytest.mark.slow
@many
@given_sheets
def test_many_lines_read_at_once_are_what_they_are_cell_by_cell(sheet: tuple[list[str], Layout]) -> None:
    check(*sheet)


LAYOUT = Layout(",", ".", None, 3, [0, 2], 1)


@pytest.mark.parametrize(
    ("lines", "layout"),
    [
        (["1,a,-0", "2e3, b ,.5"], LAYOUT),
        (["1;a;2,5", "2;b;3"], replace(LAYOUT, delimiter=";", decimal=",")),
        (["  1 a\t2", "3   b 4  "], replace(LAYOUT, delimiter=BLANKS)),
        (["1,5", "2"], Layout("", ",", None, 1, [0], None)),
    ],
)
def test_what_is_usual_is_read_at_once(lines: list[str], layout: Layout) -> None:
    assert check(lines, layout)


@pytest.mark.parametrize(
    "odd", ["1,a", "1,a,2,3", "1,a,", "1,,2", '1,"a",2', "1,a,nan", "1,a,1e999", "1,a,1_0", ""]
)
def test_what_is_unusual_is_left_to_the_careful_reader(odd: str) -> None:
    assert not check(["1,a,2", odd], LAYOUT)


def test_a_column_of_truths_is_none_of_numbers() -> None:
    assert not check(["1,a,True", "1,a,False"], LAYOUT)


def test_one_odd_line_among_many_costs_nothing_but_time(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [(number, f"{number / 7!r},x{number},{number}") for number in range(1, 100)]
    lines[41] = (42, "1,y,oops")
    (careful,) = read_rows(lines, LAYOUT)
    monkeypatch.setattr(rows, "MANY", 1)
    monkeypatch.setattr(rows, "AT_ONCE", 10)
    found = list(read_rows(iter(lines), LAYOUT))
    assert [len(some.lines) for some in found] == [10] * 9 + [9]
    joined = Rows(
        np.concatenate([some.lines for some in found]),
        np.concatenate([some.numbers for some in found]),
        [label for some in found for label in some.labels],
        {line: wrong for some in found for line, wrong in some.broken.items()},
    )
    assert same(joined, careful)
    assert list(joined.broken) == [42]
    assert np.isnan(joined.numbers[41, 1])
