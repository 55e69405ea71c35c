"""`run.json`: what a run was, where it ran, how it ended and what it reached."""

from __future__ import annotations

import json
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from aecli.config.plugins import Used
from aecli.core.errors import RunError
from aecli.core.files import read_whole, write_text
from aecli.core.text import printable
from aecli.data.facts import Count, Facts, Shape

MAX_BYTES = 2**26
FORMAT = 2
"""Counts up whenever a run folder's files change their meaning."""


class Status(StrEnum):
    """How far a run is."""

    RUNNING = "running"
    COMPLETED = "completed"
    INTERRUPTED = "interrupted"
    FAILED = "failed"
    PRUNED = "pruned"
    """Ended by a sweep, because others did better."""
    CRASHED = "crashed"
    """Never written: what a run is whose record says running and whose process is gone."""


class Record(BaseModel):
    """The contents of `run.json`."""

    model_config = ConfigDict(use_attribute_docstrings=True, frozen=True, allow_inf_nan=False)

    format: int = FORMAT
    """The format of the folder."""
    id: str
    """The run's id, the name of its folder when it was made."""
    status: Status
    """How far the run is."""
    reason: str | None = None
    """Why it was interrupted or failed, in plain words."""
    model: str
    """The network's type."""
    latent: str
    """The latent's type."""
    objective: str
    """The objective's type."""
    plugins: list[Used] = []
    """The parts of its config that aren't aecli's own, and the files and packages that they come from."""
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
    data: Facts
    """The data really used: name, origin, counts of samples, fingerprints."""
    monitored: Literal["test", "validation"]
    """What is measured after each epoch: `test` or `validation` samples."""
    parameters: Count
    """Weights of the network."""
    latent_shape: Shape
    """The shape of one code."""
    started: str
    """When, UTC."""
    ended: str | None = None
    """When, UTC; nothing while it runs."""
    seconds: Annotated[float, Field(ge=0)] | None = None
    """How long the training took in all, images included."""
    resumptions: list[dict[str, Any]] = []
    """Command, time and versions of each time the run was resumed."""
    epochs: Count
    """Epochs that the config asks for."""
    epochs_done: Count = 0
    """Epochs completed."""
    metrics: dict[str, float] = {}
    """What the last epoch reached."""
    learned: dict[str, float] = {}
    """What was learned of the loss itself, such as the `sigma` of a Gaussian likelihood."""
    test: dict[str, float] = {}
    """The loss on the test samples, in its parts, of the network that is kept."""
    unit: str
    """The unit of the reconstruction loss."""
    checkpoint: Literal["last", "best"] | None = None
    """The network that every later command loads: `last` or `best`."""
    checkpoint_epoch: Count | None = None
    """The epoch (from 1) that it comes from."""
    network: Annotated[str, Field(pattern=r"^epoch-\d{6,}-[0-9a-f]{8}$")] | None = None
    """The name of its folder below `networks`."""
    weights: str | None = None
    """The hash of its weights, which all that belongs to it carries."""

    @property
    def words(self) -> str:
        """Network, latent and objective, in words for people."""
        return f"{self.model} × {self.latent} × {self.objective}"

    @property
    def classes(self) -> list[str] | None:
        """The labels of its training samples; None where they name no classes."""
        return self.data.get("classes")

    @classmethod
    def read(cls, path: Path) -> Record:
        """Reads a record.

        Raises:
            RunError: There is none, or it is damaged.
        """
        try:
            text = read_whole(path, MAX_BYTES)
            _check_format(json.loads(text), path)
            record = cls.model_validate_json(text, strict=True)
            # Where anything may stand, NaN and Infinity may; written down again, they would be null.
            free = [record.data["scaling"], record.data["framing"], record.resumptions]
            json.dumps(free, allow_nan=False)
        except OSError as error:
            raise RunError(f"{path}: can't be read: {error.strerror}") from error
        except ValidationError as error:
            where = ".".join(map(str, error.errors()[0]["loc"])) or "the record"
            said = error.errors()[0]["msg"].lower()
            raise RunError(f"{path}: damaged: {printable(where)}: {said}") from error
        except (ValueError, RecursionError) as error:
            raise RunError(f"{path}: damaged: this isn't the record of a run") from error
        _check_data(record.data, path)
        return record

    def write(self, path: Path) -> None:
        """Writes the record atomically."""
        text = json.dumps(self.model_dump(mode="json"), indent=2, ensure_ascii=False) + "\n"
        # A command line can hold bytes that aren't text, which Python keeps as half a surrogate pair each.
        write_text(path, text.encode(errors="replace").decode())

    def updated(self, path: Path, **changes: Any) -> Record:
        """A record with changes, written down."""
        record = self.model_copy(update=changes)
        record.write(path)
        return record


AXES = {"images": (2, 3), "sequences": (2,), "rows": (1,)}
"""How many axes a sample has, by what it is."""


def _check_format(plain: Any, path: Path) -> None:
    """Refuses the record of a folder in another format.

    Raises:
        RunError: It is one; the message names the version that made it.
    """
    if isinstance(plain, dict) and "id" in plain and plain.get("format", 1) != FORMAT:
        versions = plain.get("versions")
        made_by = versions.get("aecli") if isinstance(versions, dict) else None
        raise RunError(
            f"{path}: made by aecli {printable(str(made_by or '?'))}, in a format of run folders that this version "
            f"({version('aecli')}) doesn't read; use that version, or train again"
        )


def _check_data(data: Facts, path: Path) -> None:
    """Refuses samples that can't be what they are said to be: commands rely on their axes and columns.

    Raises:
        RunError: They can't.
    """
    shape, columns = data["sample_shape"], data["columns"]
    if len(shape) not in AXES[data["kind"]]:
        raise RunError(f"{path}: damaged: {data['kind']} don't have the shape {tuple(shape)} each")
    if columns is not None and len(columns) != shape[-1]:
        raise RunError(f"{path}: damaged: {len(columns)} headings for {shape[-1]} columns")
