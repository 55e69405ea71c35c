"""Variational autoencoders whose loss stays a number, however badly their inputs are scaled.

A config scales data, so that its network sees few of these: numbers all near an end of [0, 1], one feature larger
than all others, test samples far from those of the training. From Python, and under a plugin's data, it may see all.
"""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from aecli.data.examples import Examples
from aecli.models.latents.gaussian import Gaussian
from aecli.models.networks.dense import Dense
from aecli.objectives.elbo import Elbo
from aecli.training.optimizers import Adam
from aecli.training.options import Execution, TrainingOptions

if TYPE_CHECKING:
    from aecli.training.trainer import Trainer

pytestmark = pytest.mark.usefixtures("tensorflow")

FEATURES, COUNT, TESTS, BATCH, EPOCHS = 8, 96, 32, 16, 4

Rows = np.ndarray


def one_large(rows: Rows) -> Rows:
    return rows * np.where(np.arange(FEATURES) == 0, 1e4, 1.0)


def far_tests(rows: Rows) -> Rows:
    return rows * np.where(np.arange(len(rows)) < COUNT, 1.0, 1e6)[:, None]


UNBOUNDED: dict[str, Callable[[Rows], Rows]] = {
    "small": lambda rows: rows * 1e-3,
    "large": lambda rows: rows * 1e3,
    "shifted": lambda rows: rows + 1e3,
    "one large": one_large,
    "far tests": far_tests,
}
"""What becomes of numbers of mean 0 and of about 1."""

BOUNDED: dict[str, Callable[[Rows], Rows]] = {
    "small": lambda rows: rows * 1e-3,
    "at the top": lambda rows: 1.0 - rows * 1e-3,
    "one large": lambda rows: one_large(rows) * 1e-4,
    "black and white": np.round,
}
"""What becomes of numbers in [0, 1], so that they stay there."""


def correlated(seed: int) -> Rows:
    """Rows of two hidden numbers, and some noise."""
    random = np.random.default_rng(seed)
    hidden = random.normal(size=(COUNT + TESTS, 2)) @ random.normal(size=(2, FEATURES))
    return hidden + 0.3 * random.normal(size=hidden.shape)


def network(likelihood: str) -> Any:
    from aecli.models.build import build

    output = "linear" if likelihood == "gaussian" else "sigmoid"
    return build(Dense(hidden=(16,), latent=Gaussian(dim=2), output=output), (FEATURES,))


def trained(likelihood: Any, inputs: list[Rows], seeds: list[int]) -> Iterator[list[dict[str, float]]]:
    """What was logged of each training; all of them share a compiled step, which takes longer than they do."""
    import keras
    import tensorflow as tf

    from aecli.training.fit import compile_trainer
    from aecli.training.trainer import Trainer

    objective, nothing = Elbo(likelihood=likelihood), np.zeros((COUNT + TESTS, FEATURES), np.float32)
    train, tests = (Examples(part, part) for part in (nothing[:COUNT], nothing[COUNT:]))
    trainer = Trainer(objective.train(network(likelihood), COUNT), train, tests, BATCH, None, None, 0)
    options = TrainingOptions(optimizer=Adam(learning_rate=0.01))
    compile_trainer(trainer, options, Execution(compile=False, chunk_steps=100))
    for rows in (trainer.train_rows, trainer.monitored_rows):
        rows.targets.numbers = tf.Variable(rows.targets.numbers)
    of_optimizer = [np.array(variable) for variable in trainer.optimizer.variables]
    for numbers, seed in zip(inputs, seeds, strict=True):
        keras.utils.set_random_seed(seed)
        fresh = [*objective.train(network(likelihood), COUNT).variables, *of_optimizer]
        for variable, value in zip(trainer.state, fresh, strict=True):
            variable.assign(value)
        trainer.train_rows.targets.numbers.assign(numbers[:COUNT])
        trainer.monitored_rows.targets.numbers.assign(numbers[COUNT:])
        yield logged(trainer)


def logged(trainer: "Trainer") -> list[dict[str, float]]:
    """What each epoch of a training says."""
    import keras

    epochs = []
    steps = keras.callbacks.LambdaCallback(
        on_epoch_begin=lambda epoch, logs: trainer.begin_epoch(epoch),
        on_epoch_end=lambda epoch, logs: epochs.append(dict(logs)),
    )
    chunks, tests = (rows.chunks(100) for rows in (trainer.train_rows, trainer.monitored_rows))
    trainer.fit(chunks, validation_data=tests, epochs=EPOCHS, callbacks=[steps], shuffle=False, verbose=0)
    return [{name: float(value) for name, value in epoch.items()} for epoch in epochs]


def check(likelihood: str, seeds: range) -> None:
    """Trains on inputs scaled in all ways, from all seeds, and looks at each number that was logged."""
    ways = UNBOUNDED if likelihood == "gaussian" else BOUNDED
    jobs = [(way, seed) for way in ways for seed in seeds]
    inputs = []
    for way, seed in jobs:
        rows = correlated(seed)
        rows = rows if likelihood == "gaussian" else 1.0 / (1.0 + np.exp(-rows))
        inputs.append(ways[way](rows).astype(np.float32))
        assert likelihood == "gaussian" or (inputs[-1].min() >= 0.0 and inputs[-1].max() <= 1.0)
    runs = trained(likelihood, inputs, [seed for _, seed in jobs])
    for job, epochs in zip(jobs, runs, strict=True):
        assert len(epochs) == EPOCHS, job
        assert {"reconstruction", "kl", "total", "val_reconstruction", "val_kl", "val_total"} == set(
            epochs[0]
        )
        assert all(np.isfinite(list(epoch.values())).all() for epoch in epochs), (job, epochs)
        # It may rise for a while where inputs are in the thousands; but it moves.
        assert len({epoch["total"] for epoch in epochs}) > 1, (job, epochs)


@pytest.mark.parametrize("likelihood", ["gaussian", "bernoulli"])
def test_no_scale_of_the_inputs_makes_a_loss_that_is_no_number(likelihood: str) -> None:
    check(likelihood, range(4))


@pytest.mark.slow
@pytest.mark.parametrize("likelihood", ["gaussian", "bernoulli"])
def test_no_scale_does_from_any_of_fifty_seeds(likelihood: str) -> None:
    check(likelihood, range(50))
