"""`aecli runs tag`: words to find runs by."""

from typing import Annotated

import typer

from aecli.cli.arguments import RUNS_DIR, RunArgument, RunsDirOption
from aecli.cli.output import show
from aecli.runs.lookup import find
from aecli.runs.remarks import Remarks


def command(
    run: RunArgument,
    tags: Annotated[list[str], typer.Argument(metavar="TAG...", help="Words without spaces.")],
    remove: Annotated[bool, typer.Option("--remove", help="Take these tags away.")] = False,
    runs_dir: RunsDirOption = RUNS_DIR,
) -> None:
    """Give a run tags, to find it by: aecli runs --where 'tag == TAG'."""
    folder = find(run, runs_dir)
    remarks = Remarks.read(folder)
    remarks = remarks.untagged(tags) if remove else remarks.tagged(tags)
    remarks.write(folder)
    show(f"{folder.id}: {', '.join(remarks.tags) or 'no tags'}")
