"""Products in float32 and in bfloat16, in turn."""

from functools import partial
from statistics import median

from aecli.core.text import markdown_table
from benchmarks.contenders import train_ours
from benchmarks.plan import FULL, Size
from benchmarks.rounds import Kept, Rounds, in_turn
from benchmarks.stand import Stand
from benchmarks.words import middle, ratios

RECIPES = {"vae": FULL.recipes["vae"], "conv": FULL.recipes["conv"]}
PRECISIONS = ("float32", "mixed_bfloat16")
COLUMNS = (
    "recipe",
    "float32, CPU s/epoch",
    "mixed_bfloat16, CPU s/epoch",
    "float32 ÷ bfloat16",
    "test losses",
)


def section(stand: Stand, rounds: int, kept: Kept) -> str:
    """Measures both; their table."""
    return markdown_table(
        COLUMNS, [row(name, _measure(stand, name, size, rounds, kept)) for name, size in RECIPES.items()]
    )


def row(recipe: str, found: Rounds) -> list[str]:
    """A recipe's line of the table."""
    exact, rounded = (found[precision] for precision in PRECISIONS)
    losses = ", ".join(f"{rounds[-1]['loss']:.4f}" for rounds in (exact, rounded))
    ratio = f"{median(ratios(exact, rounded, 'cpu')):.2f}"
    return [f"`{recipe}`", f"{middle(exact, 'cpu'):.2f}", f"{middle(rounded, 'cpu'):.2f}", ratio, losses]


def _measure(stand: Stand, recipe: str, size: Size, rounds: int, kept: Kept) -> Rounds:
    contenders = {each: partial(train_ours, stand, recipe, size, each) for each in PRECISIONS}
    return in_turn(f"{recipe} in, {size.epochs} × {size.samples}", contenders, rounds, kept)
