"""What runs on a node of a cluster: a run in a folder that nobody else sees, sent home as it grows."""

from __future__ import annotations

import io
import signal
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from aecli.config.load import check
from aecli.config.plugins import load_plugin
from aecli.config.yaml_text import parse
from aecli.core import provenance
from aecli.core.errors import AecliError
from aecli.data.facts import fingerprints
from aecli.runs.folder import RunFolder
from aecli.sweeps.workers import environment, last_words

EACH = 2.0
"""Seconds between two looks at a run, and so the shortest time between two parcels."""

ON_A_LEASH = (
    "import ctypes, runpy, sys; ctypes.CDLL(None).prctl(1, 15); sys.argv[0] = 'aecli'; "
    "runpy.run_module('aecli', run_name='__main__')"
)
"""Runs aecli so that Linux ends it when the process that started it dies, as a worker does with its driver."""

LEFT_BEHIND = (".lock", ".reserve")
"""Files of a run folder that mean something on their own machine only."""


@dataclass(frozen=True)
class Found:
    """What a node has.

    Attributes:
        versions: Of what decides the numbers.
        data: The fingerprints of training and test samples.
        trouble: Why the data can't be read; None if it can.
    """

    versions: dict[str, str]
    data: tuple[str, str] | None = None
    trouble: str | None = None


def versions() -> dict[str, str]:
    """Of what decides a run's numbers, here."""
    wanted = ("aecli", "keras", "numpy", "python", "tensorflow")
    found = {name: version for name, version in provenance.versions().items() if name in wanted}
    return {**found, "commit": provenance.git_commit() or ""}


def inspect(config: str, plugins: Mapping[str, bytes]) -> Found:
    """What this node has of what a sweep needs.

    Args:
        config: The text of a config, whose data is read.
        plugins: Files that are loaded first, by name.
    """
    from aecli.data.splits import prepare

    try:
        with tempfile.TemporaryDirectory(prefix="aecli-") as place:
            for plugin in _unpacked(plugins, Path(place)):
                load_plugin(plugin)
            checked = check(parse(config, "the sweep"), "the sweep").config
            data = prepare(checked.data.read(), checked.seed)
        return Found(versions(), fingerprints(data.record))
    except AecliError as error:
        return Found(versions(), trouble=str(error))


def train(
    name: str, config: str, begun: bytes | None, plugins: Mapping[str, bytes], threads: int
) -> Iterator[bytes]:
    """Trains a run, or trains on, by a process of its own.

    Args:
        name: The run's name.
        config: Its config's text.
        begun: Its run folder as far as it came elsewhere; None if it is new.
        plugins: Files that are loaded first, by name.
        threads: Cores to use.

    Yields:
        The run folder, as it grows; the last time when it has ended.

    Raises:
        RuntimeError: It ended without a run folder; the message is what it said.
    """
    with tempfile.TemporaryDirectory(prefix="aecli-") as place:
        runs, log = Path(place) / "runs", Path(place) / "log"
        file = Path(place) / "config.yaml"
        file.write_text(config, encoding="utf-8")
        options = [part for path in _unpacked(plugins, Path(place)) for part in ("--plugin", str(path))]
        goal = [str(file), "--name", name]
        if begun is not None:
            unpack(begun, runs)
            goal = ["--resume", str(next(runs.iterdir()))]
        command = [
            sys.executable,
            "-c",
            ON_A_LEASH,
            "train",
            "--quiet",
            "--runs-dir",
            str(runs),
            *options,
            *goal,
        ]
        with log.open("wb") as said:
            child = subprocess.Popen(  # noqa: S603 - our own program
                command,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                env=environment(threads),
            )
            try:
                yield from _parcels(child, runs)
            finally:
                child.send_signal(signal.SIGTERM)
                child.wait()
        if not _run_in(runs):
            raise RuntimeError(last_words(log))


def _parcels(child: subprocess.Popen[bytes], runs: Path) -> Iterator[bytes]:
    """The run folder whenever an epoch is new, and at the end."""
    sent = None
    while child.poll() is None:
        time.sleep(EACH)
        run = _run_in(runs)
        if run and run.metrics.is_file() and (now := run.metrics.stat().st_mtime_ns) != sent:
            sent = now
            yield pack(run)
    if run := _run_in(runs):
        yield pack(run)


def _run_in(runs: Path) -> RunFolder | None:
    shown = [path for path in runs.glob("*") if not path.name.startswith(".")] if runs.is_dir() else []
    return RunFolder(shown[0]) if shown else None


def _unpacked(plugins: Mapping[str, bytes], place: Path) -> list[Path]:
    """Plugins as files again."""
    paths = []
    for number, (name, content) in enumerate(plugins.items()):
        path = place / str(number) / name
        path.parent.mkdir()
        path.write_bytes(content)
        paths.append(path)
    return paths


def pack(run: RunFolder) -> bytes:
    """A run folder in bytes, also while it is being trained in.

    Its files are replaced whole, so each is right; one that has gone since it was listed has a newer one beside it,
    and the folder is listed again.
    """
    while True:
        parcel = io.BytesIO()
        try:
            with tarfile.open(fileobj=parcel, mode="w") as tar:
                for path in sorted(run.path.rglob("*")):
                    is_whole = not path.name.startswith(".") and path.name not in LEFT_BEHIND
                    if path.is_file() and is_whole:
                        tar.add(path, str(path.relative_to(run.path.parent)))
        except FileNotFoundError:
            continue
        return parcel.getvalue()


def unpack(parcel: bytes, runs: Path) -> RunFolder:
    """Makes a run folder what a parcel holds; file by file, so that a kill leaves each one old or new.

    Args:
        parcel: What `pack` made.
        runs: The folder of runs that it goes into.
    """
    runs.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=runs, prefix=".parcel-") as place:
        with tarfile.open(fileobj=io.BytesIO(parcel)) as tar:
            tar.extractall(place, filter="data")
        (arrived,) = Path(place).iterdir()
        run = RunFolder(runs / arrived.name)
        files = {path.relative_to(arrived) for path in arrived.rglob("*") if path.is_file()}
        # Checkpoints first: whatever is read with an older record goes on from there.
        for name in sorted(files, key=lambda name: (name.parts[0] != "checkpoints", name)):
            (run.path / name).parent.mkdir(parents=True, exist_ok=True)
            (arrived / name).replace(run.path / name)
        for folder in (run.checkpoints, run.networks, run.tensorboard, run.figures):
            folder.mkdir(exist_ok=True)
        for path in run.path.rglob("*"):
            if path.is_file() and path.name not in LEFT_BEHIND and path.relative_to(run.path) not in files:
                path.unlink()
    return run
