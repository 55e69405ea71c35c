"""What every family must keep to, whichever it is: a new one is tested here without a line being added."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from aecli.models.spec import MODELS, ModelSpec

if TYPE_CHECKING:
    from aecli.models.network.autoencoder import Autoencoder

SHAPES = [(28, 28), (28, 28, 3), (33, 47), (8, 8)]

pytestmark = pytest.mark.usefixtures("tensorflow")


def specs() -> list[ModelSpec]:
    """Each family with its defaults, and with a penalty on its code if it can have one."""
    found = [family() for _, family in MODELS.items()]
    found += [
        family(activity_l1=0.01) for _, family in MODELS.items() if "activity_l1" in family.model_fields
    ]
    return found


def name(spec: ModelSpec) -> str:
    options = spec.model_dump(exclude_defaults=True, exclude={"type"})
    return " ".join([type(spec).__name__, *(f"{key}={value}" for key, value in options.items())])


SPECS = specs()


def build(spec: ModelSpec, shape: tuple[int, ...] = (8, 8), seed: int = 11) -> "Autoencoder":
    import keras

    keras.utils.set_random_seed(seed)
    return spec.build(shape)


def made_up(shape: tuple[int, ...] = (8, 8), count: int = 5) -> np.ndarray:
    return np.random.default_rng(2).random((count, *shape), np.float32)


def test_the_families_of_the_post_are_there() -> None:
    assert {"dense", "conv", "lstm", "vae"} <= set(MODELS)


@pytest.mark.parametrize("family", [family for _, family in MODELS.items()])
def test_a_family_and_its_options_say_what_they_are(family: type[ModelSpec]) -> None:
    assert family.__dict__["__doc__"]
    for option, field in family.model_fields.items():
        assert field.description, option


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("spec", [family() for _, family in MODELS.items()], ids=name)
def test_a_network_takes_samples_of_any_shape(spec: ModelSpec, shape: tuple[int, ...]) -> None:
    from aecli.models.network.cost import multiply_adds

    network, samples = build(spec, shape), made_up(shape)
    assert network.sample_shape == shape
    assert tuple(network.encoder.input_shape) == (None, *shape)
    assert tuple(network.decoder.output_shape) == (None, *shape)
    assert tuple(network.autoencoder.input_shape) == tuple(network.autoencoder.output_shape) == (None, *shape)

    codes = np.asarray(network.encode(samples))
    outputs = np.asarray(network.decode(codes))
    assert codes.shape == (5, *network.latent_shape)
    assert network.latent_size == codes[0].size
    assert network.latent_size < samples[0].size
    assert outputs.shape == samples.shape
    assert outputs.min() >= 0.0
    assert outputs.max() <= 1.0
    assert outputs.std() > 0.0
    assert multiply_adds(network) > 0


@pytest.mark.parametrize("spec", SPECS, ids=name)
def test_the_autoencoder_is_the_decoder_of_the_mean_code_of_the_encoder(spec: ModelSpec) -> None:
    network, samples = build(spec), made_up()
    by_hand = network.decoder(network.code.mean(network.encoder(samples)))
    np.testing.assert_allclose(
        np.asarray(network.autoencoder(samples)), np.asarray(by_hand), rtol=0, atol=1e-6
    )
    assert (
        network.autoencoder.count_params() == network.encoder.count_params() + network.decoder.count_params()
    )


@pytest.mark.parametrize("spec", SPECS, ids=name)
def test_all_is_encoded_and_decoded_in_batches_of_any_size(spec: ModelSpec) -> None:
    network, samples = build(spec), made_up(count=7)
    codes = network.encode_all(samples, batch_size=3)
    np.testing.assert_allclose(codes, np.asarray(network.encode(samples)), rtol=0, atol=1e-6)
    np.testing.assert_allclose(network.encode_all(samples), codes, rtol=0, atol=1e-6)
    outputs = network.decode_all(codes, batch_size=3)
    np.testing.assert_allclose(outputs, np.asarray(network.decode(codes)), rtol=0, atol=1e-6)
    assert isinstance(codes, np.ndarray)
    assert isinstance(outputs, np.ndarray)


@pytest.mark.parametrize("spec", [family() for _, family in MODELS.items()], ids=name)
def test_the_seed_decides_the_weights(spec: ModelSpec) -> None:
    one, same, other = (build(spec, seed=seed).autoencoder.get_weights() for seed in (1, 1, 2))
    for first, second in zip(one, same, strict=True):
        np.testing.assert_array_equal(first, second)
    assert any((first != second).any() for first, second in zip(one, other, strict=True))


@pytest.mark.parametrize("spec", SPECS, ids=name)
def test_a_code_says_what_it_costs(spec: ModelSpec) -> None:
    network, samples = build(spec), made_up()
    encoded = network.encoder(samples)
    penalties = network.code.penalties(encoded)
    assert set(penalties) == set(network.code.penalty_weights)
    for penalty in penalties.values():
        assert np.shape(penalty) == (5,)
        assert np.asarray(penalty).min() >= 0.0
        assert np.asarray(penalty).max() > 0.0
    assert network.code.draw(encoded, (1, 2)).shape == network.code.mean(encoded).shape
    assert network.is_generative == ("kl" in penalties)


@pytest.mark.parametrize("spec", [family() for _, family in MODELS.items()], ids=name)
def test_a_saved_network_comes_back_as_it_was(spec: ModelSpec, tmp_path: Path) -> None:
    import keras

    from aecli.runs.weights import load_weights, save_network

    samples = made_up()
    saved = build(spec, seed=1)
    for part, model in {
        "autoencoder": saved.autoencoder,
        "encoder": saved.encoder,
        "decoder": saved.decoder,
    }.items():
        save_network(model, tmp_path / f"{part}.keras")
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "autoencoder.keras",
        "decoder.keras",
        "encoder.keras",
    ]

    fresh = build(spec, seed=2)
    before = np.asarray(fresh.autoencoder(samples))
    load_weights(fresh.autoencoder, tmp_path / "autoencoder.keras")
    expected = np.asarray(saved.autoencoder(samples))
    assert np.abs(before - expected).max() > 1e-3
    np.testing.assert_array_equal(np.asarray(fresh.autoencoder(samples)), expected)
    np.testing.assert_array_equal(np.asarray(fresh.encode(samples)), np.asarray(saved.encode(samples)))

    # By Keras alone, in a program that doesn't know this one, and may sum in another order.
    plain: Any = keras.models.load_model(tmp_path / "autoencoder.keras", compile=False)
    np.testing.assert_allclose(np.asarray(plain(samples)), expected, rtol=0, atol=1e-6)
    decoder: Any = keras.models.load_model(tmp_path / "decoder.keras")
    codes = np.asarray(saved.encode(samples))
    np.testing.assert_allclose(np.asarray(decoder(codes)), np.asarray(saved.decode(codes)), rtol=0, atol=1e-6)


@pytest.mark.parametrize("spec", [family() for _, family in MODELS.items()], ids=name)
def test_weights_of_another_network_or_a_damaged_file_are_refused(spec: ModelSpec, tmp_path: Path) -> None:
    from aecli.core.errors import RunError
    from aecli.runs.weights import load_weights, save_network

    network, path = build(spec), tmp_path / "network.keras"
    with pytest.raises(RunError, match="no such checkpoint"):
        load_weights(network.autoencoder, path)
    save_network(build(spec, (8, 8, 3)).autoencoder, path)
    with pytest.raises(RunError, match="can't be read"):
        load_weights(network.autoencoder, path)
    save_network(network.autoencoder, path)
    path.write_bytes(path.read_bytes()[:-500])
    with pytest.raises(RunError, match="can't be read"):
        load_weights(network.autoencoder, path)
