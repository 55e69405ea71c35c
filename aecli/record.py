"""`run.json`: what a run was, where it ran, how it ended and what it reached."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from aecli.errors import RunError
from aecli.files import write_text


class Status(StrEnum):
    """How far a run is."""

    RUNNING = "running"
    COMPLETED = "completed"
    INTERRUPTED = "interrupted"
    FAILED = "failed"
    CRASHED = "crashed"
    """Never written: what a run is whose record says running and whose process is gone."""


class Record(BaseModel):
    """The contents of `run.json`."""

    model_config = ConfigDict(use_attribute_docstrings=True, frozen=True)

    id: str
    """The run's id, the name of its folder when it was made."""
    status: Status
    """How far the run is."""
    reason: str | None = None
    """Why it was interrupted or failed, in plain words."""
    model: str
    """The model's type."""
    plugin: dict[str, str] | None = None
    """The file that the model comes from, `path` and `sha256`; None if it is one of aecli's own."""
    command: str
    """The command that was typed."""
    seed: int
    """Where all randomness came from."""
    versions: dict[str, str]
    """Of aecli, Python and the libraries that compute."""
    git_commit: str | None = None
    """The commit of aecli's own source, if it runs from a checkout; `+` behind it for local changes."""
    host: str
    """The machine's name."""
    platform: str
    """Operating system and processor."""
    device: str
    """What the training ran on."""
    data: dict[str, Any]
    """The data really used: name, origin, counts of images, fingerprints."""
    monitored: str
    """What the `val_` quantities are measured on: `test` or `validation`."""
    parameters: int
    """Weights of the network."""
    code_shape: list[int]
    """The shape of one code."""
    started: str
    """When, UTC."""
    ended: str | None = None
    """When, UTC; nothing while it runs."""
    seconds: float | None = None
    """How long the training took in all, pictures included."""
    resumptions: list[dict[str, Any]] = []
    """Command, time and versions of each time the run was resumed."""
    epochs: int
    """Epochs that the config asks for."""
    epochs_done: int = 0
    """Epochs completed."""
    metrics: dict[str, float] = {}
    """What the last epoch reached."""
    test: dict[str, float] = {}
    """The loss on the test images, in its parts, of the network that is kept."""
    unit: str
    """The unit of the reconstruction loss."""
    checkpoint: str | None = None
    """The network that every later command loads: `last` or `best`."""
    checkpoint_epoch: int | None = None
    """The epoch (from 1) that it comes from."""

    @classmethod
    def read(cls, path: Path) -> Record:
        """Reads a record.

        Raises:
            RunError: There is none, or it is damaged.
        """
        try:
            return cls.model_validate(json.loads(path.read_bytes()))
        except OSError as error:
            raise RunError(f"{path}: can't be read: {error.strerror}") from error
        except (ValueError, RecursionError, ValidationError) as error:
            raise RunError(f"{path}: damaged: this is no record of a run") from error

    def write(self, path: Path) -> None:
        """Writes the record atomically."""
        text = json.dumps(self.model_dump(mode="json"), indent=2, ensure_ascii=False) + "\n"
        # A command line can hold bytes that are no text, which Python keeps as half a surrogate pair each.
        write_text(path, text.encode(errors="replace").decode())

    def updated(self, path: Path, **changes: Any) -> Record:
        """A record with changes, written down."""
        record = self.model_copy(update=changes)
        record.write(path)
        return record
