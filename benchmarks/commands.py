"""What single commands cost, beside a bare `import keras` and a bare script."""

import os
from collections.abc import Callable
from functools import cache, cached_property
from pathlib import Path
from statistics import median

from aecli.core.text import markdown_table
from benchmarks.rounds import Kept, Rounds, in_turn
from benchmarks.stand import Measured, Stand
from benchmarks.words import at_most, middle, ranged, ratios

IMPORT, SCRIPT = "`import keras`", "a bare script that fits `simple`"
PRIOR, MIXTURE = "`sample` of a VAE", "`sample` without a prior"
GOALS = {
    **dict.fromkeys(
        ("`encode`", "`score`", "`reconstruct`", "`visualize`", PRIOR, MIXTURE), (IMPORT, 2.2 / 2.6)
    ),
    "`evaluate`": (IMPORT, 6 / 2.6),
    "`train` to its first step": (SCRIPT, 1.0),
}
"""Beside what each command is put, and how many times as much CPU time it should take at most."""


class Commands:
    """The commands on one PNG file and a run of a recipe, which is trained when first needed."""

    def __init__(self, stand: Stand) -> None:
        self.stand = stand
        self.run = cache(self._train)

    def _train(self, recipe: str) -> str:
        """The folder of a run of two epochs."""
        runs = str(self.stand.fresh())
        arguments = ("train", recipe, "--epochs", "2", "--runs-dir", runs, "--quiet", *_data())
        return self.stand.python("-m", "aecli", *arguments).output.split()[-1]

    @cached_property
    def image(self) -> str:
        """A PNG file of noise, 28 × 28."""
        import numpy as np
        from PIL import Image

        path = self.stand.folder / "image.png"
        Image.fromarray(np.random.default_rng(0).integers(0, 256, (28, 28), np.uint8)).save(path)
        return str(path)

    @cached_property
    def images(self) -> str:
        """An `.npz` file of 256 training and as many test images."""
        import numpy as np

        path = self.stand.folder / "images.npz"
        drawn = np.random.default_rng(0).integers(0, 256, (2, 256, 28, 28), np.uint8)
        np.savez(path, x_train=drawn[0], x_test=drawn[1])
        return str(path)

    def contenders(self) -> dict[str, Callable[[], Measured]]:
        """What is measured in turn, by the names of `GOALS`."""
        return {
            IMPORT: lambda: self.stand.python("-c", "import keras").cost,
            "`encode`": lambda: self._simple("encode", self.image, "-o", self._new("codes.npz")),
            "`score`": lambda: self._simple("score", self.image, "-o", self._new("scores.csv")),
            "`reconstruct`": lambda: self._simple("reconstruct", self.image, "-o", self._new("out")),
            PRIOR: lambda: self._aecli("sample", self.run("vae"), "-n", "1", "-o", self._new("out")),
            MIXTURE: lambda: self._simple("sample", "-n", "1", "-o", self._new("out")),
            "`visualize`": lambda: self._simple("visualize", "--only", "reconstructions"),
            "`evaluate`": lambda: self._simple("evaluate"),
            SCRIPT: lambda: self.stand.python("-m", "benchmarks.bare_fit", self.images).cost,
            "`train` to its first step": self._first_step,
        }

    def _first_step(self) -> Measured:
        data = f"data={{name: npz, path: {self.images}}}"
        arguments = (
            "simple",
            "--epochs",
            "1",
            "--set",
            data,
            "--runs-dir",
            str(self.stand.fresh()),
            "--quiet",
        )
        return self.stand.python("-m", "benchmarks.first_step", *arguments).cost

    def _simple(self, command: str, *arguments: str) -> Measured:
        """A command on the run of `simple`."""
        return self._aecli(command, self.run("simple"), *arguments)

    def _aecli(self, *arguments: str) -> Measured:
        return self.stand.python("-m", "aecli", *arguments).cost

    def _new(self, name: str) -> str:
        return str(self.stand.fresh() / name)


def section(stand: Stand, rounds: int, kept: Kept) -> str:
    """Measures all commands; their table."""
    return table(in_turn(f"commands on {_name()}", Commands(stand).contenders(), rounds, kept))


def table(found: Rounds) -> str:
    """CPU time and memory of each, its ratio to what it is put beside, and the goal."""
    rows = []
    for name, rounds in found.items():
        row = [name, f"{middle(rounds, 'cpu'):.2f}", f"{middle(rounds, 'mib'):,.0f}"]
        if name in GOALS:
            beside, goal = GOALS[name]
            values = ratios(rounds, found[beside], "cpu")
            row += [f"{ranged(values)} of {beside}", f"≤ {goal:.2f}", at_most(median(values), goal)]
        else:
            row += ["", "", ""]
        rows.append(row)
    return markdown_table(("", "CPU, s", "peak MiB", "CPU ÷ CPU", "goal", ""), rows)


def _name() -> str:
    """The data of the run: the full MNIST where it is, or the digits that come along."""
    folder = os.environ.get("AECLI_DATA_DIR")
    return "mnist" if folder and Path(folder, "mnist.npz").is_file() else "mnist5k"


def _data() -> tuple[str, ...]:
    return ("--set", f"data={{name: {_name()}}}")
