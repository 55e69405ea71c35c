"""Sweeps by TPE beside sweeps by chance at the same budget: `python -m benchmarks.samplers`.

Writes a figure and a table into docs/SWEEPS.md, between two marks. What already ran isn't run again.
"""

import argparse
import subprocess
import sys
from pathlib import Path
from statistics import fmean, stdev

import numpy as np

from aecli.core.text import markdown_table, number
from aecli.figures.style import MONITORED, TRAIN, new_figure, save_figure
from aecli.sweeps.folder import SweepFolder
from aecli.sweeps.opening import open_sweep
from aecli.sweeps.run import open_study

SWEEP = Path(__file__).with_name("samplers.yaml")
SAMPLERS = {"tpe": TRAIN, "random": MONITORED}
SEEDS = 3
AFTER = (10, 20, 30)
"""Trials after which the table looks."""

DOCUMENT, FIGURE = Path("docs/SWEEPS.md"), Path("docs/images/samplers.png")
BEGIN, END = "<!-- benchmarks.samplers -->\n", "<!-- end -->\n"


def best_so_far(folder: SweepFolder, text: str, seed: int, workers: int) -> list[float]:
    """Runs a sweep, or goes on with it; the lowest loss after each trial."""
    folder.path.parent.mkdir(parents=True, exist_ok=True)
    file = folder.path.with_suffix(".yaml")
    file.write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "aecli", "sweep", str(file), "--into", str(folder.path)]
    subprocess.run([*command, "--set", f"seed={seed}", "--workers", str(workers), "--quiet"], check=True)
    study = open_study(open_sweep(folder.sweep, folder.path.name), folder)
    values = [trial.values[0] if trial.values else np.inf for trial in study.trials]
    return list(np.minimum.accumulate(values))


def draw(curves: dict[str, list[list[float]]]) -> None:
    """The mean over seeds, and the range."""
    figure = new_figure(6.4, 4.0, f"The best of the trials so far: mean and range of {SEEDS} seeds")
    axes = figure.subplots()
    for name, colour in SAMPLERS.items():
        of_seeds = np.array(curves[name])
        trials = np.arange(1, of_seeds.shape[1] + 1)
        axes.fill_between(
            trials, of_seeds.min(0), of_seeds.max(0), color=colour, alpha=0.2, lw=0, step="post"
        )
        axes.step(trials, of_seeds.mean(0), color=colour, where="post", label=name)
    axes.set(xlabel="trials", ylabel="val_reconstruction (nats/pixel)", xlim=(1, AFTER[-1]))
    axes.set_ylim(top=float(np.quantile([curve[2] for each in curves.values() for curve in each], 1.0)))
    axes.grid(alpha=0.3)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False)
    save_figure(figure, FIGURE)


def table(curves: dict[str, list[list[float]]]) -> str:
    """The best after so many trials, mean ± standard deviation over seeds."""
    rows = []
    for name, of_seeds in curves.items():
        cells = []
        for count in AFTER:
            reached = [curve[count - 1] for curve in of_seeds]
            cells.append(f"{number(fmean(reached))} ± {stdev(reached):.1g}")
        rows.append([name, *cells])
    return markdown_table(["sampler", *(f"after {count} trials" for count in AFTER)], rows)


def main() -> None:
    """Runs the sweeps and writes what came out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs-dir", type=Path, default=Path("runs/samplers"))
    parser.add_argument("--workers", type=int, default=2)
    arguments = parser.parse_args()
    text = SWEEP.read_text(encoding="utf-8")
    curves: dict[str, list[list[float]]] = {name: [] for name in SAMPLERS}
    for seed in range(SEEDS):
        for name, reached in curves.items():
            folder = SweepFolder(arguments.runs_dir / f"{name}-{seed}")
            reached.append(best_so_far(folder, f"{text}sampler: {name}\n", seed, arguments.workers))
    draw(curves)
    document = DOCUMENT.read_text(encoding="utf-8")
    before, rest = document.split(BEGIN)
    after = rest.split(END)[1]
    found = f"{BEGIN}\n![The best of the trials so far](images/{FIGURE.name})\n\n{table(curves)}\n{END}"
    DOCUMENT.write_text(before + found + after, encoding="utf-8")


if __name__ == "__main__":
    main()
