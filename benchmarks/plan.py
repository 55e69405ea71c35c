"""How much is measured: of which recipes, how many epochs on how many samples, how often."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Size:
    """One contender's training in one round.

    Attributes:
        epochs: Those that count; one more comes before.
        samples: Training images; as many test images, of 10,000 at most.
    """

    epochs: int
    samples: int = 60_000


@dataclass(frozen=True)
class Plan:
    """How much is measured.

    Attributes:
        recipes: The trainings.
        rounds: How often each contender is measured.
        rows: Of the made-up data.
    """

    recipes: dict[str, Size]
    rounds: int
    rows: int


FULL = Plan(
    {
        "simple": Size(29),
        "sparse": Size(29),
        "deep": Size(15),
        "vae": Size(12),
        "seq2seq": Size(4, 20_000),
        "conv": Size(4, 20_000),
        "denoising": Size(3, 10_000),
    },
    rounds=5,
    rows=200_000,
)

QUICK = Plan(
    {"simple": Size(10, 20_000), "vae": Size(5, 20_000), "conv": Size(2, 4_000), "seq2seq": Size(3, 6_000)},
    rounds=2,
    rows=40_000,
)
