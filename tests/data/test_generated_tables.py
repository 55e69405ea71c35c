"""Tables of every dialect: read as they were written, or refused; never silently as something else."""

import csv
import io
import logging
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from aecli.core.errors import DataError
from aecli.data.dialect import Dialect
from aecli.data.table import Table, read_table
from tests.generated import many, some

Decimal = Literal[".", ","]

GAPS = ("", "", "nan", "NaN", "NA", "-")
SPELLINGS = ("{!r}", "{:.3f}", "{:e}", "{:+.2f}", "{:g}", "{:.0f}")
WORDS = (
    *("t", "a", "flow in l/s", "a, in m", 'the "real" one', "a;b", "x|y", "Größe", "温度", "é\u0301"),
    *("it's", "1st", "e5", "#1", "sep=;x", "[m]", "tab\tbed", "half\u00a0blank", "inf", "x\u2028", "x\x85y"),
    *("two\nlines", "100 %", "a.b", "3,5 mm", "under_score", "x=1", "\x0c", "9\x1c8", "1\n2"),
)


@dataclass(frozen=True)
class Sheet:
    """A table and the way that a program wrote it down.

    Attributes:
        headings: The texts of the first row; None without headings.
        cells: The numbers as they are spelled, with `.` for the decimal mark.
        delimiter: What stands between cells.
        decimal: The decimal mark.
        quoted: Which cells have quotes though they need none.
        blanks: What stands behind the last cell of each line.
        before: What stands before the first row.
        end: What ends a line.
        encoding: How text becomes bytes.
    """

    headings: list[str] | None
    cells: list[list[str]]
    delimiter: str
    decimal: Decimal
    quoted: Literal["minimal", "all"]
    blanks: str
    before: str
    end: str
    encoding: str

    @property
    def numbers(self) -> NDArray[np.float64]:
        """What the cells mean."""
        return np.array([[_meant(cell) for cell in row] for row in self.cells])

    def lines(self) -> list[str]:
        """Each row as text."""
        rows = [[cell.replace(".", self.decimal) for cell in row] for row in self.cells]
        return [self._line(row) for row in [*([self.headings] if self.headings else []), *rows]]

    def write(self, path: Path) -> None:
        """Writes the file."""
        text = self.before + "".join(f"{line}{self.blanks}{self.end}" for line in self.lines())
        path.write_bytes(text.encode(self.encoding))

    def _line(self, row: list[str]) -> str:
        text = io.StringIO()
        style: Any = csv.QUOTE_ALL if self.quoted == "all" else csv.QUOTE_MINIMAL
        csv.writer(text, delimiter=self.delimiter, lineterminator="\r\n", quoting=style).writerow(row)
        # What the module writes as `""`, so that it isn't an empty line, is one in a spreadsheet's file.
        return "" if row == [""] and self.quoted == "minimal" else text.getvalue().removesuffix("\r\n")


def _meant(cell: str) -> float:
    return math.nan if cell in GAPS else float(cell)


cells = st.one_of(
    st.integers(-1000, 10**6).map(str),
    st.integers(0, 9).map("{:03}".format),
    st.builds(
        str.format,
        st.sampled_from(SPELLINGS),
        st.floats(-1e9, 1e9, allow_nan=False, allow_subnormal=False) | st.floats(-5, 5),
    ),
    st.sampled_from(GAPS),
)


@st.composite
def headings(draw: st.DrawFn, width: int) -> list[str]:
    """Words, or what counts the columns: from 0 or 1 on, or as years do."""
    if draw(st.booleans()) or draw(st.booleans()):
        texts = st.sampled_from(WORDS) | st.text(
            st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=6
        )
        rows = st.lists(texts, min_size=width, max_size=width, unique_by=str.strip)
        return draw(rows.filter(lambda row: any(map(str.strip, row))))  # else it is an empty line
    first = draw(st.sampled_from([0, 1, 1990, 2001]))
    return [str(first + i) for i in range(width)]


@st.composite
def sheets(draw: st.DrawFn) -> Sheet:
    width = draw(st.integers(1, 5))
    rows = draw(
        st.lists(st.lists(cells, min_size=width, max_size=width), min_size=1, max_size=12).filter(
            lambda rows: any(cell not in GAPS for row in rows for cell in row)
        )
    )
    return Sheet(
        draw(st.none() | headings(width)),
        rows,
        draw(st.sampled_from([",", ";", "\t", "|"])),
        draw(st.sampled_from([".", ","])),
        draw(st.sampled_from(["minimal", "minimal", "all"])),
        draw(st.sampled_from(["", "", "", " ", "   "])),
        draw(st.sampled_from(["", "", "\n", "  \n", "\r\n", "sep"])),
        draw(st.sampled_from(["\n", "\r\n", "\r"])),
        draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16"])),
    )


def with_delimiter_said(sheet: Sheet) -> Sheet:
    """The same with a first line that says the delimiter, where it was to have one."""
    fields = {name: getattr(sheet, name) for name in Sheet.__dataclass_fields__}
    return (
        Sheet(**fields | {"before": f"sep={sheet.delimiter}{sheet.end}"}) if sheet.before == "sep" else sheet
    )


def kept(sheet: Sheet, series: bool) -> NDArray[np.float64]:
    """The rows that count: at the end, none without a cell; elsewhere, empty lines are steps, but no rows."""
    lines = sheet.lines()[1 if sheet.headings else 0 :]
    counted = [bool(line.strip() or series) for line in lines]
    last = max((i for i, line in enumerate(lines) if line.strip(" \t,;|")), default=-1)
    first = 0 if sheet.headings else next((i for i, line in enumerate(lines) if line.strip()), 0)
    return sheet.numbers[[i for i in range(first, last + 1) if counted[i]]]


def equal(table: Table, sheet: Sheet, series: bool) -> bool:
    """Whether a table is what was written, headings without the blanks around them."""
    names = None if sheet.headings is None else tuple(text.strip() for text in sheet.headings)
    return table.names == names and np.array_equal(table.numbers, kept(sheet, series), equal_nan=True)


def only_gaps(table: Table) -> bool:
    return all(kind == "missing" for kind, _ in table.broken.values())


def check_told(folder: Path, sheet: Sheet, series: bool) -> None:
    """With everything said, a table is what was written, or refused."""
    path = folder / "t.csv"
    sheet.write(path)
    dialect = Dialect("yes" if sheet.headings else "no", sheet.delimiter, sheet.decimal)
    try:
        table = read_table(path, dialect, series)
    except DataError as error:
        refused = str(error)
        assert "no rows" in refused or "is JSON" in refused or _is_odd(sheet), refused
        return
    if not only_gaps(table):
        assert _is_odd(sheet), table.broken
        return
    assert equal(table, sheet, series), (table, kept(sheet, series))


def _is_odd(sheet: Sheet) -> bool:
    """Whether a heading holds an end of a line, which may be refused."""
    return any(mark in text for text in sheet.headings or [] for mark in "\r\n")


def is_undecidable(sheet: Sheet) -> bool:
    """Whether headings can't be told from data: numbers (or gaps) that don't count the columns."""
    texts = [text.strip().replace(",", ".") for text in sheet.headings or ["a word"]]
    if not all(_is_number_or_gap(text) for text in texts):
        return False
    return len(texts) < 2 or texts != [str(int(float(texts[0])) + i) for i in range(len(texts))]


def _is_number_or_gap(text: str) -> bool:
    try:
        return math.isfinite(float(text)) or text in GAPS
    except ValueError:
        return text in GAPS


def check_guessed(
    folder: Path,
    sheet: Sheet,
    header: Literal["auto", "yes", "no"],
    series: bool,
    heard: pytest.LogCaptureFixture,
) -> None:
    """With nothing said, or only whether there are headings, a wrong guess is refused or warned of."""
    if header == "auto" and is_undecidable(sheet):
        return
    path = folder / "t.csv"
    sheet.write(path)
    heard.clear()
    try:
        with heard.at_level(logging.WARNING, "aecli"):
            table = read_table(path, Dialect(header), series)
    except DataError:
        return
    said = any("data." in record.getMessage() for record in heard.records)
    assert said or not only_gaps(table) or equal(table, sheet, series), (table, kept(sheet, series))


told = given(sheet=sheets().map(with_delimiter_said), series=st.booleans())
guessed = given(sheet=sheets().map(with_delimiter_said), series=st.booleans(), known=st.booleans())


@some
@told
def test_a_table_whose_dialect_is_said_is_what_was_written(
    tmp_path: Path, sheet: Sheet, series: bool
) -> None:
    check_told(tmp_path, sheet, series)


@pytest.mark.slow
@many
@told
def test_many_tables_whose_dialect_is_said_are_what_was_written(
    tmp_path: Path, sheet: Sheet, series: bool
) -> None:
    check_told(tmp_path, sheet, series)


@some
@guessed
def test_a_table_whose_dialect_is_guessed_is_never_silently_another(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, sheet: Sheet, series: bool, known: bool
) -> None:
    header: Literal["auto", "yes", "no"] = "auto" if not known else "yes" if sheet.headings else "no"
    check_guessed(tmp_path, sheet, header, series, caplog)


@pytest.mark.slow
@many
@guessed
def test_many_tables_whose_dialect_is_guessed_are_never_silently_others(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, sheet: Sheet, series: bool, known: bool
) -> None:
    header: Literal["auto", "yes", "no"] = "auto" if not known else "yes" if sheet.headings else "no"
    check_guessed(tmp_path, sheet, header, series, caplog)
