"""Runs that were never trained, for what needs their data's form alone."""

from pathlib import Path
from typing import Any

from aecli.data.framing import Framing
from aecli.data.scaling import PIXELS, Scaling
from aecli.models.build import build
from aecli.runs.folder import RunFolder
from aecli.runs.opened import OpenedRun
from tests.runs.test_record import FACTS, record
from tests.whole_runs import config


def untrained(
    sample_shape: tuple[int, ...],
    kind: str = "images",
    scaling: Scaling = PIXELS,
    framing: Framing | None = None,
    columns: list[str] | None = None,
    data: str = "{name: mnist}",
) -> OpenedRun:
    """A run on samples of a shape, with fresh weights."""
    model = "{type: lstm, encoder_units: 2}" if kind == "sequences" else "{type: dense, latent: {dim: 2}}"
    options = config(f"model: {model}\ndata: {data}\n")
    facts: dict[str, Any] = FACTS | {
        "kind": kind,
        "sample_shape": list(sample_shape),
        "scaling": scaling.to_json(),
        "framing": None if framing is None else framing.to_json(),
        "columns": columns,
    }
    network = build(options.model, sample_shape)
    return OpenedRun(RunFolder(Path("20260101-000000-made-up")), options, record(data=facts), network)
