from pathlib import Path
from typing import Any

import numpy as np
import pytest

from aecli.models.latents.plain import Plain
from aecli.models.networks.dense import Dense
from aecli.objectives.adversarial import Adversarial, Discriminator
from aecli.objectives.reconstruction import Reconstruction
from aecli.training.optimizers import Sgd
from tests.objectives.made_up import COUNT, arrays, batch, built, costs, epochs, images, terms, trainer_of

pytestmark = pytest.mark.usefixtures("tensorflow")

MODEL = Dense(hidden=(16,), latent=Plain(dim=4, activation="linear"))
SMALL = Discriminator(hidden=(8,), optimizer=Sgd(learning_rate=0.1))


def odds(judge: Any, latents: np.ndarray) -> np.ndarray:
    """The discriminator by its weights, with NumPy: the logarithm of the odds that it saw the prior."""
    kernel, bias, last, last_bias = (np.asarray(each, np.float64) for each in judge.get_weights())
    hidden = latents @ kernel + bias
    return (np.where(hidden > 0, hidden, 0.2 * hidden) @ last + last_bias)[:, 0]


def prior_of(seed: tuple[int, int], count: int) -> np.ndarray:
    """What a step draws from the prior: another seed than that of the latents."""
    from aecli.core import noise

    return np.asarray(noise.normal((count, 4), np.array([seed[0] + 1, seed[1]], np.int32)), np.float64)


@pytest.mark.parametrize("weight", [0.01, 3.0])
def test_the_terms_are_what_the_odds_say(weight: float) -> None:
    network = built(MODEL)
    training = Adversarial(weight=weight, discriminator=SMALL).train(network, 100)
    found = arrays(terms(training, batch()))
    assert list(found) == ["reconstruction", "adversarial", "discriminator", "total"]
    fake = odds(training.discriminator, np.asarray(network.encode(images()), np.float64))
    real = odds(training.discriminator, prior_of((3, 4), COUNT))
    of_fake, of_real = (1 / (1 + np.exp(-each)) for each in (fake, real))
    np.testing.assert_allclose(found["adversarial"], -weight * np.log(of_fake), rtol=1e-4)
    np.testing.assert_allclose(found["discriminator"], -np.log(of_real) - np.log(1 - of_fake), rtol=1e-4)
    np.testing.assert_allclose(found["total"], found["reconstruction"] + found["adversarial"], rtol=1e-6)
    _, plain = costs(MODEL, Reconstruction())
    np.testing.assert_allclose(found["reconstruction"], plain["reconstruction"], rtol=1e-6)


def test_who_tells_nothing_apart_pays_2_log_2() -> None:
    training = Adversarial(discriminator=SMALL).train(built(MODEL), 100)
    training.discriminator.set_weights([0 * each for each in training.discriminator.get_weights()])
    found = arrays(terms(training, batch()))["discriminator"]
    np.testing.assert_allclose(found, np.full(COUNT, 2 * np.log(2)), rtol=1e-6)


def test_a_step_moves_each_players_weights_by_its_own_loss_alone(tensorflow: Any) -> None:
    objective = Adversarial(weight=2.0, discriminator=SMALL)
    trainer = trainer_of(MODEL, objective, Sgd(learning_rate=0.3), count=8, batch_size=8)
    training = trainer.objective
    own, others = training.trainable_variables, training.discriminator.trainable_variables
    assert not {id(variable) for variable in own} & {id(variable) for variable in others}
    before = [np.array(variable) for variable in (*own, *others)]
    trainer.begin_epoch(0)
    shown = trainer.train_rows.batch(None, tensorflow.constant(0))
    seed = step_seed(trainer)
    with tensorflow.GradientTape(persistent=True) as tape:
        found = training.terms(shown, seed, training=True)
        total, rival = tensorflow.reduce_mean(found.total), tensorflow.reduce_mean(found.rival)
    expected = [0.3 * np.asarray(each) for each in tape.gradient(total, [weight.value for weight in own])]
    expected += [0.1 * np.asarray(each) for each in tape.gradient(rival, [weight.value for weight in others])]
    # The discriminator's loss reaches no weight of the network.
    assert all(each is None for each in tape.gradient(rival, [weight.value for weight in own]))
    epochs(trainer, 0, 1)
    for variable, start, way in zip((*own, *others), before, expected, strict=True):
        assert np.abs(way).max() > 0, variable.path
        np.testing.assert_allclose(np.array(variable), start - way, rtol=1e-5, atol=1e-7)


def step_seed(trainer: Any) -> Any:
    """The seed of the first step's latents."""
    import tensorflow as tf

    from aecli.core.seeds import Role, number

    return tf.stack([number(trainer.seed, Role.TRAINING_SAMPLING), 0])


def test_being_measured_moves_neither() -> None:
    trainer = trainer_of(MODEL, Adversarial(discriminator=SMALL))
    before = [np.array(variable) for variable in trainer.state]
    trainer.reset_metrics()
    trainer.test_step(np.array([0, trainer.monitored_rows.steps], np.int32))
    for variable, value in zip(trainer.state, before, strict=True):
        np.testing.assert_array_equal(np.array(variable), value)


def test_a_checkpoint_holds_the_discriminator_and_its_optimizer(tmp_path: Path) -> None:
    from aecli.training.checkpoint import load_state, save_state, state_of
    from aecli.training.history import History

    trainer, fresh = (trainer_of(MODEL, Adversarial(), weights_seed=seed) for seed in (1, 2))
    epochs(trainer, 0, 1)
    save_state(tmp_path, state_of(trainer, History([{"total": 1.0, "test_total": 1.0}])))
    load_state(tmp_path, fresh)
    kept, restored = (
        [*each.objective.discriminator.variables, *each.objective.rival.optimizer.variables]
        for each in (trainer, fresh)
    )
    for one, other in zip(kept, restored, strict=True):
        np.testing.assert_array_equal(np.array(other), np.array(one))
    assert {id(variable) for variable in restored} <= {id(variable) for variable in fresh.state}
    assert int(np.array(fresh.objective.rival.optimizer.iterations)) == trainer.train_rows.steps


def test_latents_that_are_found_out_come_to_look_like_the_prior() -> None:
    discriminator = Discriminator(hidden=(16,), optimizer=Sgd(learning_rate=0.2))
    objective = Adversarial(weight=10.0, discriminator=discriminator)
    trainer = trainer_of(MODEL, objective, Sgd(learning_rate=0.02), count=32, batch_size=32)
    network, samples = trainer.objective.network, images(count=32)
    network.encoder.layers[-1].bias.assign(np.full(4, 3.0))
    before = np.linalg.norm(network.encode_all(samples).mean(axis=0))
    epochs(trainer, 0, 20)
    after = np.linalg.norm(network.encode_all(samples).mean(axis=0))
    assert after < before / 2
