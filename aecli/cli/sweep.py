"""`aecli sweep`: many trials of one config, and what is best."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from aecli.cli.arguments import RUNS_DIR, PluginOption, RunsDirOption, SetOption, be_quiet, typed
from aecli.cli.output import print_table, show
from aecli.config.overrides import parse_set
from aecli.config.yaml_text import dump
from aecli.core.errors import RequestError
from aecli.sweeps.folder import SweepFolder
from aecli.sweeps.opening import open_sweep
from aecli.sweeps.sweep import Sweep

if TYPE_CHECKING:
    from aecli.sweeps.workers import Workers

log = logging.getLogger(__name__)


def command(
    sweep: Annotated[
        Path, typer.Argument(metavar="SWEEP", help="A YAML file with base and search; or a sweep's folder.")
    ],
    set_: SetOption = None,
    trials: Annotated[
        int | None, typer.Option(min=1, help="Trials in all; more than before add to a finished sweep.")
    ] = None,
    workers: Annotated[
        int, typer.Option(min=1, help="Trials at once, each with its share of the cores.")
    ] = 1,
    cluster: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="Train on a cluster by Ray, at this address; 'auto' finds it."),
    ] = None,
    into: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="The sweep's folder; by default one of its name in --runs-dir."),
    ] = None,
    report: Annotated[bool, typer.Option("--report", help="Train nothing: report what there is.")] = False,
    plugin: PluginOption = None,
    runs_dir: RunsDirOption = RUNS_DIR,
    quiet: Annotated[
        bool,
        typer.Option("--quiet", "-q", callback=be_quiet, is_eager=True, help="Print the results alone."),
    ] = False,
) -> None:
    """Search settings of a config: many trials, compared by held-out samples, and the best one trained and tested.

    Stopped at any instant, the same command goes on.
    """
    folder = SweepFolder(into or (sweep if sweep.is_dir() else runs_dir / sweep.stem))
    file = folder.sweep if sweep.is_dir() else sweep
    if sweep.is_dir() and not file.is_file():
        raise RequestError(f"{sweep}: this folder isn't a sweep: it has no {file.name}")
    name = folder.path.absolute().name
    opened = open_sweep(file, name, [parse_set(assignment) for assignment in set_ or []], trials)
    if report:
        _report(opened, folder)
    else:
        opened.require_data()
        from aecli.sweeps.run import run_sweep

        log.info(f"{opened.trials} trials of {opened.source} into {folder.path}")
        run_sweep(opened, folder, _workers(opened, workers, cluster, plugin or []), typed())
    _show(opened, folder)


def _workers(sweep: Sweep, count: int, cluster: str | None, plugins: list[Path]) -> Workers:
    """Who trains: processes here, or a cluster."""
    plugins = [*sweep.plugins, *plugins]
    if cluster is None:
        from aecli.sweeps.workers import Processes

        return Processes(count, plugins)
    try:
        from aecli.sweeps.cluster import Cluster
    except ImportError as error:
        raise RequestError("--cluster needs Ray: pip install 'aecli[cluster]'") from error
    return Cluster(cluster, sweep.options.resources, plugins, dump(sweep.config({}).model_dump(mode="json")))


def _report(sweep: Sweep, folder: SweepFolder) -> None:
    """Writes the report of what there is."""
    if not folder.journal.is_file():
        raise RequestError(f"{folder.path}: no sweep was begun here")
    from aecli.sweeps.report import write_report
    from aecli.sweeps.restore import restore_lost
    from aecli.sweeps.run import open_study, winner_of

    with folder.driven():
        folder.begin(sweep)
        study = open_study(sweep, folder)
        restore_lost(sweep, folder, study)
        write_report(sweep, folder, study, winner_of(folder, study) if study.complete else None, typed())


def _show(sweep: Sweep, folder: SweepFolder) -> None:
    """The report in short."""
    from aecli.sweeps.report import best_trials, importances, summary
    from aecli.sweeps.run import open_study, winner_of

    study = open_study(sweep, folder)
    winner = winner_of(folder, study) if study.complete else None
    if study.complete:
        headings, rows = best_trials(sweep, folder, study)
        print_table(headings, rows, right=headings[:2])
        if shares := importances(study):
            show("")
            print_table(["setting", "importance"], shares, right=["importance"])
        show("")
    for sentence in summary(sweep, study, winner):
        show(sentence)
    show(folder.report)
