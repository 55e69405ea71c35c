"""`aecli train`: a config becomes a run."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from aecli.cli.arguments import RUNS_DIR, PluginOption, RunsDirOption, SetOption
from aecli.errors import RequestError

if TYPE_CHECKING:
    from aecli.config import Config, Override
    from aecli.messages import Messages
    from aecli.run_folder import RunFolder


def command(
    config: Annotated[
        str | None,
        typer.Argument(metavar="CONFIG", help="A YAML file, or the name of a recipe (aecli list configs)."),
    ] = None,
    set_: SetOption = None,
    epochs: Annotated[int | None, typer.Option(help="Passes over the training images.")] = None,
    limit: Annotated[int | None, typer.Option(help="Use only the first N images of each split.")] = None,
    seed: Annotated[int | None, typer.Option(help="Where all randomness comes from.")] = None,
    name: Annotated[str | None, typer.Option(help="The run's name; by default the config's.")] = None,
    resume: Annotated[
        str | None,
        typer.Option(metavar="RUN", help="Go on with a run that didn't finish ('latest': the newest)."),
    ] = None,
    plugin: PluginOption = None,
    runs_dir: RunsDirOption = RUNS_DIR,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print the run's folder alone.")] = False,
) -> None:
    """Train an autoencoder from a YAML config into a new run folder."""
    from aecli.cli.configs import checked_config
    from aecli.config.recipes import find_config
    from aecli.messages import Messages
    from aecli.run_folder import UNFINISHED, check_name, find

    messages = Messages(quiet)
    typed = shlex.join(["aecli", *sys.argv[1:]])
    if resume is not None:
        if config or set_ or name or limit is not None or seed is not None:
            raise RequestError("--resume goes on with a run's own config; only --epochs can be given with it")
        folder = _resumed(find(resume, runs_dir, latest=UNFINISHED), epochs, typed, messages)
    elif config is not None:
        path = find_config(config)
        overrides = _overrides(set_ or [], epochs, limit, seed)
        checked = checked_config(path, overrides, messages.say).require_data()
        folder = _trained(checked, check_name(name or path.stem), runs_dir, typed, messages)
    else:
        raise RequestError(
            "train what? Give a CONFIG (aecli list configs names the recipes), or --resume RUN"
        )
    messages.table(_summary(folder))
    print(folder.path)  # noqa: T201


def _overrides(
    assignments: list[str], epochs: int | None, limit: int | None, seed: int | None
) -> list[Override]:
    """What the flags set, the special ones winning over `--set`."""
    from aecli.config import Override, parse_set

    flags = [
        ("epochs", ("training", "epochs"), epochs),
        ("limit", ("data", "limit"), limit),
        ("seed", ("seed",), seed),
    ]
    return [parse_set(assignment) for assignment in assignments] + [
        Override(path, value, f"--{flag} {value}") for flag, path, value in flags if value is not None
    ]


def _trained(config: Config, name: str, runs_dir: Path, typed: str, messages: Messages) -> RunFolder:
    _start_tensorflow(messages)
    from aecli import experiment

    return experiment.train(config, name, runs_dir, typed, messages)


def _resumed(folder: RunFolder, epochs: int | None, typed: str, messages: Messages) -> RunFolder:
    _start_tensorflow(messages)
    from aecli import experiment

    return experiment.resume(folder, epochs, typed, messages)


def _start_tensorflow(messages: Messages) -> None:
    messages.say("Starting TensorFlow …")
    from aecli import backend

    backend.load()


def _summary(folder: RunFolder) -> list[tuple[str, str]]:
    """What was reached, and where to look."""
    from aecli.training.progress import duration, losses

    record = folder.read_record()
    return [
        ("test", f"{losses(record.test)} ({record.unit})"),
        ("trained", f"{record.epochs_done} epochs in {duration(record.seconds or 0)}"),
        ("kept", f"epoch {record.checkpoint_epoch}: {folder.network(record.checkpoint or 'last')}"),
        ("figures", str(folder.figures)),
        ("curves", f"tensorboard --logdir {folder.path.parent}"),
    ]
