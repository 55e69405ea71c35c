"""`aecli runs`: what there is, newest first."""

import sys

from aecli.cli.arguments import RUNS_DIR, RunsDirOption
from aecli.cli.output import print_table
from aecli.core.errors import RunError
from aecli.runs.folder import RunFolder, runs_in

COLUMNS = ["run", "model", "data (samples)", "epochs", "status", "test reconstruction", "unit"]


def command(runs_dir: RunsDirOption = RUNS_DIR) -> None:
    """List the runs, newest first: model (network × latent × objective), data, epochs, status, test reconstruction."""
    runs = runs_in(runs_dir)
    if not runs:
        sys.stderr.write(f"no runs in {runs_dir}; make one: aecli train conv\n")
        return
    print_table(COLUMNS, [_row(run) for run in runs], right=["epochs", "test reconstruction"])


def _row(run: RunFolder) -> list[str]:
    try:
        record = run.read_record()
    except RunError:
        return [run.id, "", "", "", "damaged", "", ""]
    reached = record.test.get("reconstruction")
    return [
        run.id,
        record.words,
        f"{record.data['name']} ({record.data['train_samples']})",
        f"{record.epochs_done}/{record.epochs}",
        record.status.value,
        "" if reached is None else f"{reached:.4g}",
        "" if reached is None else record.unit,
    ]
