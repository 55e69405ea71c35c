"""Records of any content: read as they were written, or refused in a line; never an end of a command."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aecli.core.errors import RunError
from aecli.runs.record import Record
from tests.generated import many, some
from tests.runs.test_record import record

ENDED = {
    "status": "completed",
    "seconds": 5.0,
    "epochs_done": 3,
    "metrics": {"total": 0.25},
    "test": {"reconstruction": 0.2, "total": 0.2},
    "checkpoint": "last",
    "checkpoint_epoch": 3,
    "network": "epoch-000003-abcdef01",
    "weights": "abcdef01",
    "plugins": [
        {"noun": "model", "name": "conv", "origin": {"path": "/p.py", "sha256": "abcdef01"}},
        {"noun": "data set", "name": "mnist5k", "origin": {"package": "p", "version": "1.0"}},
    ],
}
VALID: dict[str, Any] = record().model_dump(mode="json") | ENDED
CONFIG = "model: {type: conv}\ndata: {name: mnist5k}\ntraining: {epochs: 3}\nseed: 0\n"
GOOD, OTHER = "20260101-000000-good", "20260101-000001-other"

NASTY = (
    "\x1b[31m",
    "\x1b]0;title\x07",
    "\r",
    "\n",
    "\x00",
    "\x9b2J",
    "\u202e",
    "\u2028",
    "\ud800",
    "[red]",
    "%s",
)
texts = st.text(max_size=8) | st.lists(st.sampled_from([*NASTY, "a", "é", "|", "*"]), max_size=4).map("".join)
numbers = (
    st.integers(-3, 10)
    | st.sampled_from([2**31, 2**63 - 1, 2**63, -(2**63), 10**30, 10**400, 10**4000])
    | st.floats()
)
values = st.recursive(
    st.none() | st.booleans() | numbers | texts | st.sampled_from(["completed", "running", "images", "test"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)


def places(plain: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Where a value of a record stands, and all that stands in it."""
    found = [path] if path else []
    if isinstance(plain, dict):
        found += [place for key, value in plain.items() for place in places(value, (*path, key))]
    elif isinstance(plain, list):
        found += [place for i, value in enumerate(plain) for place in places(value, (*path, i))]
    return found


PLACES = places(VALID)


def alike(old: Any) -> st.SearchStrategy[Any]:
    """Values that may stand where another one stands: of the same kind, so that more of them are read."""
    if isinstance(old, str):
        return texts
    if isinstance(old, int | float):
        return numbers
    if isinstance(old, dict):
        return st.dictionaries(texts, values, max_size=3)
    return st.lists(numbers, max_size=3)


@st.composite
def records(draw: st.DrawFn) -> Any:
    """A valid record of which some values are others, are missing, or are more."""
    plain = json.loads(json.dumps(VALID))
    for _ in range(draw(st.integers(1, 4))):
        *above, last = draw(st.sampled_from(PLACES))
        section = plain
        for key in above:
            section = section[key] if _has(section, key) else None
        if not _has(section, last):
            continue
        match draw(st.sampled_from(["alike", "alike", "alike", "any", "gone", "more"])):
            case "alike":
                section[last] = draw(alike(section[last]))
            case "any":
                section[last] = draw(values)
            case "gone":
                del section[last]
            case "more" if isinstance(section, dict):
                section[draw(texts)] = draw(values)
    return draw(st.just(plain) | values) if draw(st.integers(0, 9)) == 0 else plain


def _has(section: Any, key: str | int) -> bool:
    if isinstance(section, dict):
        return key in section
    return isinstance(section, list) and isinstance(key, int) and key < len(section)


raw = st.tuples(records(), st.booleans()).map(lambda drawn: as_bytes(*drawn))


def as_bytes(plain: Any, escaped: bool) -> bytes:
    """JSON as some program might write it, half surrogate pairs as what they are."""
    return json.dumps(plain, ensure_ascii=escaped).encode(errors="surrogatepass")


def same(written: Any, read: Any) -> bool:
    """Whether all that is read was written so; a whole number may stand for a float, as in JSON."""
    if isinstance(read, dict):
        return isinstance(written, dict) and all(
            key in written and same(written[key], read[key]) for key in read
        )
    if isinstance(read, list):
        return isinstance(written, list) and len(written) == len(read) and all(map(same, written, read))
    if isinstance(read, bool) or isinstance(written, bool):
        return read is written
    if isinstance(read, float) and isinstance(written, int):
        return abs(written) < 2**1023 and read == float(written)
    return bool(read == written)


def check_reading(folder: Path, content: bytes) -> None:
    """A record is read as it was written, or refused in one line that can be printed."""
    path = folder / "run.json"
    path.write_bytes(content)
    try:
        found = Record.read(path)
    except RunError as error:
        refused = str(error)
    else:
        _check_found(path, content, found)
        return
    assert refused.startswith(f"{path}: ")
    assert refused.isprintable(), refused
    assert len(refused) < len(str(path)) + 400


def _check_found(path: Path, content: bytes, found: Record) -> None:
    written, plain = json.loads(content), found.model_dump(mode="json")
    defaults = {name: plain[name] for name in plain if name not in written}
    assert same(written | defaults, plain), (written, plain)
    found.write(path)
    assert Record.read(path) == found


@some
@given(content=raw)
def test_a_record_is_read_as_it_was_written_or_refused_in_a_line(tmp_path: Path, content: bytes) -> None:
    check_reading(tmp_path, content)


@pytest.mark.slow
@many
@given(content=raw)
def test_many_records_are_read_as_they_were_written_or_refused_in_a_line(
    tmp_path: Path, content: bytes
) -> None:
    check_reading(tmp_path, content)


def make_run(runs_dir: Path, name: str, content: bytes) -> None:
    folder = runs_dir / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "run.json").write_bytes(content)
    (folder / "config.yaml").write_text(CONFIG)
    (folder / "metrics.csv").write_text("epoch,total,test_reconstruction,test_total\n1,1,0.2,2\n")


def check_commands(runs_dir: Path, content: bytes, form: str, aecli: Callable[..., Any]) -> None:
    """A run of any record beside a good one is listed and compared, and steers no terminal."""
    make_run(runs_dir, GOOD, json.dumps(VALID).encode())
    make_run(runs_dir, OTHER, content)
    for command in (["runs"], ["compare", "--no-figure", "--format", form, "--metric", "all"]):
        ended = aecli(*command, "--runs-dir", runs_dir)
        assert ended.code == 0, (command, ended)
        assert "Traceback" not in ended.err
        for text in (ended.out, ended.err):
            assert text.replace("\n", "").replace("\t", "").isprintable(), (command, text)
        if form == "json" and command[0] == "compare":
            assert len(json.loads(ended.out)["rows"]) == 2
        assert GOOD in ended.out
        assert OTHER in ended.out


forms = st.sampled_from(["table", "table", "csv", "json", "markdown"])


@some
@given(content=raw, form=forms)
def test_a_run_of_any_record_is_listed_and_compared(
    tmp_path: Path, aecli: Callable[..., Any], content: bytes, form: str
) -> None:
    check_commands(tmp_path / "runs", content, form, aecli)


@pytest.mark.slow
@many
@given(content=raw, form=forms)
def test_many_runs_of_any_record_are_listed_and_compared(
    tmp_path: Path, aecli: Callable[..., Any], content: bytes, form: str
) -> None:
    check_commands(tmp_path / "runs", content, form, aecli)
