"""Runs ours against the others in turn, several rounds, and reports medians, ranges and ratios."""

import argparse
import importlib.util
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import growth, smoke

RECIPES = ("simple", "sparse", "deep", "vae", "seq2seq", "conv", "denoising")
GOALS = {"simple": 4, "sparse": 4, "deep": 2.5, "vae": 3, "seq2seq": 1.4, "conv": 1.25, "denoising": 1.25}
ROUNDED = ("vae", "conv")
"""Recipes that are trained in bfloat16 too."""
OTHERS = {
    "Keras fit": ("benchmarks.ordinary", "tensorflow", "tensorflow"),
    "Keras on JAX": ("benchmarks.ordinary", "jax", "jax"),
    "PyTorch": ("benchmarks.torch_loop", "", "torch"),
}


def run(module: str, backend: str, recipe: str, epochs: int, *more: str) -> dict[str, Any]:
    """One contender, in a process of its own."""
    environment = {**os.environ, "KERAS_BACKEND": backend or "tensorflow", "TF_CPP_MIN_LOG_LEVEL": "3"}
    command = [sys.executable, "-m", module, recipe, str(epochs), *more]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if ended.returncode != 0:
        raise SystemExit(f"{' '.join(command)} failed:\n{ended.stderr[-2000:]}")
    return dict(json.loads(ended.stdout.splitlines()[-1]))


def matrix_product_speed() -> float:
    """Multiply-adds a second of this machine's own single-precision matrix product."""
    a = np.random.default_rng(0).random((2048, 2048), np.float32)
    best = 0.0
    for _ in range(5):
        begun = time.perf_counter()
        a @ a
        best = max(best, 2048**3 / (time.perf_counter() - begun))
    return best


def counted_multiply_adds(recipe: str) -> float:
    """Multiply-adds of an epoch: forward and backward (three times forward) on 60,000, forward on 10,000."""
    code = (
        "from aecli.core import backend; backend.load()\n"
        "from aecli.config.load import load_config\n"
        "from aecli.config.recipes import find_config\n"
        "from aecli.models.network.cost import multiply_adds\n"
        f"print(multiply_adds(load_config(find_config({recipe!r})).config.model.build((28, 28))))"
    )
    counted = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return int(counted.stdout) * (3 * 60_000 + 10_000)


def products_alone(recipe: str) -> float | None:
    """Seconds that the matrix products of an epoch take by themselves; None unless they are all there is."""
    command = [sys.executable, "-m", "benchmarks.products", recipe]
    measured = subprocess.run(command, capture_output=True, text=True, check=True)
    seconds: float | None = json.loads(measured.stdout.splitlines()[-1])
    return seconds


def measure(recipe: str, others: list[str], rounds: int, epochs: int) -> dict[str, Any]:
    """Rounds of ours and each other in turn; the first epoch, which compiles and warms up, doesn't count."""
    seconds: dict[str, list[float]] = {name: [] for name in ("aecli", *others)}
    losses: dict[str, float] = {}
    memory: dict[str, float] = {}
    for _ in range(rounds):
        for name, measured in seconds.items():
            module, backend, _ = OTHERS.get(name, ("benchmarks.ours", "", ""))
            result = run(module, backend, recipe, epochs + 1)
            measured.append(statistics.median(result["seconds"][1:]))
            losses[name], memory[name] = result["loss"], result["mib"]
            print(f"{recipe:<10} {name:<14} {measured[-1]:8.3f} s/epoch  loss {result['loss']:.4f}")
    products = products_alone(recipe)
    return {"recipe": recipe, "seconds": seconds, "losses": losses, "memory": memory, "products": products}


def table(results: list[dict[str, Any]], others: list[str]) -> str:
    """The results in Markdown: ratios of medians, with the range over the rounds."""
    speed = matrix_product_speed()
    head = [
        "recipe",
        "aecli, s/epoch",
        *[f"{name} ÷ aecli" for name in others],
        "goal",
        "part of matrix product",
        "products alone",
        f"loss: aecli, {', '.join(others)}",
        "peak MiB, likewise",
    ]
    lines = ["| " + " | ".join(head) + " |", "| " + " | ".join("---" for _ in head) + " |"]
    for result in results:
        ours = result["seconds"]["aecli"]
        ratios = []
        for name in others:
            theirs = result["seconds"][name]
            pairs = [b / a for a, b in zip(ours, theirs, strict=True)]
            ratios.append(f"**{statistics.median(pairs):.2f}** ({min(pairs):.2f}–{max(pairs):.2f})")
        part = counted_multiply_adds(result["recipe"]) / statistics.median(ours) / speed
        row = [f"`{result['recipe']}`", f"{statistics.median(ours):.2f}", *ratios]
        losses = ", ".join(f"{loss:.4g}" for loss in result["losses"].values())
        memory = ", ".join(f"{mib:,.0f}" for mib in result["memory"].values())
        alone = f"{result['products'] / statistics.median(ours):.0%}" if result["products"] else "–"
        row += [f"{GOALS[result['recipe']]}", f"{part:.0%}", alone, losses, memory]
        lines.append("| " + " | ".join(row) + " |")
    return "\n".join(lines)


def precisions(rounds: int, epochs: int = 2) -> str:
    """Products in float32 and in bfloat16, in turn, in Markdown."""
    lines = [
        "| recipe | float32, s/epoch | mixed_bfloat16, s/epoch | ratio | test loss after "
        f"{epochs + 1} epochs |",
        "| --- | --- | --- | --- | --- |",
    ]
    for recipe in ROUNDED:
        seconds: dict[str, list[float]] = {"float32": [], "mixed_bfloat16": []}
        losses = []
        for _ in range(rounds):
            for precision, measured in seconds.items():
                result = run("benchmarks.ours", "", recipe, epochs + 1, precision)
                measured.append(statistics.median(result["seconds"][1:]))
                losses.append(result["loss"])
                print(f"{recipe:<10} {precision:<14} {measured[-1]:8.3f} s/epoch  loss {losses[-1]:.4f}")
        exact, rounded = (statistics.median(measured) for measured in seconds.values())
        pair = f"{losses[-2]:.4f}, {losses[-1]:.4f}"
        lines.append(f"| `{recipe}` | {exact:.2f} | {rounded:.2f} | {exact / rounded:.2f} | {pair} |")
    return "\n".join(lines)


def read_kept(path: Path | None) -> dict[str, dict[str, Any]]:
    """The results of earlier calls, by recipe."""
    results = json.loads(path.read_text()) if path and path.is_file() else []
    return {result["recipe"]: result for result in results}


def main() -> None:
    """Parses, measures, prints, and writes the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("recipes", nargs="*", default=RECIPES)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--keep", type=Path, help="Keep results here; what is kept isn't measured again.")
    parser.add_argument(
        "--report", type=Path, help="Measure all the rest too, and write docs/PERFORMANCE.md."
    )
    arguments = parser.parse_args()
    others = [name for name, (_, _, package) in OTHERS.items() if importlib.util.find_spec(package)]
    known = read_kept(arguments.keep)
    for recipe in arguments.recipes:
        if recipe not in known:
            known[recipe] = measure(recipe, others, arguments.rounds, arguments.epochs)
        if arguments.keep:
            arguments.keep.write_text(json.dumps(list(known.values())))
    results = [known[recipe] for recipe in RECIPES if recipe in known]
    text = table(results, others)
    print(text)
    if arguments.report:
        write_report(arguments.report, text, results)


def write_report(path: Path, text: str, results: list[dict[str, Any]]) -> None:
    """Measures the smoke run and the growth, and writes the document and its picture."""
    pairs = smoke.measure()
    ratios = [ours / bare for ours, bare in pairs]
    ratio = f"**{statistics.median(ratios):.2f}** ({min(ratios):.2f}–{max(ratios):.2f})"
    bfloat16 = precisions(1)
    picture = path.parent / path.stem.lower() / "growth.png"
    picture.parent.mkdir(parents=True, exist_ok=True)
    growth.draw(growth.measure(), picture)
    template = Path(__file__).with_name("report.md").read_text()
    rounds = sorted({len(result["seconds"]["aecli"]) for result in results})
    path.write_text(
        template.format(
            table=text,
            machine=f"{os.cpu_count()} cores of {processor()}, {platform.system()} {platform.machine()}",
            rounds=f"{' to '.join(str(count) for count in {rounds[0]: 0, rounds[-1]: 0})} rounds",
            smoke=ratio,
            bfloat16=bfloat16,
        )
    )


def processor() -> str:
    """The processor's own name, where the system tells it."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.is_file() else []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor() or "an unknown processor")


if __name__ == "__main__":
    main()
