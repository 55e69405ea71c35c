"""`aecli runs note`: a sentence on a run."""

from typing import Annotated

import typer

from aecli.cli.arguments import RUNS_DIR, RunArgument, RunsDirOption
from aecli.cli.output import show
from aecli.runs.lookup import find
from aecli.runs.remarks import Remarks


def command(
    run: RunArgument,
    text: Annotated[str, typer.Argument(help="The note, in place of the one before; '' takes it away.")],
    runs_dir: RunsDirOption = RUNS_DIR,
) -> None:
    """Note something about a run: its only note, in place of any before."""
    folder = find(run, runs_dir)
    remarks = Remarks.read(folder).noted(text)
    remarks.write(folder)
    show(f"{folder.id}: {remarks.note or 'no note'}")
