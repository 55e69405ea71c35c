"""The document is read back as it was written, and what isn't one is refused."""

from pathlib import Path

import pytest

from aecli.core.errors import RequestError
from aecli.reports.reproduction.document import COLUMNS, Results

OURS = Path(__file__).parents[3] / "docs" / "RESULTS.md"


def written(rows=("tiny",), sections=("tiny",), columns=COLUMNS, title="# Results"):
    table = [f"| {' | '.join(columns)} |", f"|{' --- |' * len(columns)}"]
    table += [f"| {recipe} |{' 1 |' * (len(columns) - 1)}" for recipe in rows]
    parts = [title, "About it.", "## What was expected, and what was reached", "\n".join(table)]
    return "\n\n".join(parts + [f"## {recipe}\n\nIt is small." for recipe in sections]) + "\n"


def test_our_results_are_read_back_as_they_stand():
    assert str(Results.read(OURS)) == OURS.read_text()


def test_recipes_are_sorted_and_those_of_today_stand_apart(tmp_path):
    path, names = tmp_path / "RESULTS.md", ["wide", "deep_adam", r"a \| b", "deep"]
    path.write_text(written(names, [name.replace("\\", "") for name in names]))
    text = str(Results.read(path))
    path.write_text(text)
    assert str(Results.read(path)) == text
    headings = [line.removeprefix("## ") for line in text.splitlines() if line.startswith("## ")]
    assert headings[2:] == ["a | b", "deep", "deep_adam", "wide"]
    older, newer = text.split("\n## ")[1:3]
    assert [row.split(" 1 ")[0] for row in older.splitlines()[4:] if row] == [
        r"| a \| b |",
        "| deep |",
        "| wide |",
    ]
    assert [row.split(" 1 ")[0] for row in newer.splitlines()[4:] if row] == ["| deep_adam |"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "its first line isn't"),
        (written(title="# Results on mnist"), "its first line isn't"),
        (written(columns=COLUMNS[:-1]), "don't have the columns"),
        (written().replace("| tiny | 1", "And so on.\n| tiny | 1"), "more than rows"),
        (written(rows=["tiny", "lost"]), "rows of lost, which has no section"),
        (written(sections=["tiny", "tiny"]), "two sections 'tiny'"),
    ],
)
def test_another_document_is_refused(text, why, tmp_path):
    path = tmp_path / "RESULTS.md"
    path.write_text(text)
    with pytest.raises(RequestError, match=why):
        Results.read(path)


def test_bytes_that_are_no_text_are_refused(tmp_path):
    (tmp_path / "image.png").write_bytes(b"\x89PNG\xff")
    with pytest.raises(RequestError, match="no document that this command wrote"):
        Results.read(tmp_path / "image.png")


def test_a_folder_is_refused(tmp_path):
    with pytest.raises(RequestError, match="can't be read"):
        Results.read(tmp_path)
