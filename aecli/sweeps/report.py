"""`report.md` of a sweep: its best trials, what mattered, and what the winner reaches on the test set."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from optuna.trial import FrozenTrial, TrialState

from aecli.core.files import write_text
from aecli.core.text import markdown_table, number
from aecli.runs.folder import RunFolder
from aecli.sweeps.folder import SweepFolder
from aecli.sweeps.pictures import draw_parallel, draw_slices
from aecli.sweeps.study import Study
from aecli.sweeps.sweep import Sweep
from aecli.sweeps.trial import find_run, run_name

SHOWN = 10
"""Trials in the table."""

ENDINGS = {
    TrialState.COMPLETE: "complete",
    TrialState.PRUNED: "pruned",
    TrialState.FAIL: "failed",
    TrialState.RUNNING: "unfinished",
}


def best_trials(sweep: Sweep, folder: SweepFolder, study: Study) -> tuple[list[str], list[list[str]]]:
    """The best trials as a table: headings, and the cells of each."""
    names = list(sweep.ranges)
    rows = [
        [
            str(trial.number),
            number(trial.values[0]),
            *(_shown(trial.params[name]) for name in names),
            _run(folder, trial, sweep.options.seeds),
        ]
        for trial in study.complete[:SHOWN]
    ]
    return ["trial", sweep.options.metric, *names, "run"], rows


def summary(sweep: Sweep, study: Study, winner: RunFolder | None) -> list[str]:
    """What came out, a sentence a line: held-out samples and test set apart."""
    counts = Counter(ENDINGS[trial.state] for trial in study.trials)
    endings = ", ".join(f"{n} {how}" for how, n in counts.items())
    said = [f"{len(study.trials)} trials: {endings or 'none was begun'}."]
    if not study.complete:
        return said
    best = study.complete[0]
    seeds = f", the mean of {sweep.options.seeds} seeds" if sweep.options.seeds > 1 else ""
    said.append(
        f"Held-out samples, by which it was chosen: {sweep.options.metric} {number(best.values[0])} "
        f"(trial {best.number}{seeds})."
    )
    if winner is None:
        said.append(
            "The best config isn't trained on all training samples yet, and nothing saw the test set."
        )
    else:
        record = winner.read_record()
        said.append(
            f"Test samples, which nothing was chosen by: reconstruction {number(record.test['reconstruction'])} "
            f"{record.unit} (the best config, trained again on all {record.data['train_samples']:,} training samples)."
        )
    return said


def importances(study: Study) -> list[list[str]]:
    """Settings and their shares, as cells."""
    return [[name, f"{share:.0%}"] for name, share in study.importance().items()]


def write_report(
    sweep: Sweep, folder: SweepFolder, study: Study, winner: RunFolder | None, command: str
) -> None:
    """Writes the report and its figures.

    Args:
        sweep: The sweep.
        folder: Its folder.
        study: Its study.
        winner: The run of the best config on all training samples; None if there is none yet.
        command: The command that was typed.
    """
    parts = [f"# Sweep {sweep.name}\n", f"`{command}`\n", " \n".join(summary(sweep, study, winner)) + "\n"]
    if study.complete:
        parts += ["## Best trials\n", markdown_table(*best_trials(sweep, folder, study))]
        parts += [_on_winner(folder, winner)]
    if shares := importances(study):
        parts += ["## Importance\n", markdown_table(["setting", "share"], shares)]
        parts += ["Shares of the variance of what complete trials reached (fANOVA).\n"]
    if len(study.complete) > 1:
        folder.figures.mkdir(exist_ok=True)
        draw_parallel(sweep, study, folder.figures / "parallel.png")
        draw_slices(sweep, study, folder.figures / "slices.png")
        parts += ["## Figures\n", "![Trials as lines](figures/parallel.png)\n"]
        parts += ["![The metric against each setting](figures/slices.png)\n"]
    parts += _failures(study.trials)
    write_text(folder.report, "\n".join(parts))


def _on_winner(folder: SweepFolder, winner: RunFolder | None) -> str:
    where = f"; its run: `{winner.path.relative_to(folder.path)}`" if winner else ""
    return f"The best config is `{folder.best.name}`, ready for `aecli train`{where}.\n"


def _failures(trials: Sequence[FrozenTrial]) -> list[str]:
    failed = [trial for trial in trials if trial.state is TrialState.FAIL]
    if not failed:
        return []
    rows = [[str(trial.number), str(trial.user_attrs.get("reason", ""))] for trial in failed]
    return ["## Failed trials\n", markdown_table(["trial", "why"], rows)]


def _shown(parameter: object) -> str:
    return number(parameter) if isinstance(parameter, (int, float)) else str(parameter)


def _run(folder: SweepFolder, trial: FrozenTrial, seeds: int) -> str:
    run = find_run(folder.runs, run_name(trial.number, 0, seeds))
    return (run.id if run else "") + (f" …{seeds}" if seeds > 1 else "")
