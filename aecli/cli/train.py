"""`aecli train`: a config becomes a run."""

from __future__ import annotations

import logging
from textwrap import fill
from typing import Annotated

import typer

from aecli.cli.arguments import RUNS_DIR, PluginOption, RunsDirOption, SetOption, be_quiet, typed
from aecli.cli.completion import complete_recipe, complete_run
from aecli.cli.output import show
from aecli.config.load import load_config, open_config
from aecli.config.overrides import Override, parse_set
from aecli.config.trial import recipe_of
from aecli.core import backend
from aecli.core.errors import RequestError
from aecli.core.log import kept_in
from aecli.core.text import duration
from aecli.evaluation.headline import against_pca
from aecli.evaluation.report import NLL_DRAWS, Findings
from aecli.reports.reproduction.judged import judged
from aecli.runs.creation import check_name
from aecli.runs.folder import RunFolder
from aecli.runs.lookup import FINISHED, UNFINISHED, find
from aecli.runs.loss_metrics import loss_metrics
from aecli.runs.record import Record

log = logging.getLogger(__name__)

PROSE = 70
"""Columns of a sentence beside the names of what is summed up: with them 80."""


def command(
    config: Annotated[
        str | None,
        typer.Argument(
            metavar="CONFIG",
            help="A YAML file, or the name of a recipe (aecli list configs).",
            autocompletion=complete_recipe,
        ),
    ] = None,
    set_: SetOption = None,
    epochs: Annotated[int | None, typer.Option(help="Passes over the training samples.")] = None,
    limit: Annotated[int | None, typer.Option(help="Use only the first N samples of each split.")] = None,
    seed: Annotated[int | None, typer.Option(help="Where all randomness comes from.")] = None,
    name: Annotated[str | None, typer.Option(help="The run's name; by default the config's.")] = None,
    resume: Annotated[
        str | None,
        typer.Option(
            metavar="RUN",
            help="Go on with a run that didn't finish ('latest': the newest).",
            autocompletion=complete_run,
        ),
    ] = None,
    evaluate: Annotated[
        bool, typer.Option("--evaluate", help="Measure the run, as aecli evaluate does, once it is trained.")
    ] = False,
    plugin: PluginOption = None,
    runs_dir: RunsDirOption = RUNS_DIR,
    quiet: Annotated[
        bool,
        typer.Option("--quiet", "-q", callback=be_quiet, is_eager=True, help="Print the run's folder alone."),
    ] = False,
) -> None:
    """Train an autoencoder from a YAML config into a new run folder."""
    overrides = [parse_set(assignment) for assignment in set_ or []]
    overrides += _flags(epochs, limit, seed)
    if resume is not None:
        if config or name or any(override.path != ("training", "epochs") for override in overrides):
            raise RequestError("--resume goes on with a run's own config; only --epochs can be given with it")
        # With another total of epochs, a complete run can go on too.
        unfinished = find(resume, runs_dir, latest=(*UNFINISHED, *FINISHED) if overrides else UNFINISHED)
        _start_tensorflow()
        from aecli.experiment.train import resume as go_on

        folder = go_on(unfinished, overrides, typed())
    elif config is not None:
        loaded = open_config(config, overrides)
        checked = loaded.require_data()
        called = check_name(name or loaded.name)
        _start_tensorflow()
        from aecli.experiment.train import train

        folder = train(checked, called, runs_dir, typed())
    else:
        raise RequestError(
            "train what? Give a CONFIG (aecli list configs names the recipes), or --resume RUN"
        )
    with kept_in(folder.log):
        _summarise(folder, _evaluate(folder) if evaluate else None)
    show(folder.path)


def _flags(epochs: int | None, limit: int | None, seed: int | None) -> list[Override]:
    """What the special flags set; they win over `--set`."""
    flags = [
        ("epochs", ("training", "epochs"), epochs),
        ("limit", ("data", "limit"), limit),
        ("seed", ("seed",), seed),
    ]
    return [Override(path, value, f"--{flag} {value}") for flag, path, value in flags if value is not None]


def _start_tensorflow() -> None:
    log.info("Starting TensorFlow …")
    backend.load()


def _evaluate(folder: RunFolder) -> Findings:
    """Measures a run; all of it is in its folder."""
    from aecli.evaluation.evaluate import evaluate
    from aecli.runs.opened import open_run

    return evaluate(open_run(str(folder.path), folder.path.parent), NLL_DRAWS, []).own


def _summarise(folder: RunFolder, measured: Findings | None) -> None:
    """Says what was reached, what was measured if anything was, and where to look."""
    from aecli.training.progress import losses

    record = folder.read_record()
    network = folder.network(record.network or "")
    epochs = "1 epoch" if record.epochs_done == 1 else f"{record.epochs_done} epochs"
    rows = [
        ("test", f"{losses(record.test)} ({record.unit})"),
        ("trained", f"{epochs} in {duration(record.seconds or 0)}"),
        ("kept", f"epoch {record.checkpoint_epoch}: {network.relative_to(folder.path)}, in the folder below"),
        ("figures", str(folder.figures)),
        ("curves", f"tensorboard --logdir {folder.path.parent}"),
    ]
    if measured is not None:
        rows.append(("measured", f"{against_pca(measured) or 'no baseline here'}; {folder.evaluation}"))
    if verdict := _verdict(folder, record, measured):
        rows.append(("verdict", fill(verdict, PROSE, break_long_words=False, break_on_hyphens=False)))
    width = max(len(name) for name, _ in rows)
    further = "\n" + " " * (width + 2)
    log.info("\n".join(f"{name:<{width}}  {text}".replace("\n", further) for name, text in rows))


def _verdict(folder: RunFolder, record: Record, measured: Findings | None) -> str | None:
    """Whether a recipe's run is as expected, as far as was measured; None if it isn't one's."""
    config = load_config(folder.config).config
    recipe = recipe_of(config, record.data["name"])
    if recipe is None:
        return None
    found = measured or Findings()
    if measured is None:
        for metric, part in loss_metrics(config, record).items():
            found.add(metric, record.test[part], record.unit, "lower")
    return (
        judged(recipe, found) or f"aecli evaluate {folder.id} (the recipe {recipe.recipe} expects something)"
    )
