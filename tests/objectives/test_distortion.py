from typing import Any, get_args

import numpy as np
import pytest

from aecli.models.conv import Conv
from aecli.models.dense import Dense
from aecli.models.spec import MODELS, ModelSpec
from aecli.models.vae import Vae
from aecli.training.options import TrainingOptions

pytestmark = pytest.mark.usefixtures("tensorflow")


def images(seed: int = 0, count: int = 6) -> np.ndarray:
    """Images with some black and white pixels, as real ones have."""
    pixels = np.random.default_rng(seed).normal(0.4, 0.5, (count, 8, 8))
    return np.clip(pixels, 0.0, 1.0).astype(np.float32)


def parts_of(spec: ModelSpec, loss: str = "binary_crossentropy", inputs: Any = None) -> tuple[Any, Any]:
    """A fresh network and its loss, in parts, as arrays."""
    from aecli.training.losses import loss_parts

    network = spec.build((8, 8))
    inputs = images() if inputs is None else inputs
    parts = loss_parts(network, loss, inputs, images(), (3, 4), training=False)
    return network, {name: np.asarray(part) for name, part in parts.items()}


def pixel_loss(loss: str, targets: np.ndarray, outputs: np.ndarray) -> np.ndarray:
    """The definition, in double precision."""
    x, y = targets.astype(np.float64), outputs.astype(np.float64)
    return (x - y) ** 2 if loss == "mse" else -(x * np.log(y) + (1 - x) * np.log(1 - y))


def test_there_is_a_loss_for_each_name_that_the_options_allow() -> None:
    from aecli.training.losses import PIXEL_LOSSES, unit

    allowed = get_args(TrainingOptions.model_fields["loss"].annotation)
    assert sorted(PIXEL_LOSSES) == sorted(allowed)
    units = {unit(loss, reduction) for loss in allowed for reduction in ("mean", "sum")}
    assert len(units) == 2 * len(allowed)


@pytest.mark.parametrize("spec", [family() for _, family in MODELS.items()], ids=lambda spec: spec.type)
def test_the_parts_add_up_to_the_total(spec: ModelSpec) -> None:
    from aecli.training.losses import part_names

    if "activity_l1" in type(spec).model_fields:
        spec = spec.model_copy(update={"activity_l1": 0.01})
    network, parts = parts_of(spec)
    factors = network.code.penalty_weights
    assert sorted(parts) == sorted(part_names(network))
    assert part_names(network) == ["reconstruction", *factors, "total"]
    assert len(factors) >= 1
    assert all(part.shape == (6,) and part.dtype == np.float32 for part in parts.values())
    added = parts["reconstruction"] + sum(factor * parts[name] for name, factor in factors.items())
    np.testing.assert_allclose(parts["total"], added, rtol=1e-6)
    assert (parts["total"] > parts["reconstruction"]).all()


@pytest.mark.parametrize("loss", ["binary_crossentropy", "mse"])
def test_a_plain_reconstruction_loss_is_the_mean_over_the_pixels(loss: str) -> None:
    network, parts = parts_of(Conv(filters=(4,)), loss)
    outputs = np.asarray(network.autoencoder(images()))
    expected = pixel_loss(loss, images(), outputs).mean(axis=(1, 2))
    np.testing.assert_allclose(parts["reconstruction"], expected, rtol=1e-5)
    np.testing.assert_array_equal(parts["total"], parts["reconstruction"])


@pytest.mark.parametrize("loss", ["binary_crossentropy", "mse"])
def test_a_likelihood_is_the_sum_over_the_pixels_of_what_a_draw_decodes_to(loss: str) -> None:
    network, parts = parts_of(Vae(hidden=(8,)), loss)
    codes = network.code.draw(network.encoder(images()), (3, 4))
    outputs = np.asarray(network.decoder(codes))
    expected = pixel_loss(loss, images(), outputs).sum(axis=(1, 2))
    np.testing.assert_allclose(parts["reconstruction"], expected, rtol=1e-5)


def test_what_should_come_out_is_the_target_and_not_the_input() -> None:
    noisy = images(seed=1)
    network, parts = parts_of(Dense(), inputs=noisy)
    outputs = np.asarray(network.autoencoder(noisy))
    expected = pixel_loss("binary_crossentropy", images(), outputs).mean(axis=(1, 2))
    np.testing.assert_allclose(parts["reconstruction"], expected, rtol=1e-5)


@pytest.mark.parametrize("loss", ["binary_crossentropy", "mse"])
def test_the_loss_of_given_outputs_is_the_same_loss(loss: str) -> None:
    from aecli.training.measure import reconstruction_losses

    for spec in (Dense(), Vae(hidden=(8,))):
        network = spec.build((8, 8))
        outputs = np.clip(images(seed=2), 0.01, 0.99)
        pixels = pixel_loss(loss, images(), outputs).reshape(6, -1)
        expected = pixels.sum(axis=1) if spec.type == "vae" else pixels.mean(axis=1)
        losses = reconstruction_losses(network, loss, images(), outputs)
        np.testing.assert_allclose(losses, expected, rtol=1e-5)


def test_the_cross_entropy_of_all_but_certain_pixels_is_exact() -> None:
    network, _ = parts_of(Dense())
    weights = network.autoencoder.get_weights()
    logits = np.random.default_rng(0).uniform(-40, 40, 64).astype(np.float32)
    network.autoencoder.set_weights([*(np.zeros_like(weight) for weight in weights[:-1]), logits])
    from aecli.training.losses import loss_parts

    parts = loss_parts(network, "binary_crossentropy", images(), images(), (0, 0), training=False)
    exact = np.logaddexp(0.0, logits.astype(np.float64)) - images().reshape(6, 64) * logits
    np.testing.assert_allclose(np.asarray(parts["total"]), exact.mean(axis=1), rtol=1e-5)


@pytest.mark.parametrize("spec", [family() for _, family in MODELS.items()], ids=lambda spec: spec.type)
def test_no_family_has_its_cross_entropy_cut_off_where_pixels_are_all_but_certain(spec: ModelSpec) -> None:
    from aecli.training.losses import loss_parts

    network = spec.build((8, 8))
    last = [layer for layer in network.decoder.layers if layer.weights][-1]
    *kernel, bias = last.get_weights()
    last.set_weights([*(np.zeros_like(weight) for weight in kernel), np.full_like(bias, 100)])
    dark = np.zeros_like(images())
    parts = loss_parts(network, "binary_crossentropy", images(), dark, (0, 0), training=False)
    pixels = 1 if network.reconstruction == "mean" else 64
    # A probability held within 1e-7 of 0 and 1 would cost 16 nats at most, and teach nothing.
    np.testing.assert_allclose(np.asarray(parts["reconstruction"]) / pixels, 100, rtol=1e-5)


@pytest.mark.parametrize("spec", [Dense(activity_l1=0.02), Conv(filters=(4, 3), activity_l1=0.02)])
def test_the_activity_penalty_is_that_of_keras(spec: ModelSpec) -> None:
    import keras

    network, parts = parts_of(spec)
    image = keras.Input((8, 8))
    same_code = keras.layers.ActivityRegularization(l1=0.02)
    regularised = keras.Model(image, same_code(network.encoder(image)))
    regularised(images())
    (of_keras,) = regularised.losses
    assert float(of_keras) > 0.0
    assert parts["activity_penalty"].mean() == pytest.approx(float(of_keras), rel=1e-6)


# Padded sequences

LENGTHS = np.array([8, 5, 1, 7, 8, 3])
WEIGHTS = (np.arange(8) < LENGTHS[:, np.newaxis]).astype(np.float32)


@pytest.mark.parametrize("spec", [Dense(), Vae()], ids=lambda spec: spec.type)
def test_padded_steps_cost_nothing_and_count_for_nothing(spec: ModelSpec) -> None:
    from aecli.training.losses import loss_parts

    network, inputs, targets = spec.build((8, 8)), images(), images()
    changed = np.where(WEIGHTS[..., np.newaxis] > 0, targets, 0.77).astype(np.float32)
    first, other = (
        loss_parts(network, "mse", inputs, aims, (3, 4), training=False, weights=WEIGHTS)
        for aims in (targets, changed)
    )
    np.testing.assert_array_equal(np.asarray(first["total"]), np.asarray(other["total"]))
    outputs = np.asarray(network.decoder(network.code.draw(network.encoder(inputs), (3, 4))))
    for i, length in enumerate(LENGTHS):
        squares = pixel_loss("mse", targets[i, :length], outputs[i, :length])
        expected = squares.mean() if spec.type == "dense" else squares.sum()
        assert np.asarray(first["reconstruction"])[i] == pytest.approx(expected, rel=1e-5)


def test_without_padding_weights_change_nothing() -> None:
    from aecli.training.losses import loss_parts
    from aecli.training.measure import reconstruction_losses

    network, ones = Dense().build((8, 8)), np.ones((6, 8), np.float32)
    plain, weighted = (
        loss_parts(network, "mse", images(), images(), (0, 0), training=False, weights=weights)
        for weights in (None, ones)
    )
    np.testing.assert_allclose(plain["total"], weighted["total"], rtol=1e-6)
    outputs = np.asarray(network.autoencoder(images()))
    for weights in (None, ones):
        losses = reconstruction_losses(network, "mse", images(), outputs, weights)
        np.testing.assert_allclose(losses, plain["reconstruction"], rtol=1e-6)
