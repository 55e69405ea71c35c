from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pytest

from aecli.core.seeds import Role, generator, number
from aecli.data.corruption import Corruption, Gaussian
from aecli.data.examples import Examples
from aecli.models.latents.gaussian import Gaussian as GaussianLatent
from aecli.models.latents.plain import Plain
from aecli.models.networks.conv import Conv
from aecli.models.networks.dense import Dense
from aecli.models.networks.lstm import Lstm
from aecli.models.networks.network import Network
from aecli.objectives.elbo import Elbo
from aecli.objectives.objective import Objective
from aecli.objectives.reconstruction import Reconstruction
from aecli.training.optimizers import Adadelta, Adam, Optimizer, RMSprop, Sgd
from aecli.training.options import Execution, TrainingOptions

if TYPE_CHECKING:
    from aecli.training.trainer import Trainer

pytestmark = pytest.mark.usefixtures("tensorflow")

COUNT, BATCH, STEPS = 50, 16, 4
"""Three full batches, and one of two samples."""

SEED = 5


def digits(count: int = COUNT, seed: int = 0) -> np.ndarray:
    pixels = np.random.default_rng(seed).normal(0.3, 0.5, (count, 8, 8))
    return np.clip(pixels, 0.0, 1.0).astype(np.float32)


def trainer_of(
    model: Network,
    objective: Objective | None = None,
    *,
    optimizer: Optimizer | None = None,
    corruption: Corruption | None = None,
    inputs: np.ndarray | None = None,
    xla: bool = False,
    seed: int = SEED,
    weights_seed: int = 11,
) -> "Trainer":
    """A trainer as an experiment makes it, of a small network."""
    import keras

    from aecli.models.build import build
    from aecli.training.fit import compile_trainer
    from aecli.training.trainer import Trainer

    keras.utils.set_random_seed(weights_seed)
    targets = digits()
    train = Examples(targets if inputs is None else inputs, targets)
    monitored = digits(21, seed=1)
    loss = (objective or Reconstruction()).train(build(model, (8, 8)), COUNT)
    trainer = Trainer(loss, train, Examples(monitored, monitored), BATCH, corruption, None, seed)
    options = TrainingOptions(optimizer=optimizer or Adam(learning_rate=0.01))
    compile_trainer(trainer, options, Execution(compile=xla, chunk_steps=1))
    return trainer


def corruption_by(function: Callable[[Any, Any], Any]) -> Corruption:
    """A corruption that is a function of samples and a seed."""

    class ByFunction(Corruption):
        needs_bounds: ClassVar[bool] = False
        strength: ClassVar[str] = "none"

        def apply(self, samples: Any, seed: Any, place: Any = None) -> Any:
            return function(samples, seed)

    return ByFunction()


def run(
    trainer: "Trainer",
    epochs: int = 2,
    *,
    first: int = 0,
    chunk_steps: int = 3,
    validate: bool = True,
    after: Any = None,
) -> list[dict[str, float]]:
    """Runs `fit` up to `epochs` from epoch number `first`; returns what was logged for each epoch."""
    import keras

    rows: list[dict[str, float]] = []

    class Epochs(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
            trainer.begin_epoch(epoch)

        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            rows.append({name: float(value) for name, value in logs.items()})
            if after is not None:
                after(epoch)

    trainer.fit(
        trainer.train_rows.chunks(chunk_steps),
        validation_data=trainer.monitored_rows.chunks(chunk_steps) if validate else None,
        initial_epoch=first,
        epochs=epochs,
        callbacks=[Epochs()],
        shuffle=False,
        verbose=0,
    )
    return rows


def variables(trainer: "Trainer") -> list[Any]:
    return trainer.state


def state(trainer: "Trainer") -> list[np.ndarray]:
    return [np.array(variable) for variable in variables(trainer)]


def restore(trainer: "Trainer", values: Sequence[np.ndarray]) -> None:
    for variable, value in zip(variables(trainer), values, strict=True):
        variable.assign(value)


def same_bits(one: Sequence[np.ndarray], other: Sequence[np.ndarray]) -> bool:
    return all(a.tobytes() == b.tobytes() for a, b in zip(one, other, strict=True))


# The same as Keras's own loop


def stock_dense(l1: float = 0.0) -> Any:
    """The dense model as one writes it in Keras, with Keras's own regularizer."""
    import keras
    from keras import layers

    return keras.Sequential(
        [
            keras.Input((8, 8)),
            layers.Flatten(),
            layers.Dense(12, activation="relu"),
            layers.Dense(
                5, activation="relu", activity_regularizer=keras.regularizers.L1(l1) if l1 else None
            ),
            layers.Dense(12, activation="relu"),
            layers.Dense(64, activation="sigmoid"),
            layers.Reshape((8, 8)),
        ]
    )


def stock_conv() -> Any:
    """The convolutional model as one writes it in Keras."""
    import keras
    from keras import layers

    return keras.Sequential(
        [
            keras.Input((8, 8)),
            layers.Reshape((8, 8, 1)),
            layers.Conv2D(4, 3, activation="relu", padding="same"),
            layers.MaxPooling2D(2, padding="same"),
            layers.Conv2D(3, 3, activation="relu", padding="same"),
            layers.MaxPooling2D(2, padding="same"),
            layers.Conv2D(3, 3, activation="relu", padding="same"),
            layers.UpSampling2D(2),
            layers.Conv2D(4, 3, activation="relu", padding="same"),
            layers.UpSampling2D(2),
            layers.Conv2D(1, 3, activation="sigmoid", padding="same"),
            layers.Reshape((8, 8)),
        ]
    )


def stock_lstm() -> Any:
    """The recurrent model as one writes it in Keras."""
    import keras
    from keras import layers

    return keras.Sequential(
        [
            keras.Input((8, 8)),
            layers.LSTM(6),
            layers.RepeatVector(8),
            layers.LSTM(7, return_sequences=True),
            layers.Dense(8, activation="sigmoid"),
        ]
    )


DENSE = Dense(hidden=(12,), latent=Plain(dim=5, activation="relu"))
SPARSE = Dense(hidden=(12,), latent=Plain(dim=5, activation="relu", activity_l1=0.01))
CONV = Conv(filters=(4, 3))
LSTM = Lstm(encoder_units=6, decoder_units=7)
VAE = Dense(hidden=(12,), latent=GaussianLatent())


@pytest.mark.parametrize(
    ("network", "stock", "loss", "optimizer", "xla"),
    [
        (DENSE, stock_dense, "binary_crossentropy", Adadelta(learning_rate=1.0), False),
        (DENSE, stock_dense, "binary_crossentropy", Adam(learning_rate=0.01), True),
        (DENSE, stock_dense, "mse", Sgd(learning_rate=0.5, momentum=0.9), False),
        (SPARSE, lambda: stock_dense(0.01), "binary_crossentropy", Adam(learning_rate=0.01), False),
        (CONV, stock_conv, "binary_crossentropy", Adam(learning_rate=0.01, clipnorm=0.05), False),
        (LSTM, stock_lstm, "mse", RMSprop(learning_rate=0.01), False),
    ],
    ids=["dense", "dense xla", "dense mse", "sparse", "conv", "lstm"],
)
def test_the_compiled_loop_learns_what_keras_own_loop_learns(
    network: Network, stock: Callable[[], Any], loss: Any, optimizer: Optimizer, xla: bool
) -> None:
    trainer = trainer_of(network, Reconstruction(loss=loss), optimizer=optimizer, xla=xla)
    model = stock()
    before = trainer.objective.network.autoencoder.get_weights()
    model.set_weights(before)
    model.compile(optimizer=optimizer.make(), loss=loss, run_eagerly=True)
    logged = run(trainer, epochs=3, validate=False)
    for epoch in range(3):
        order = generator(SEED, Role.ORDER, epoch).permutation(COUNT)
        total = 0.0
        for start in range(0, COUNT, BATCH):
            batch = digits()[order[start : start + BATCH]]
            model.reset_metrics()
            total += len(batch) * float(model.train_on_batch(batch, batch))
        assert logged[epoch]["total"] == pytest.approx(total / COUNT, rel=1e-5)

    after = trainer.objective.network.autoencoder.get_weights()
    for ours, theirs, start in zip(after, model.get_weights(), before, strict=True):
        assert np.abs(theirs - start).max() > 0.005, "a weight that never moved proves nothing"
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-5)
    assert int(trainer.optimizer.iterations) == 3 * STEPS


# Chunks and epochs


@pytest.mark.parametrize(
    ("network", "objective", "xla"),
    [(VAE, Elbo(), False), (SPARSE, Reconstruction(), True)],
    ids=["vae", "sparse xla"],
)
def test_results_do_not_depend_on_the_length_of_chunks(
    network: Network, objective: Objective, xla: bool
) -> None:
    trainer = trainer_of(network, objective, corruption=Gaussian(stddev=0.3), xla=xla)
    start = state(trainer)
    results = []
    for chunk_steps in (1, 3, STEPS, 100):
        restore(trainer, start)
        results.append((run(trainer, chunk_steps=chunk_steps), state(trainer)))
    logged, weights = results[0]
    assert not same_bits(weights, start)
    for other_logged, other_weights in results[1:]:
        assert other_logged == logged
        assert same_bits(other_weights, weights)


def test_an_epoch_depends_on_the_state_before_it_and_on_nothing_else() -> None:
    def make(weights_seed: int) -> "Trainer":
        return trainer_of(VAE, Elbo(), corruption=Gaussian(stddev=0.3), weights_seed=weights_seed)

    through, states = make(weights_seed=1), []
    logged = run(through, after=lambda _: states.append(state(through)))

    resumed = make(weights_seed=2)
    assert not same_bits(state(resumed), states[0])
    restore(resumed, states[0])
    assert run(resumed, first=1) == logged[1:]
    assert same_bits(state(resumed), states[1])

    # The same weights, in another epoch: another order, other noise.
    restore(resumed, states[0])
    elsewhere = run(resumed, first=7, epochs=8)
    assert elsewhere[0]["total"] != logged[1]["total"]
    assert not same_bits(state(resumed), states[1])


def test_a_loop_compiled_with_xla_repeats_an_epoch_bit_by_bit() -> None:
    trainer, states = trainer_of(VAE, Elbo(), corruption=Gaussian(stddev=0.3), xla=True), []
    logged = run(trainer, epochs=3, validate=False, after=lambda _: states.append(state(trainer)))
    restore(trainer, states[0])
    assert run(trainer, first=1, epochs=2, validate=False) == logged[1:2]
    assert same_bits(state(trainer), states[1])


def test_another_seed_trains_another_network() -> None:
    one, other = (trainer_of(DENSE, seed=seed) for seed in (1, 2))
    assert same_bits(state(one), state(other))
    one.run_eagerly = other.run_eagerly = True
    logged = [run(trainer, epochs=1, validate=False) for trainer in (one, other)]
    assert logged[0] != logged[1]
    assert not same_bits(state(one), state(other))


def test_an_epoch_shows_each_sample_once_in_an_order_of_its_own() -> None:
    trainer = trainer_of(DENSE)

    def order(epoch: int) -> list[int]:
        trainer.begin_epoch(epoch)
        return np.array(trainer.train_rows.order)[:COUNT].tolist()

    orders = [order(epoch) for epoch in range(4)]
    assert all(sorted(rows) == list(range(COUNT)) for rows in orders)
    assert len({tuple(rows) for rows in orders}) == 4
    assert list(range(COUNT)) not in orders
    assert order(2) == orders[2]
    assert np.array(trainer.monitored_rows.order)[:21].tolist() == list(range(21))


def test_each_training_step_draws_noise_of_its_own_and_evaluation_none() -> None:
    seeds: list[tuple[int, ...]] = []

    def corrupt(images: Any, seed: Any) -> Any:
        seeds.append(tuple(np.asarray(seed).tolist()))
        return images

    trainer = trainer_of(DENSE, corruption=corruption_by(corrupt))
    trainer.run_eagerly = True
    run(trainer, epochs=2)
    role = number(SEED, Role.TRAINING_CORRUPTION)
    assert seeds == [(role, step) for step in range(2 * STEPS)]


def test_what_is_corrupted_is_the_input_and_not_the_target() -> None:
    # Whatever goes in is black: the network can only learn the mean image of the clean targets.
    trainer = trainer_of(
        Dense(latent=Plain(dim=5, activation="relu")),
        Reconstruction(loss="mse"),
        corruption=corruption_by(lambda images, _: images * 0),
    )
    run(trainer, epochs=60, chunk_steps=STEPS, validate=False)
    output = np.asarray(trainer.objective.network.autoencoder(np.zeros((1, 8, 8), np.float32)))[0]
    np.testing.assert_allclose(output, digits().mean(axis=0), atol=0.1)
    assert digits().mean(axis=0).std() > 0.03


def test_no_thread_that_tunes_comes_between_two_epochs() -> None:
    trainer = trainer_of(DENSE)
    assert trainer.train_rows.chunks(2).options().autotune.enabled is False


def test_chunks_cover_an_epoch_without_gap_or_overlap() -> None:
    trainer = trainer_of(DENSE)
    for chunk_steps in (1, 2, 3, 4, 9):
        steps: list[int] = []
        for first, count in trainer.train_rows.chunks(chunk_steps).as_numpy_iterator():
            assert 1 <= count <= chunk_steps
            steps += range(first, first + count)
        assert steps == list(range(STEPS))


def test_a_batch_is_never_larger_than_the_training_set() -> None:
    from aecli.models.build import build
    from aecli.training.trainer import Trainer

    few = Examples(digits(3), digits(3))
    loss = Reconstruction(loss="mse").train(build(DENSE, (8, 8)), 3)
    trainer = Trainer(loss, few, few, 256, None, None, 0)
    assert trainer.batch_size == 3
    assert trainer.train_rows.steps == 1


# What is logged


def numpy_losses(trainer: "Trainer", inputs: np.ndarray, targets: np.ndarray) -> dict[str, float]:
    """The mean losses of a sparse dense autoencoder, by hand and in double precision."""
    weights = [
        np.asarray(weight, np.float64) for weight in trainer.objective.network.autoencoder.get_weights()
    ]
    values: Any = inputs.reshape(len(inputs), -1).astype(np.float64)
    code = values
    for layer in range(4):
        values = values @ weights[2 * layer] + weights[2 * layer + 1]
        values = 1 / (1 + np.exp(-values)) if layer == 3 else np.maximum(values, 0.0)
        code = values if layer == 1 else code
    wanted = targets.reshape(len(targets), -1).astype(np.float64)
    entropy = -(wanted * np.log(values) + (1 - wanted) * np.log(1 - values))
    parts = {"reconstruction": entropy.mean(), "activity_penalty": 0.01 * np.abs(code).sum(axis=1).mean()}
    return {**parts, "total": sum(parts.values())}


def test_logged_losses_are_those_computed_by_hand() -> None:
    noisy = digits(seed=3)
    still = Sgd(learning_rate=1e-30)  # the weights stay as they are
    trainer = trainer_of(SPARSE, inputs=noisy, optimizer=still)
    start = state(trainer)
    (logged,) = run(trainer, epochs=1)
    for now, then in zip(state(trainer)[:8], start[:8], strict=True):
        np.testing.assert_allclose(now, then, rtol=0, atol=1e-20)
    monitored = digits(21, seed=1)
    training = numpy_losses(trainer, noisy, digits())
    validation = numpy_losses(trainer, monitored, monitored)
    expected = training | {f"val_{name}": value for name, value in validation.items()}
    assert logged == pytest.approx(expected, rel=1e-5)


def test_measuring_the_trained_network_gives_what_was_logged() -> None:
    from aecli.training.measure import measure

    trainer = trainer_of(VAE, Elbo())
    (logged,) = run(trainer, epochs=1)
    monitored = digits(21, seed=1)
    parts = measure(trainer.objective, Examples(monitored, monitored), BATCH, SEED)
    assert sorted(parts) == ["kl", "reconstruction", "total"]
    for name, values in parts.items():
        assert values.shape == (21,)
        assert float(values.mean()) == pytest.approx(logged[f"val_{name}"], rel=1e-5)


def test_what_is_padded_teaches_nothing() -> None:
    """Two trainings whose targets differ in padding alone end in the same weights."""
    import keras

    from aecli.models.build import build
    from aecli.training.fit import compile_trainer
    from aecli.training.trainer import Trainer

    lengths = np.random.default_rng(0).integers(1, 9, COUNT)
    weights = (np.arange(8) < lengths[:, np.newaxis]).astype(np.float32)
    inputs, ended = digits() * weights[..., np.newaxis], []
    for padding in (0.0, 0.9):
        keras.utils.set_random_seed(11)
        targets = np.where(weights[..., np.newaxis] > 0, inputs, padding).astype(np.float32)
        examples = Examples(inputs, targets, weights)
        network = build(Lstm(encoder_units=4, decoder_units=5), (8, 8))
        loss = Reconstruction(loss="mse").train(network, COUNT)
        trainer = Trainer(loss, examples, examples, BATCH, None, None, SEED)
        compile_trainer(
            trainer,
            TrainingOptions(optimizer=Adam(learning_rate=0.01)),
            Execution(compile=False, chunk_steps=2),
        )
        logged = run(trainer, epochs=2)
        ended.append((trainer.objective.network.autoencoder.get_weights(), logged))
    for first, other in zip(ended[0][0], ended[1][0], strict=True):
        np.testing.assert_array_equal(first, other)
    assert ended[0][1] == ended[1][1]
