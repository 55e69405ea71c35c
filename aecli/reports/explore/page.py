"""A run → one HTML file in which its network runs."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from hashlib import sha256
from importlib.resources import files
from typing import Any

from aecli.core.errors import ExportFailed
from aecli.reports.explore import Precision
from aecli.reports.explore.content import content_of
from aecli.reports.page.rendering import render
from aecli.runs.opened import OpenedRun

SCRIPTS = (
    *("numbers", "operations", "network", "noise", "losses", "drawing", "page", "plane", "hands"),
    *("latent_space", "sliders", "stages", "way", "codebook", "main"),
)
"""The page's modules, each after those that it imports."""

IMPORT = re.compile(r"^import \{(.*?)\} from \"\./(\w+)\.js\";\n", re.MULTILINE | re.DOTALL)
EXPORT = re.compile(r"^export (?=(?:const|class|(?:async )?function\*?) (\w+))", re.MULTILINE)


def explorer(run: OpenedRun, precision: Precision = "float16") -> str:
    """The page of a run.

    Args:
        run: The run.
        precision: How its weights are written.

    Raises:
        ExportFailed: The network in the page would do something else than Keras's.
    """
    content, script = content_of(run, precision), _script()
    return render(
        "explore/browser/explore.html",
        title=content.facts["title"],
        policy=_policy(script),
        style=_text("style.css"),
        script=script,
        facts=_as_data(content.facts),
        blobs=content.blobs,
    )


def _script() -> str:
    """All modules in one, each a function that is called at once, since a module inside a page can't import another."""
    return "\n".join(_scope(name, _text(f"{name}.js")) for name in SCRIPTS)


def _scope(name: str, module: str) -> str:
    """A module whose names are its own."""
    exported = ", ".join(EXPORT.findall(module))
    body = EXPORT.sub("", IMPORT.sub(r"const {\1} = $\2;\n", module))
    return f"const ${name} = (() => {{\n{body}return {{ {exported} }};\n}})();"


def _policy(script: str) -> str:
    """What the page may do: run this very script, and nothing else."""
    digest = b64encode(sha256(script.encode()).digest()).decode()
    return (
        f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; img-src data: blob:; "
        "base-uri 'none'; form-action 'none'"
    )


def _as_data(facts: dict[str, Any]) -> str:
    """Plain data as JSON that can't end the element that it stands in.

    Raises:
        ExportFailed: A number in it is none.
    """
    try:
        text = json.dumps(facts, allow_nan=False, separators=(",", ":"))
    except ValueError as error:
        raise ExportFailed(
            "the run's losses or codes are no numbers, so that there is nothing to explore"
        ) from error
    return text.replace("<", "\\u003c")


def _text(name: str) -> str:
    return (files("aecli.reports.explore") / "browser" / name).read_text(encoding="utf-8")
