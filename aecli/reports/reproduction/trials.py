"""Recipe and seed → the config to train, and the run that already trained it, if there is one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from aecli.config.expectations import Expectation
from aecli.config.load import load_config, open_config
from aecli.config.overrides import Override
from aecli.config.schema import Config
from aecli.core.errors import ConfigError, RequestError, RunError
from aecli.data.facts import Facts, fingerprints
from aecli.data.sources.source import DataSource
from aecli.evaluation.report import Report
from aecli.runs.folder import UNFINISHED, RunFolder, runs_in
from aecli.runs.record import Record, Status


@dataclass(frozen=True)
class Trial:
    """A recipe on a data set.

    Attributes:
        recipe: The recipe's name.
        path: Its file.
        config: Its config on this data, for as many epochs as is expected there; its seed is the first one.
        expectations: What it should reach on this data.
    """

    recipe: str
    path: Path
    config: Config
    expectations: tuple[Expectation, ...]

    def seeded(self, repeat: int) -> Config:
        """The config of a repetition, from 0."""
        return self.config.model_copy(update={"seed": self.config.seed + repeat})

    @property
    def cpu_minutes(self) -> float | None:
        """About how long a run takes; None if the recipe doesn't say."""
        return max((one.cpu_minutes for one in self.expectations if one.cpu_minutes), default=None)


@dataclass(frozen=True)
class FoundRun:
    """A run of this version of aecli.

    Attributes:
        folder: Its folder.
        record: Its record.
        config: Its config.
    """

    folder: RunFolder
    record: Record
    config: Config


def expects(path: Path, data: str) -> bool:
    """Whether a recipe says what it should reach on a data set."""
    return any(one.data == data for one in load_config(path).config.expect)


def trial(recipe: str, data: str) -> Trial:
    """Prepares a recipe for a data set.

    Args:
        recipe: A recipe's name, or a config's file.
        data: The data set's name. No other takes its place, whatever the recipe's fallback says.

    Raises:
        RequestError: The recipe is wrong, it is for other data alone, or there is no such data set.
    """
    opened = open_config(recipe)
    config, path = opened.config, opened.path
    assert path is not None
    expected = tuple(one for one in config.expect if one.data == data)
    source = config.data.model_dump(mode="json")
    if source["name"] == data:
        source.pop("fallback", None)
    else:
        if config.expect and not expected:
            others = ", ".join(sorted({one.data for one in config.expect}))
            raise RequestError(
                f"{opened.name}: expects nothing of {data}; it is a recipe for {others}: --data {others.split(', ')[0]}"
            )
        kept = [*DataSource.model_fields, *(["binarize"] if source.get("binarize") else [])]
        source = {"name": data} | {name: source[name] for name in kept}
    overrides = [Override(("data",), source, f"--data {data}")]
    for epochs in {one.epochs for one in expected if one.source != "published"}:  # one at most
        overrides += [Override(("training", "epochs"), epochs, "expect.epochs")]
    return Trial(opened.name, path, load_config(path, overrides).config, expected)


def identity(config: Config) -> dict[str, Any]:
    """What decides a run's result: a config without what is expected, and how the loop is executed."""
    plain = config.model_dump(mode="json")
    plain["training"].pop("execution")
    for key in ("path", "fallback"):  # where the data lies; what it is, its fingerprint says
        plain["data"].pop(key, None)
    return plain


def runs_of_this_version(runs_dir: Path) -> list[FoundRun]:
    """The runs of a folder that this version of aecli made, newest first; damaged ones are skipped."""
    found = []
    for folder in runs_in(runs_dir):
        try:
            record = folder.read_record()
            if record.versions.get("aecli") == version("aecli"):
                found.append(FoundRun(folder, record, load_config(folder.config).config))
        except (RunError, ConfigError):
            continue
    return found


def on_same_data(runs: Sequence[FoundRun], data: Facts) -> list[FoundRun]:
    """The runs on data with the fingerprints of this record."""
    return [run for run in runs if fingerprints(run.record.data) == fingerprints(data)]


def finished(config: Config, runs: Sequence[FoundRun]) -> FoundRun | None:
    """The newest run that trained this config, with this seed, to the end."""
    return _first(config, runs, (Status.COMPLETED,))


def unfinished(config: Config, runs: Sequence[FoundRun]) -> FoundRun | None:
    """The newest run of this config, with this seed, that can be gone on with."""
    return _first(config, runs, UNFINISHED)


def finished_seeds(config: Config, runs: Sequence[FoundRun]) -> list[FoundRun]:
    """The newest completed run of this config for each seed, by seed."""
    wanted, by_seed = identity(config), dict[int, FoundRun]()
    for run in runs:
        seed = run.config.seed
        if run.record.status is Status.COMPLETED and identity(run.config) == {**wanted, "seed": seed}:
            by_seed.setdefault(seed, run)
    return [by_seed[seed] for seed in sorted(by_seed)]


def current_report(run: FoundRun, nll_draws: int, probe_samples: int) -> Report | None:
    """What was measured of a run, if it was this version that measured its network, in this way."""
    try:
        report = Report.read(run.folder.evaluation)
    except RunError:
        return None
    asked = (version("aecli"), nll_draws, probe_samples, run.record.weights)
    done = (report.aecli, report.nll_draws, report.probe_samples, report.weights)
    return report if asked == done else None


def _first(config: Config, runs: Sequence[FoundRun], status: Collection[Status]) -> FoundRun | None:
    wanted = identity(config)
    fitting = (run for run in runs if run.record.status in status and identity(run.config) == wanted)
    return next(fitting, None)
