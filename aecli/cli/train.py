"""`aecli train`: a config becomes a run."""

import shlex
import sys
from typing import Annotated

import typer

from aecli.cli.common import RUNS_DIR, ConfigArgument, RunsDirOption, SetOption
from aecli.run_folder import RunFolder


def command(
    config: ConfigArgument,
    set_: SetOption = None,
    epochs: Annotated[int | None, typer.Option(help="Passes over the training images.")] = None,
    limit: Annotated[int | None, typer.Option(help="Use only the first N images of each split.")] = None,
    seed: Annotated[int | None, typer.Option(help="Where all randomness comes from.")] = None,
    name: Annotated[str | None, typer.Option(help="The run's name; by default the config's.")] = None,
    runs_dir: RunsDirOption = RUNS_DIR,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print the run's folder alone.")] = False,
) -> None:
    """Train an autoencoder from a YAML config into a new run folder."""
    from aecli.config import Override, load_config, parse_set
    from aecli.config.recipes import find_config
    from aecli.messages import Messages
    from aecli.run_folder import check_name

    path = find_config(config)
    flags = [
        ("epochs", ("training", "epochs"), epochs),
        ("limit", ("data", "limit"), limit),
        ("seed", ("seed",), seed),
    ]
    overrides = [parse_set(assignment) for assignment in set_ or []]
    overrides += [
        Override(key, value, f"--{flag} {value}") for flag, key, value in flags if value is not None
    ]
    loaded = load_config(path, overrides)
    name = check_name(name or path.stem)

    messages = Messages(quiet)
    messages.say("Starting TensorFlow …")
    from aecli import backend

    backend.load()
    from aecli import experiment

    typed = shlex.join(["aecli", *sys.argv[1:]])
    folder = experiment.train(loaded.config, name, runs_dir, typed, messages)
    messages.table(_summary(folder))
    print(folder.path)  # noqa: T201


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
