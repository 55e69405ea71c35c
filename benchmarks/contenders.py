"""Who trains a recipe's network, and what was aimed at against each."""

import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass, field

from benchmarks.plan import Size
from benchmarks.stand import Measured, Stand

DENSE = ("simple", "sparse", "deep", "vae")


@dataclass(frozen=True)
class Contender:
    """Another way to train a recipe's network.

    Attributes:
        module: The module that does.
        package: What must be installed.
        goals: By recipe, how many times as long as ours it should take, at least.
        environment: What the module is told.
    """

    module: str
    package: str
    goals: Mapping[str, float]
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def installed(self) -> bool:
        """Whether it can be measured here."""
        return importlib.util.find_spec(self.package) is not None


AGAINST_FIT = {
    "simple": 4,
    "sparse": 4,
    "deep": 2.8,
    "vae": 2.4,
    "seq2seq": 1.4,
    "conv": 2.2,
    "denoising": 1.6,
}
AGAINST_OTHERS = {recipe: 2 if recipe in DENSE else 1 for recipe in AGAINST_FIT}

OTHERS = {
    "Keras fit": Contender("benchmarks.ordinary", "tensorflow", AGAINST_FIT, {"KERAS_BACKEND": "tensorflow"}),
    "Keras on JAX": Contender("benchmarks.ordinary", "jax", AGAINST_OTHERS, {"KERAS_BACKEND": "jax"}),
    "PyTorch": Contender("benchmarks.torch_loop", "torch", AGAINST_OTHERS),
    "pythae": Contender("benchmarks.pythae_trainer", "pythae", {"vae": 2}),
}


def others(recipe: str) -> dict[str, Contender]:
    """Those that train a recipe and are installed."""
    return {name: other for name, other in OTHERS.items() if recipe in other.goals and other.installed}


def train(stand: Stand, contender: Contender, recipe: str, size: Size) -> Measured:
    """One training by another."""
    arguments = (recipe, str(size.epochs + 1), str(size.samples))
    return stand.python("-m", contender.module, *arguments, **contender.environment).told


def train_ours(stand: Stand, recipe: str, size: Size, precision: str = "float32") -> Measured:
    """One training by the stand's aecli.

    Raises:
        SystemExit: It was another tree's.
    """
    arguments = (recipe, str(size.epochs + 1), str(size.samples), precision)
    told = stand.python("-m", "benchmarks.ours", *arguments).told
    if told.pop("aecli") != str(stand.tree / "aecli"):
        raise SystemExit(f"another aecli than that of {stand.tree} was measured")
    return told
