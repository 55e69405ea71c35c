"""The table of each recipe: ours beside the others."""

from functools import partial
from statistics import median

from aecli.core.text import markdown_table
from benchmarks.contenders import OTHERS, others, train, train_ours
from benchmarks.plan import Plan, Size
from benchmarks.rounds import Kept, Rounds, in_turn
from benchmarks.stand import Stand
from benchmarks.words import MOST_SPREAD, at_least, at_most, middle, ranged, ratios, spread

COLUMNS = (
    "",
    "wall, s/epoch",
    "CPU, s/epoch",
    "wall ÷ aecli",
    "CPU ÷ aecli",
    "goal",
    "test loss",
    "peak MiB",
)


def section(stand: Stand, plan: Plan, kept: Kept) -> str:
    """Measures all recipes; their tables, each under its name."""
    return "\n".join(
        of_recipe(recipe, size, measure(stand, recipe, size, plan.rounds, kept))
        for recipe, size in plan.recipes.items()
    )


def measure(stand: Stand, recipe: str, size: Size, rounds: int, kept: Kept) -> Rounds:
    """Rounds of ours and of each other that is installed."""
    contenders = {"aecli": partial(train_ours, stand, recipe, size)}
    contenders |= {name: partial(train, stand, each, recipe, size) for name, each in others(recipe).items()}
    return in_turn(f"{recipe}, {size.epochs} × {size.samples}", contenders, rounds, kept)


def of_recipe(recipe: str, size: Size, found: Rounds) -> str:
    """A recipe's table, with what it was measured on and how far its rounds lie apart."""
    rows = []
    for name, rounds in found.items():
        row = [name, f"{middle(rounds, 'wall'):.3g}", f"{middle(rounds, 'cpu'):.3g}"]
        if name == "aecli":
            row += ["", "", ""]
        else:
            goal = OTHERS[name].goals[recipe]
            for quantity in ("wall", "cpu"):
                values = ratios(rounds, found["aecli"], quantity)
                row.append(f"{ranged(values)}, {at_least(median(values), goal)}")
            row.append(f"≥ {goal:g}")
        rows.append([*row, f"{rounds[-1]['loss']:.4g}", f"{middle(rounds, 'mib'):,.0f}"])
    return (
        f"### `{recipe}`\n\n{size.epochs} epochs of {size.samples:,} training images. {_steadiness(found)}\n\n"
        f"{markdown_table(COLUMNS, rows)}"
    )


def _steadiness(found: Rounds) -> str:
    """How far the rounds of one contender lie apart, beside what is wanted."""
    if len(found["aecli"]) < 2:
        return "One round alone doesn't tell how steady it is."
    wall, cpu = (max(spread(each, quantity) for each in found.values()) for quantity in ("wall", "cpu"))
    return (
        f"Rounds of one contender lie at most {wall:.0%} apart in wall time and {cpu:.0%} in CPU time "
        f"(wanted: {MOST_SPREAD:.0%}; {at_most(max(wall, cpu), MOST_SPREAD)})."
    )
