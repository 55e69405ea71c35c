"""What is said reaches the terminal and the run's log, and what others wrote steers no terminal."""

import io
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from aecli.core import log

said = logging.getLogger("aecli.somewhere")


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    before = list(log.LOGGER.handlers)
    yield
    log.LOGGER.handlers[:] = before


def shown(monkeypatch: pytest.MonkeyPatch, quiet: bool = False) -> Any:
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    log.start(quiet)
    return stream


def test_warnings_are_marked_and_quiet_hides_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    loud, quiet = shown(monkeypatch), None
    said.info("one")
    said.warning("two")
    assert loud.getvalue() == "one\nWARNING: two\n"
    quiet = shown(monkeypatch, quiet=True)
    said.info("one")
    said.warning("two")
    assert quiet.getvalue() == "WARNING: two\n"


def test_a_runs_log_holds_what_was_said_before_it_and_inside_and_nothing_after(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shown(monkeypatch, quiet=True)
    said.info("before")
    with log.kept_in(tmp_path / "train.log"):
        said.warning("inside")
    said.info("after")
    with log.kept_in(tmp_path / "next.log"):
        pass
    assert (tmp_path / "train.log").read_text() == "before\nWARNING: inside\n"
    assert (tmp_path / "next.log").read_text() == "after\n"


def test_a_terminal_or_a_log_that_is_gone_stops_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    stream = shown(monkeypatch)
    stream.close()
    with log.kept_in(tmp_path / "no" / "such" / "folder"):
        said.warning("two")


def test_escape_sequences_are_shown_and_not_obeyed(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = shown(monkeypatch)
    said.warning("\x1b]0;title\x07\x1b[31mred\x9b2J")
    assert "\x1b" not in stream.getvalue()
    assert "\\x1b[31mred" in stream.getvalue()
