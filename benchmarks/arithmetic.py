"""How much of our time the arithmetic takes that no loop around it can save."""

from functools import partial

from aecli.core.text import markdown_table
from benchmarks.plan import Plan
from benchmarks.rounds import Kept
from benchmarks.stand import Measured, Stand
from benchmarks.training import measure
from benchmarks.words import middle

COLUMNS = ("recipe", "of the machine's matrix product", "products alone ÷ our epoch")


def section(stand: Stand, plan: Plan, kept: Kept) -> str:
    """Measures the products of each recipe, beside its trainings; their table."""
    rows = []
    for recipe, size in plan.recipes.items():
        ask = partial(_products, stand, recipe, str(size.samples))
        products = kept.get(f"products of {recipe}, {size.samples}", ask)
        wall = middle(measure(stand, recipe, size, plan.rounds, kept)["aecli"], "wall")
        rows.append(row(recipe, products, wall))
    return markdown_table(COLUMNS, rows)


def row(recipe: str, products: Measured, wall: float) -> list[str]:
    """A recipe's line of the table; `alone` is there of dense networks only."""
    part = products["multiply_adds"] / wall / products["speed"]
    return [f"`{recipe}`", f"{part:.0%}", f"{products['alone'] / wall:.0%}" if "alone" in products else "–"]


def _products(stand: Stand, recipe: str, samples: str) -> Measured:
    return stand.python("-m", "benchmarks.products", recipe, samples).told
