"""Reading and writing YAML text."""

import math
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aecli.config.problems import Location
from aecli.config.yaml_text import MAX_BYTES, dump, dump_value, parse, read_text
from aecli.core.errors import ConfigError


def value(text: str) -> Any:
    """What a scalar is read as."""
    return parse(f"x: {text}", "f.yaml").data["x"]


def mistake(text: str) -> str:
    """What a user is told about a text that is refused."""
    with pytest.raises(ConfigError) as caught:
        parse(text, "f.yaml")
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1e-3", 0.001),
        ("1E3", 1000.0),
        ("1e+5", 100000.0),
        ("-2.5e-3", -0.0025),
        (".5", 0.5),
        ("1.", 1.0),
        (".inf", math.inf),
        ("-.INF", -math.inf),
        ("1.0", 1.0),
    ],
)
def test_floats_are_floats(text: str, expected: float) -> None:
    assert value(text) == expected
    assert isinstance(value(text), float)


def test_nan_is_nan() -> None:
    assert math.isnan(value(".nan"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [("12", 12), ("012", 12), ("+7", 7), ("-7", -7), ("0x1F", 31), ("0o17", 15), ("0", 0)],
)
def test_integers_are_integers(text: str, expected: int) -> None:
    assert value(text) == expected
    assert isinstance(value(text), int)


@pytest.mark.parametrize("text", ["on", "off", "yes", "no", "Yes", "y", "n", "tRue"])
def test_words_that_yaml_1_1_takes_for_booleans_stay_text(text: str) -> None:
    assert value(text) == text


@pytest.mark.parametrize(
    "text", ["1_000", "12:30:45", "2026-01-01", "0b1", "1e", "0x", ".", "-x", "=", "1 2"]
)
def test_what_only_looks_like_a_number_stays_text(text: str) -> None:
    assert value(text) == text


@pytest.mark.parametrize(("text", "expected"), [("true", True), ("True", True), ("FALSE", False)])
def test_booleans(text: str, expected: bool) -> None:
    assert value(text) is expected


@pytest.mark.parametrize("text", ["", "~", "null", "Null", "NULL", "# nothing"])
def test_nothing_is_none(text: str) -> None:
    assert value(text) is None


@pytest.mark.parametrize("text", ["5", "true", "null", "1e3", "", "~", ".nan"])
def test_quoted_scalars_stay_text(text: str) -> None:
    assert value(f"'{text}'") == text
    assert value(f'"{text}"') == text
    assert parse(f"x: |-\n  {text}", "f.yaml").data == {"x": text}


def test_a_number_without_end_is_refused() -> None:
    assert mistake("x: " + "9" * 19) == "f.yaml:1:4: x: a number of more than 18 digits"
    assert mistake("x: 0x" + "f" * 5000) == "f.yaml:1:4: x: a number of more than 18 digits"
    assert value("-" + "9" * 18) == -(10**18 - 1)


def test_keys_and_values_know_their_places() -> None:
    document = parse("model:\n  type: conv\n  filters: [16,\n    8]\nseed: 0\n", "f.yaml")
    assert document.data == {"model": {"type": "conv", "filters": [16, 8]}, "seed": 0}
    assert document.keys == {
        ("model",): Location("f.yaml", 1, 1),
        ("model", "type"): Location("f.yaml", 2, 3),
        ("model", "filters"): Location("f.yaml", 3, 3),
        ("seed",): Location("f.yaml", 5, 1),
    }
    assert document.values == {
        (): Location("f.yaml", 1, 1),
        ("model",): Location("f.yaml", 2, 3),
        ("model", "type"): Location("f.yaml", 2, 9),
        ("model", "filters"): Location("f.yaml", 3, 12),
        ("model", "filters", 0): Location("f.yaml", 3, 13),
        ("model", "filters", 1): Location("f.yaml", 4, 5),
        ("seed",): Location("f.yaml", 5, 7),
    }


def test_in_a_flag_nothing_has_a_line() -> None:
    document = parse("[1, 2]", "--set x=[1, 2]", has_lines=False)
    assert document.values[(1,)] == Location("--set x=[1, 2]")
    with pytest.raises(ConfigError, match=r"^--set x=\[: not YAML: "):
        parse("[", "--set x=[", has_lines=False)


def test_each_duplicate_key_names_the_line_of_the_first() -> None:
    assert mistake("a: 1\nb: 2\na: 3\nc: {d: 1, d: 2}\na: 4") == (
        "f.yaml:3:1: a: duplicate key; the first one is on line 1\n"
        "f.yaml:4:11: c.d: duplicate key; the first one is on line 4\n"
        "f.yaml:5:1: a: duplicate key; the first one is on line 1"
    )


def test_the_same_key_in_two_sections_is_no_duplicate() -> None:
    assert parse("a: {x: 1}\nb: {x: 2}", "f.yaml").data == {"a": {"x": 1}, "b": {"x": 2}}


def test_aliases_are_refused_before_they_can_grow() -> None:
    levels = "".join(f"l{i}: &l{i} [{', '.join([f'*l{i - 1}'] * 9)}]\n" for i in range(1, 30))
    start = time.process_time()
    message = mistake(f"l0: &l0 [x, x]\n{levels}")
    assert time.process_time() - start < 5
    assert message.startswith(
        "f.yaml:2:10: l1[0]: aliases (*name) aren't used in configs: write the value out"
    )


@pytest.mark.parametrize("tag", ["!!python/object/apply:os.system", "!!str", "!mine", "!!binary"])
def test_tags_are_refused_at_their_place(tag: str) -> None:
    message = mistake(f"a: 1\nb: {tag} x")
    assert message.startswith("f.yaml:2:4: b: tags (")
    assert message.endswith("aren't used in configs: write the plain value")


@pytest.mark.parametrize("unit", ["[", "{a: ", "- ", "? ", "a:\n "])
def test_deep_nesting_is_refused_fast(unit: str) -> None:
    text = "".join(f"{' ' * i}a:\n" for i in range(300)) if unit == "a:\n " else unit * 15_000
    start = time.process_time()
    message = mistake(text)
    assert time.process_time() - start < 5
    assert "nested more than 16 levels deep" in message
    assert len(message) < 200


@pytest.mark.parametrize("text", ["- !a 1\n" * 9000, "a: 1\n" * 13_000])
def test_a_file_full_of_mistakes_is_refused_fast_and_briefly(text: str) -> None:
    start = time.process_time()
    message = mistake(text)
    assert time.process_time() - start < 5
    assert len(message.splitlines()) == 21
    assert message.endswith(" more")


def test_a_huge_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "big.yaml"
    path.write_text("# " + "x" * MAX_BYTES)
    with pytest.raises(ConfigError, match="can't be read: larger than 65,536 bytes"):
        read_text(path)
    path.write_text("#" * MAX_BYTES)
    assert len(read_text(path)) == MAX_BYTES


def test_a_file_that_is_not_utf_8_is_refused_with_the_byte(tmp_path: Path) -> None:
    path = tmp_path / "latin.yaml"
    path.write_bytes("a: é".encode("latin-1"))
    with pytest.raises(ConfigError) as caught:
        read_text(path)
    assert str(caught.value) == f"{path}: not UTF-8 text (byte 3 is 0xe9): save it as UTF-8"


def test_a_file_that_cannot_be_read_is_an_error_of_the_user(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="can't be read: not a regular file"):
        read_text(tmp_path)


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "windows.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: 1\r\nb: 2\r\n")
    document = parse(read_text(path), "f.yaml")
    assert document.data == {"a": 1, "b": 2}
    assert document.keys[("b",)] == Location("f.yaml", 2, 1)


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x1b", "\x7f", "\ufffe"])
def test_control_characters_are_refused_at_their_place(character: str) -> None:
    expected = f"f.yaml:2:5: not YAML text: the character #x{ord(character):04x} is not allowed"
    assert mistake(f"a: 1\nb: x{character}") == expected


def test_half_a_surrogate_pair_is_refused_at_its_place() -> None:
    assert mistake('a: 1\nb: "\\ud800"').startswith("f.yaml:2:4: b: half of a surrogate pair")


@pytest.mark.parametrize("text", ["a: 1\n---\nb: 2", "a: 1\n...\n---\nb: 2"])
def test_a_second_document_is_refused(text: str) -> None:
    assert "a second document starts here; a config is one document" in mistake(text)


def test_one_document_may_be_marked() -> None:
    assert parse("%YAML 1.2\n---\na: 1\n...\n", "f.yaml").data == {"a": 1}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1: 2", "f.yaml:1:1: a key must be text, not 1"),
        ("a: {null: 2}", "f.yaml:1:5: a: a key must be text, not None"),
        ("true: 2", "f.yaml:1:1: a key must be text, not True"),
        ("? [a, b]\n: 2", "f.yaml:1:3: a key must be a plain word"),
        ("? {a: 1}\n: 2", "f.yaml:1:3: a key must be a plain word"),
    ],
)
def test_keys_that_are_no_text_are_refused(text: str, said: str) -> None:
    assert mistake(text) == said


@pytest.mark.parametrize(
    "text", ["a: 'x", "a: [1", "a: b: c", "a:\n\t b", "a: @x", "a: -\n", "%YAML 9.0\n---\na: 1"]
)
def test_what_is_not_yaml_is_refused_with_a_place(text: str) -> None:
    message = mistake(text)
    assert message.startswith("f.yaml:")
    assert ": not YAML: " in message
    assert "\n" not in message


@pytest.mark.parametrize("text", ["", "\n\n", "# a comment", "---", "null"])
def test_an_empty_text_is_none(text: str) -> None:
    assert parse(text, "f.yaml").data is None


NASTY = [
    *("", " ", "~", "null", "Null", "true", "False", "on", "no", "1e3", "1e-3", ".5", "012", "0x1f", "0o7"),
    *(".inf", "-.INF", ".nan", "+1", "1_000", "12:30", "2026-01-01", "<<", "=", "- a", "a: b", "a #b", "#"),
    *("'", '"', "\\", "*a", "&a", "!a", "%", "@", "`", "?", "-", "---", "...", "[", "{", ",", "|", ">"),
    *(
        "a\nb",
        "\n",
        "a\n\n b\n",
        "\r\n",
        "\t",
        " a",
        "a ",
        "\x00",
        "\x1b",
        "\x85",
        "\u2028",
        "\ufeff",
        "é",
        "数",
        "🙂",
    ),
]
texts = st.sampled_from(NASTY) | st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
scalars = (
    st.none() | st.booleans() | st.integers(-(10**18) + 1, 10**18 - 1) | st.floats(allow_nan=False) | texts
)
data = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.dictionaries(texts, data, max_size=5))
def test_what_is_dumped_is_read_back_unchanged(mapping: dict[str, Any]) -> None:
    read = parse(dump(mapping), "f.yaml").data or {}
    assert read == mapping
    assert repr(read) == repr(mapping)  # 1 is not 1.0 and not True; 0.0 is not -0.0; the order stays


@pytest.mark.parametrize("text", NASTY)
def test_every_nasty_text_survives_as_key_value_and_item(text: str) -> None:
    mapping = {text: {text: [text, {"x": text}], "y": text}}
    assert parse(dump(mapping), "f.yaml").data == mapping


@pytest.mark.parametrize(
    ("plain", "text"),
    [
        (1e-07, "1.0e-07"),
        ((16, 8), "[16, 8]"),
        (None, "null"),
        (True, "true"),
        ("conv", "conv"),
        ("/data/my digits/mnist.npz", "/data/my digits/mnist.npz"),
        ("5", '"5"'),
        ("a\nb", '"a\\nb"'),
    ],
)
def test_values_are_written_on_one_line_as_a_human_would(plain: Any, text: str) -> None:
    assert dump_value(list(plain) if isinstance(plain, tuple) else plain) == text


def test_nested_mappings_are_written_in_blocks() -> None:
    assert dump({"model": {"type": "conv", "filters": [8]}, "corruption": None, "seed": 0}) == (
        "model:\n  type: conv\n  filters: [8]\ncorruption: null\nseed: 0\n"
    )
