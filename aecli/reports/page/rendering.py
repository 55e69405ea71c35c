"""What all pages share: the templates, pictures inside the file, and how a page is written."""

from __future__ import annotations

import ast
from base64 import b64encode
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from aecli.core.files import read_whole, write_text

MAX_PICTURE = 2**25
"""Bytes of a figure that is put into a page."""


@dataclass(frozen=True)
class Picture:
    """A figure inside a page.

    Attributes:
        name: The figure's name.
        caption: What it shows, in a sentence.
        source: The image as a data URL.
    """

    name: str
    caption: str
    source: str


@dataclass(frozen=True)
class Table:
    """A table in a page.

    Attributes:
        columns: The headings.
        rows: The cells, as text.
        heading: What stands above it; may be empty.
    """

    columns: list[str]
    rows: list[list[str]]
    heading: str = ""


def picture(path: Path, caption: str | None = None) -> Picture:
    """A PNG file as part of a page.

    Args:
        path: The file, named by the figure that it is.
        caption: What it shows; by default what the figure's own file says.

    Raises:
        OSError: It can't be read, or is too large.
    """
    coded = b64encode(read_whole(path, MAX_PICTURE)).decode()
    return Picture(
        path.stem, _caption(path.stem) if caption is None else caption, f"data:image/png;base64,{coded}"
    )


def render(template: str, **values: Any) -> str:
    """A page as text.

    Args:
        template: A file of this room.
        values: What it shows; text from a run folder stays text, whatever it holds.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("aecli.reports", ""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
    )
    return environment.get_template(template).render(**values)


def write_page(path: Path, page: str) -> None:
    """Writes a page, whole or not at all."""
    write_text(path, page)


@cache
def _caption(figure: str) -> str:
    """What a figure of aecli's shows, as its file says; empty for another's. Nothing is imported."""
    try:
        spec = find_spec(f"aecli.figures.{figure}")
    except (ImportError, ValueError):
        return ""
    if spec is None or spec.origin is None:
        return ""
    return ast.get_docstring(ast.parse(Path(spec.origin).read_text(encoding="utf-8"))) or ""
