"""A run's settings: the quick way to read them gives what the careful one gives."""

from pathlib import Path

import pytest

from aecli.config.load import open_config
from aecli.config.recipes import recipes
from aecli.config.yaml_text import dump, parse
from aecli.core.errors import ConfigError
from aecli.runs.folder import RunFolder
from aecli.runs.settings import _line_by_line, flat, read_settings


def test_how_the_loop_ran_is_no_setting() -> None:
    assert flat({"training": {"epochs": 1, "execution": {"compile": True}}, "expect": []}) == {
        "training.epochs": "1"
    }


@pytest.mark.parametrize("recipe", recipes(), ids=lambda recipe: recipe.name)
def test_what_runs_hold_is_read_the_quick_way(recipe: object) -> None:
    written = dump(open_config(str(recipe.path), []).config.model_dump(mode="json"))  # type: ignore[attr-defined]
    assert _line_by_line(written) == flat(parse(written, "").data) != {}


@pytest.mark.parametrize(
    "text",
    [
        "a: 012\nb: 1e-3\nc: 1.0e-07\nd: yes\ne: Null\nf: \"1\"\ng: 'x'\nh: [1, [a, 'b']]\ni: {}\nj: 0x10\n",
        "a: x # said\nb: #none\nc: ~\n",
        "a:\nb: 1\n",
        "a:\n  b:\nc: 1\n",
        "a:\n  b: 1\n  c: 2\nd: 3",
        "a:\n  b: {c: 1}\n",
        "a: |\n  b: 1\n",
        "a: >\n  b\n",
        "a: x\n  y\n",
        "a: [1,\n  2]\n",
        "a: --- x\nb: ... y\n",
        "a: - 1\n",
        "a: b: c\n",
        "a: 1\na: 2\n",
        "a:\n  b: 1\na:\n  c: 1\n",
        "a: x\rb: y\n",
        "a:\n    b: 1\n",
        "null: 1\n",
        "- a\n",
        "",
        "\n\na: 1\n\n",
        "a: 1234567890123456789\n",
        "a: !!python/object:os.system x\n",
        "a: &b x\nc: *b\n",
        "".join(f"{'  ' * i}a:\n" for i in range(40)) + "  " * 40 + "a: 1\n",
    ],
)
def test_whatever_stands_there_both_ways_agree(tmp_path: Path, text: str) -> None:
    folder = RunFolder(tmp_path)
    folder.config.write_text(text, newline="")
    try:
        careful = flat(parse(text, "").data)
    except ConfigError:
        with pytest.raises(ConfigError):
            read_settings(folder)
    else:
        assert read_settings(folder) == careful
