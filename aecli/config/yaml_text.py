"""YAML text → plain data, with the position of everything.

We read the events of PyYAML's parser ourselves instead of using its loader, because the loader lets
the last of two equal keys win, reads `1e-3` as text, `on` and `no` as booleans and `012` as ten, builds
Python objects for tags, and forgets where a value stood. The scalars here are those of the YAML 1.2 core
schema; aliases, tags and multiple documents are refused, which leaves nothing that can grow or run.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from yaml import events

from aecli.config.problems import Location, Path_, Problem, Problems
from aecli.core.files import read_whole

MAX_BYTES = 65_536
MAX_DEPTH = 16

_INTEGER = re.compile(r"[-+]?[0-9]+|0x[0-9a-fA-F]+|0o[0-7]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_PLAIN = re.compile(r"[\w./~][\w./~ -]*")
_WORDS: dict[str, Any] = {
    **dict.fromkeys(["", "~", "null", "Null", "NULL"]),
    **dict.fromkeys(["true", "True", "TRUE"], True),
    **dict.fromkeys(["false", "False", "FALSE"], False),
    **dict.fromkeys([".inf", ".Inf", ".INF", "+.inf"], float("inf")),
    **dict.fromkeys(["-.inf", "-.Inf", "-.INF"], float("-inf")),
    **dict.fromkeys([".nan", ".NaN", ".NAN"], float("nan")),
}


@dataclass
class Document:
    """A YAML document as plain data.

    Attributes:
        data: The root value: mappings, lists, strings, numbers, booleans and None.
        values: Where each value starts, by its path from the root.
        keys: Where each key of a mapping stands, by the path it leads to.
    """

    data: Any = None
    values: dict[Path_, Location] = field(default_factory=dict)
    keys: dict[Path_, Location] = field(default_factory=dict)


def read_text(path: Path) -> str:
    """The text of a config file.

    Raises:
        ConfigError: The file can't be read, is longer than `MAX_BYTES`, or isn't UTF-8.
    """
    source = Location(str(path))
    try:
        raw = read_whole(path, MAX_BYTES)
    except OSError as error:
        raise Problems([Problem(source, (), f"can't be read: {error.strerror}")]).error() from error
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"not UTF-8 text (byte {error.start} is 0x{raw[error.start]:02x}): save it as UTF-8"
        raise Problems([Problem(source, (), message)]).error() from error


def parse(text: str, source: str, *, has_lines: bool = True) -> Document:
    """Parses one YAML document.

    Args:
        text: The YAML text.
        source: What the text is called in messages: a file's path, or a flag.
        has_lines: Whether lines and columns mean anything to a user; in a flag they don't.

    Returns:
        The document; `data` is None if the text is empty.

    Raises:
        ConfigError: The text isn't YAML, or uses what a config may not (duplicate keys, aliases, tags, …).
    """
    parser = _Parser(source, has_lines)
    try:
        document = parser.read(_events(text))
    except yaml.MarkedYAMLError as error:
        location = parser.at(error.problem_mark or error.context_mark)
        parser.problems.append(Problem(location, (), f"not YAML: {error.problem or error.context}"))
        raise parser.problems.error() from error
    except yaml.reader.ReaderError as error:
        message = f"not YAML text: the character #x{error.character:04x} is not allowed"
        before = text[: error.position]
        line = before.count("\n") + 1
        location = (
            Location(source, line, error.position - before.rfind("\n")) if has_lines else Location(source)
        )
        raise Problems([Problem(location, (), message)]).error() from error
    if parser.problems:
        raise parser.problems.error()
    return document


def _events(text: str) -> Iterator[Any]:
    """What the text is made of, by libyaml where it is there, which takes a tenth of the time.

    What that can't read, PyYAML reads again, so that mistakes are told in the same words everywhere.
    """
    fast = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return iter(list(yaml.parse(text, Loader=fast)))
    except (yaml.YAMLError, UnicodeError):
        return iter(yaml.parse(text, Loader=yaml.SafeLoader))


class _Parser:
    """Turns a stream of YAML events into a Document, collecting what is wrong on the way."""

    def __init__(self, source: str, has_lines: bool) -> None:
        self.source = source
        self.has_lines = has_lines
        self.document = Document()
        self.problems = Problems()

    def read(self, stream: Iterator[Any]) -> Document:
        """Reads the whole stream, which must hold one document."""
        documents = 0
        for event in stream:
            if isinstance(event, events.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._complain(event, (), "a second document starts here; a config is one document")
                    raise self.problems.error()
                self.document.data = self._value(next(stream), stream, ())
        return self.document

    def _value(self, event: Any, stream: Iterator[Any], path: Path_) -> Any:
        """The value that starts with `event`; takes its further events from the stream."""
        self.document.values[path] = self.at(event.start_mark)
        if isinstance(event, events.AliasEvent):
            self._complain(event, path, "aliases (*name) aren't used in configs: write the value out")
            return None
        if event.tag not in (None, "!"):
            self._complain(event, path, f"tags ({event.tag}) aren't used in configs: write the plain value")
        if len(path) >= MAX_DEPTH:
            self._complain(event, path[:3], f"nested more than {MAX_DEPTH} levels deep")
            raise self.problems.error()
        if isinstance(event, events.MappingStartEvent):
            return self._mapping(stream, path)
        if isinstance(event, events.SequenceStartEvent):
            return self._sequence(stream, path)
        return self._scalar(event, path)

    def _mapping(self, stream: Iterator[Any], path: Path_) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        while not isinstance(event := next(stream), events.MappingEndEvent):
            key = self._value(event, stream, (*path, "?"))
            if not isinstance(key, str):
                what = "a plain word" if isinstance(key, (dict, list)) else f"text, not {key!r}"
                self._complain(event, path, f"a key must be {what}")
                self._value(next(stream), stream, (*path, "?"))
                continue
            here = (*path, key)
            if key in mapping:
                first = self.document.keys[here]
                self._complain(event, here, f"duplicate key; the first one is on line {first.line}")
            self.document.keys.setdefault(here, self.at(event.start_mark))
            mapping[key] = self._value(next(stream), stream, here)
        self.document.values.pop((*path, "?"), None)
        return mapping

    def _sequence(self, stream: Iterator[Any], path: Path_) -> list[Any]:
        items: list[Any] = []
        while not isinstance(event := next(stream), events.SequenceEndEvent):
            items.append(self._value(event, stream, (*path, len(items))))
        return items

    def _scalar(self, event: Any, path: Path_) -> Any:
        text: str = event.value
        if any("\ud800" <= character <= "\udfff" for character in text):
            self._complain(event, path, "half of a surrogate pair (\\ud800 to \\udfff) is not a character")
            return None
        if not event.implicit[0]:  # quoted, or a block of text
            return text
        if text in _WORDS:
            return _WORDS[text]
        if _INTEGER.fullmatch(text):
            if len(text.lstrip("+-")) > 18:
                self._complain(event, path, "a number of more than 18 digits")
                return None
            return int(text, 0) if text[:2] in ("0x", "0o") else int(text)
        return float(text) if _FLOAT.fullmatch(text) else text

    def at(self, mark: yaml.Mark | None) -> Location:
        """The place of a mark, in our words."""
        if mark is None or not self.has_lines:
            return Location(self.source)
        return Location(self.source, mark.line + 1, mark.column + 1)

    def _complain(self, event: Any, path: Path_, message: str) -> None:
        self.problems.append(Problem(self.at(event.start_mark), path, message))


class _Dumper(yaml.SafeDumper):
    """PyYAML's dumper, made to quote what our reader would take for something other than text."""


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    is_plain = _PLAIN.fullmatch(text) and text not in _WORDS
    is_number = _INTEGER.fullmatch(text) or _FLOAT.fullmatch(text)
    style = None if is_plain and not is_number else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _represent_text)


def dump(data: dict[str, Any]) -> str:
    """A mapping → YAML text that `parse` reads back unchanged."""
    return ("\n".join(_lines(data, "")) or "{}") + "\n"


def dump_value(value: Any) -> str:
    """A value → YAML on one line."""
    form: dict[str, Any] = {"default_flow_style": True, "allow_unicode": True, "width": float("inf")}
    return str(yaml.dump([value], Dumper=_Dumper, sort_keys=False, **form)).strip()[1:-1]


def _lines(section: dict[str, Any], indent: str) -> Iterator[str]:
    for key, value in section.items():
        if isinstance(value, dict) and value:
            yield f"{indent}{dump_value(key)}:"
            yield from _lines(value, indent + "  ")
        else:
            yield f"{indent}{dump_value(key)}: {dump_value(value)}"
