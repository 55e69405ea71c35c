"""One run as a page: what it is, whether it did what was expected, pictures, numbers, and how to make it again."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

from aecli.config.load import load_config
from aecli.config.trial import recipe_of
from aecli.config.yaml_text import read_text
from aecli.core.errors import RequestError, RunError
from aecli.core.text import duration, number
from aecli.evaluation.headline import against_pca
from aecli.evaluation.report import Report
from aecli.evaluation.tables import tables
from aecli.reports.page.rendering import Picture, Table, picture, render
from aecli.reports.reproduction.judged import judged
from aecli.runs.folder import RunFolder
from aecli.runs.record import Record
from aecli.runs.remarks import Remarks

FIRST = ("reconstructions", "loss", "manifold", "prior_samples", "projection")
"""Figures that stand before the others."""


def page_of_run(folder: RunFolder) -> str:
    """The page of a run.

    Raises:
        RunError: Its record is damaged.
        ConfigError: Its config can't be read.
    """
    record = folder.read_record()
    report, trouble = _report(folder, record)
    return render(
        "page/single.html",
        title=record.id,
        record=record,
        remarks=_remarks(folder),
        sentences=[*_what(record), *_how_good(folder, record, report), *trouble],
        pictures=list(_pictures(folder)),
        tables=[Table(columns, rows, heading) for heading, columns, rows in tables(report)] if report else [],
        facts=[
            Table(["of the run", ""], _run_facts(record)),
            Table(["of the data", ""], _data_facts(record)),
            Table(["of the software", ""], _software(record)),
        ],
        config=read_text(folder.config),
    )


def _report(folder: RunFolder, record: Record) -> tuple[Report | None, list[str]]:
    """What was measured of the network that is there; and why not, in a sentence."""
    if not folder.evaluation.is_file():
        return None, [f"It isn't evaluated yet: aecli evaluate {folder.id}"]
    try:
        report = Report.read(folder.evaluation)
    except RunError as error:
        return None, [str(error)]
    if report.weights != record.weights:
        return None, ["It was evaluated before its training ended: evaluate it again"]
    return report, []


def _remarks(folder: RunFolder) -> Remarks:
    try:
        return Remarks.read(folder)
    except RunError:
        return Remarks()


def _what(record: Record) -> Iterator[str]:
    """What the run is, in a sentence."""
    data = record.data
    shape, size = " × ".join(map(str, data["sample_shape"])), prod(data["sample_shape"])
    yield (
        f"An autoencoder ({record.words}) of {record.parameters:,} weights, trained for {record.epochs_done} of "
        f"{record.epochs} epochs on {data['train_samples']:,} {data['kind']} of {shape} from {data['name']}: "
        f"{size:,} numbers become {prod(record.latent_shape):,} and {size:,} again. It is {record.status}"
        + (f": {record.reason}." if record.reason else ".")
    )


def _how_good(folder: RunFolder, record: Record, report: Report | None) -> Iterator[str]:
    """How it stands beside PCA and beside what its recipe expects, in a sentence each."""
    if record.test:
        yield f"Loss on {record.data['test_samples']:,} test samples: {number(record.test['total'])} {record.unit}."
    if report is None:
        return
    try:
        recipe = recipe_of(load_config(folder.config).config, report.own.data["name"])
    except RequestError:  # made of things of a plugin that isn't loaded
        recipe = None
    for said in (against_pca(report.own), judged(recipe, report.own) if recipe else None):
        if said:
            yield f"{said}."


def _pictures(folder: RunFolder) -> Iterator[Picture]:
    """The run's figures, the ones that are looked at most first."""
    paths = {path.stem: path for path in sorted(folder.figures.glob("*.png")) if not path.is_symlink()}
    for name in [*(name for name in FIRST if name in paths), *(name for name in paths if name not in FIRST)]:
        try:
            yield picture(paths[name])
        except OSError:
            continue


def _run_facts(record: Record) -> list[list[str]]:
    return [
        ["command", record.command],
        *(["command", str(one.get("command", ""))] for one in record.resumptions),
        ["again", "aecli train config.yaml, with the config below"],
        ["seed", str(record.seed)],
        ["started", record.started],
        ["took", duration(record.seconds or 0)],
        [
            "network kept",
            f"after epoch {record.checkpoint_epoch} ({record.checkpoint})" if record.checkpoint else "none",
        ],
        ["hash of its weights", record.weights or "–"],
        *([name, number(value)] for name, value in record.learned.items()),
    ]


def _data_facts(record: Record) -> list[list[str]]:
    data = record.data
    return [
        ["name", data["name"]],
        ["from", data["origin"]],
        ["training samples", f"{data['train_samples']:,} (fingerprint {data['train_fingerprint']})"],
        ["validation samples", f"{data['validation_samples']:,}"],
        ["test samples", f"{data['test_samples']:,} (fingerprint {data['test_fingerprint']})"],
        ["test samples that are in the training set", f"{data['test_in_training']:,}"],
        ["scaling", ", ".join(f"{key} {value}" for key, value in data["scaling"].items())],
    ]


def _software(record: Record) -> list[list[str]]:
    rows = [[name, version] for name, version in record.versions.items()]
    rows += [["commit of aecli", record.git_commit]] if record.git_commit else []
    plugins = [[f"plugin for {used}", str(used.origin)] for used in record.plugins]
    return [*rows, *plugins, ["machine", record.platform], ["device", record.device]]
