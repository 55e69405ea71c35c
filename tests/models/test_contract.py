"""What all networks and latents must keep to, in all combinations: a new one is tested without a line being added."""

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from aecli.models.latents.latent import LATENTS, Latent, Step
from aecli.models.latents.plain import Plain
from aecli.models.networks.network import NETWORKS, Network

if TYPE_CHECKING:
    from aecli.models.autoencoder import Autoencoder

SHAPES = [(28, 28), (28, 28, 3), (33, 47), (8, 8)]
CLASSES = 3
COUNT = 5

pytestmark = pytest.mark.usefixtures("tensorflow")


def with_latent(network: type[Network], latent: type[Latent], **options: Any) -> Network:
    """A network with a latent: with its own default where that is of this kind."""
    own = network(**options)
    return own if type(own.latent) is latent else network(latent=latent(), **options)


PAIRS = [with_latent(network, latent) for _, network in NETWORKS.items() for _, latent in LATENTS.items()]
PENALISED = [network(latent=Plain(dim=4, activity_l1=0.01)) for _, network in NETWORKS.items()]
TOLD = [model.model_copy(update={"condition": "label"}) for model in PAIRS]
ALL = [*PAIRS, *PENALISED, *TOLD]


def name(model: Network) -> str:
    words = [model.model_dump()["type"], model.latent.model_dump()["type"]]
    words += ["penalised"] if model in PENALISED else []
    return " ".join([*words, *(["told"] if model.condition else [])])


pairs = pytest.mark.parametrize("model", PAIRS, ids=name)
QUICK = [*PAIRS, PENALISED[0], *TOLD[::5]]
"""Each latent with each network, a penalty once, and each network told labels; all else takes minutes."""

of_all = pytest.mark.parametrize(
    "model",
    [pytest.param(model, marks=[] if model in QUICK else [pytest.mark.slow]) for model in ALL],
    ids=name,
)


def built(model: Network, shape: tuple[int, ...] = (8, 8), seed: int = 11) -> "Autoencoder":
    import keras

    from aecli.models.build import build

    keras.utils.set_random_seed(seed)
    return build(model, shape, CLASSES)


def made_up(shape: tuple[int, ...] = (8, 8), count: int = COUNT) -> np.ndarray:
    return np.random.default_rng(2).random((count, *shape), np.float32)


def labels_of(model: Network, count: int = COUNT) -> np.ndarray | None:
    """One-hot labels, if the network is told them."""
    return np.eye(CLASSES, dtype=np.float32)[np.arange(count) % CLASSES] if model.condition else None


def taken(numbers: Any, labels: Any) -> Any:
    """What a network of Keras takes."""
    return numbers if labels is None else [np.asarray(numbers), labels]


def arrays(outputs: Any) -> list[np.ndarray]:
    return [np.asarray(each) for each in (outputs if isinstance(outputs, list | tuple) else [outputs])]


def close(one: Any, other: Any) -> None:
    np.testing.assert_allclose(np.asarray(one), np.asarray(other), rtol=0, atol=1e-6)


def test_the_words_of_the_posts_are_there() -> None:
    assert {"dense", "conv", "lstm"} <= set(NETWORKS)
    assert {"plain", "gaussian"} <= set(LATENTS)


@pytest.mark.parametrize("word", [entry for words in (NETWORKS, LATENTS) for _, entry in words.items()])
def test_a_word_and_its_options_say_what_they_are(word: type[Network] | type[Latent]) -> None:
    assert word.__dict__["__doc__"]
    for option, field in word.model_fields.items():
        assert field.description, option


@pytest.mark.parametrize("shape", [pytest.param(SHAPES[0], marks=[pytest.mark.slow]), *SHAPES[1:]], ids=str)
@pairs
def test_a_network_takes_samples_of_any_shape(model: Network, shape: tuple[int, ...]) -> None:
    from aecli.models.cost import multiply_adds

    network, samples = built(model, shape), made_up(shape)
    assert network.sample_shape == shape
    assert network.classes == 0
    assert tuple(network.encoder.input_shape) == (None, *shape)
    assert tuple(network.decoder.output_shape) == (None, *shape)
    assert tuple(network.autoencoder.input_shape) == tuple(network.autoencoder.output_shape) == (None, *shape)

    latents = np.asarray(network.encode(samples))
    outputs = np.asarray(network.decode(latents))
    assert latents.shape == (5, *network.latent_shape)
    assert network.latent_size == latents[0].size
    if samples[0].size >= 28 * 28:
        assert network.latent_size < samples[0].size
    assert outputs.shape == samples.shape
    assert outputs.min() >= 0.0
    assert outputs.max() <= 1.0
    assert outputs.std() > 0.0
    assert multiply_adds(network) > 0


@pytest.mark.parametrize("shape", [SHAPES[1], pytest.param(SHAPES[2], marks=[pytest.mark.slow])], ids=str)
@pytest.mark.parametrize("model", TOLD, ids=name)
def test_a_label_makes_a_difference_to_encoder_and_decoder(model: Network, shape: tuple[int, ...]) -> None:
    network, samples, labels = built(model, shape), made_up(shape), labels_of(model)
    assert network.classes == CLASSES
    assert network.sample_shape == shape
    latents = np.asarray(network.encode(samples, labels))
    assert latents.shape == (5, *network.latent_shape)
    outputs = np.asarray(network.decode(latents, labels))
    assert outputs.shape == samples.shape
    close(network.decode(latents, labels), outputs)

    others = np.roll(labels, 1, axis=1)
    encoded, differently = (arrays(network.encoded(samples, each)) for each in (labels, others))
    assert any(np.abs(one - other).max() > 0 for one, other in zip(encoded, differently, strict=True))
    # Entries of a codebook may be so near to 0 that all else counts little, but it counts.
    assert np.abs(np.asarray(network.decode(latents, others)) - outputs).max() > 0


@of_all
def test_the_autoencoder_is_the_decoder_of_what_represents_a_sample(model: Network) -> None:
    network, samples, labels = built(model), made_up(), labels_of(model)
    latents = network.latent.mean(network.encoder(taken(samples, labels)))
    by_hand = network.decoder(taken(latents, labels))
    close(network.autoencoder(taken(samples, labels)), by_hand)
    close(network.decode(network.encode(samples, labels), labels), by_hand)
    assert (
        network.autoencoder.count_params() == network.encoder.count_params() + network.decoder.count_params()
    )


@of_all
def test_all_is_encoded_and_decoded_in_batches_of_any_size(
    model: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    from aecli.models import autoencoder

    network, samples, labels = built(model), made_up(count=7), labels_of(model, 7)
    latents = network.encode_all(samples, labels)
    outputs = network.decode_all(latents, labels)
    monkeypatch.setattr(autoencoder, "NUMBERS_AT_A_TIME", 3 * 64)
    assert network.batch_size in (1, 2, 3)
    close(network.encode_all(samples, labels), latents)
    close(network.decode_all(latents, labels), outputs)
    close(network.encode(samples, labels), latents)
    close(network.decode(latents, labels), outputs)
    assert isinstance(latents, np.ndarray)
    assert isinstance(outputs, np.ndarray)


@pytest.mark.parametrize(("filters", "expected"), [((4,), 1000), ((32,), 2**22 // (28 * 28 * 32))])
def test_fewer_go_through_at_a_time_where_a_layer_makes_much_of_them(
    filters: tuple[int, ...], expected: int
) -> None:
    model = NETWORKS["conv"](filters=filters)
    assert built(model, (28, 28)).batch_size == expected


@pairs
def test_the_seed_decides_the_weights(model: Network) -> None:
    one, same, other = (built(model, seed=seed).autoencoder.get_weights() for seed in (1, 1, 2))
    for first, second in zip(one, same, strict=True):
        np.testing.assert_array_equal(first, second)
    assert any((first != second).any() for first, second in zip(one, other, strict=True))


@of_all
def test_what_represents_a_sample_can_be_a_latent(model: Network) -> None:
    network, samples, labels = built(model), made_up(), labels_of(model)
    latents = network.encode_all(samples, labels)
    close(network.nearest(latents), latents)
    # Other numbers become possible latents, and stay these.
    anything = np.random.default_rng(3).normal(size=latents.shape).astype(np.float32)
    nearest = network.nearest(anything)
    assert nearest.shape == anything.shape
    close(network.nearest(nearest), nearest)


@of_all
@pytest.mark.parametrize("training", [False, True], ids=["measured", "trained"])
def test_a_latent_says_what_it_costs(model: Network, training: bool) -> None:
    network, samples, labels = built(model), made_up(), labels_of(model)
    encoded = network.encoded(samples, labels, training)
    step = Step(np.array([1, 2], np.int32), np.ones(COUNT, np.float32), training)
    drawn = network.draw(encoded, step)
    assert tuple(drawn.charges) == network.latent.charged
    for charge in drawn.charges.values():
        assert np.shape(charge) == (COUNT,)
        assert np.asarray(charge).min() >= 0.0
        assert np.asarray(charge).max() > 0.0
    assert drawn.latent.shape == network.latent.mean(encoded).shape
    assert np.isfinite(drawn.latent).all()
    if network.latent.variance(encoded) is None and not training:
        close(drawn.latent, network.latent.mean(encoded))


@of_all
def test_what_a_training_step_changes_is_among_the_variables(model: Network) -> None:
    network, samples, labels = built(model), made_up(), labels_of(model)

    def step(training: bool) -> Any:
        encoded = network.encoded(samples, labels, training)
        return network.draw(encoded, Step(np.array([1, 2], np.int32), np.ones(COUNT, np.float32), training))

    assert step(training=False).update is None
    before = [np.array(variable) for variable in network.variables]
    names = {id(variable) for variable in network.variables}
    assert {id(variable) for variable in network.trainable_variables} <= names
    outputs = np.asarray(network.decode(network.encode(samples, labels), labels))
    if (update := step(training=True).update) is not None:
        update()
        after = [np.array(variable) for variable in network.variables]
        assert any((one != other).any() for one, other in zip(before, after, strict=True))
        assert all(np.isfinite(variable).all() for variable in after)
        # Put back, it does what it did: nothing else was changed.
        for variable, value in zip(network.variables, before, strict=True):
            variable.assign(value)
    np.testing.assert_array_equal(
        np.asarray(network.decode(network.encode(samples, labels), labels)), outputs
    )


@of_all
def test_what_represents_a_sample_does_not_depend_on_its_neighbours(model: Network) -> None:
    network, samples, labels = built(model), made_up(), labels_of(model)
    together = network.encode_all(samples, labels)
    for i in range(COUNT):
        alone = network.encode_all(samples[i : i + 1], None if labels is None else labels[i : i + 1])
        close(alone[0], together[i])


@of_all
def test_a_latent_serves_what_it_says(model: Network) -> None:
    network, samples, labels = built(model), made_up(), labels_of(model)
    latent, encoded = network.latent, network.encoded(samples, labels)
    variance = latent.variance(encoded)
    assert (variance is not None) == ("density" in latent.serves)
    if variance is not None:
        assert np.asarray(variance).shape == np.asarray(latent.mean(encoded)).shape
        assert np.asarray(variance).min() > 0.0
        assert np.asarray(latent.kl_per_dimension(encoded)).min() >= 0.0
        drawn = network.draw(encoded, Step(np.array([1, 2]), np.ones(COUNT, np.float32), True, draws=4))
        assert np.shape(drawn.prior_ratio) == (4, COUNT)
        assert np.shape(drawn.latent) == (4 * COUNT, network.latent_size)
    indices = latent.indices(encoded)
    assert (indices is not None) == (latent.codebook_entries > 0)
    if indices is not None:
        assert np.asarray(indices).shape[0] == COUNT
        assert np.asarray(indices).min() >= 0
        assert np.asarray(indices).max() < latent.codebook_entries


PARTS = ("autoencoder", "encoder", "decoder")

ALONE = """
import sys
from pathlib import Path

import keras
import numpy as np

for folder in sorted(path for path in Path(sys.argv[1]).iterdir() if path.is_dir()):
    for part in ("autoencoder", "encoder", "decoder"):
        network = keras.models.load_model(folder / f"{part}.keras")
        with np.load(folder / f"{part}-given.npz") as given:
            given = [given[key] for key in sorted(given)]
        outputs = network(given[0] if len(given) == 1 else given)
        outputs = outputs if isinstance(outputs, (list, tuple)) else [outputs]
        np.savez(folder / f"{part}-found.npz", **{f"{i}": np.asarray(each) for i, each in enumerate(outputs)})
assert not [name for name in sys.modules if name.startswith("aecli")]
"""
"""A program of Keras alone."""


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest, tensorflow: Any) -> Path:
    """The networks that are tested here, saved, and what a program that doesn't know this package makes of them."""
    from aecli.runs.weights import save_network

    place = tmp_path_factory.mktemp("saved")
    chosen = QUICK if request.config.getoption("-m") == "not slow" else ALL
    for model in chosen:
        network, samples, labels = built(model, seed=1), made_up(), labels_of(model)
        folder = place / name(model)
        folder.mkdir()
        given = {"autoencoder": samples, "encoder": samples, "decoder": network.encode_all(samples, labels)}
        for part in PARTS:
            save_network(getattr(network, part), folder / f"{part}.keras")
            inputs = {"0": given[part]} | ({} if labels is None else {"1": labels})
            np.savez(folder / f"{part}-given.npz", **inputs)
        assert sorted(path.name for path in folder.glob("*.keras")) == [
            f"{part}.keras" for part in sorted(PARTS)
        ]
    program = place / "alone.py"
    program.write_text(ALONE)
    ended = subprocess.run(
        [sys.executable, program, place],
        cwd=place,
        env={"PATH": "", "TF_CPP_MIN_LOG_LEVEL": "3"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr[-2000:]
    return place


@of_all
def test_a_saved_network_comes_back_as_it_was(model: Network, saved: Path) -> None:
    from aecli.runs.weights import load_weights

    samples, labels, path = made_up(), labels_of(model), saved / name(model) / "autoencoder.keras"
    network, fresh = built(model, seed=1), built(model, seed=2)
    before = [np.array(weights) for weights in fresh.autoencoder.get_weights()]
    load_weights(fresh.autoencoder, path)
    changed = zip(before, fresh.autoencoder.get_weights(), strict=True)
    assert any(np.abs(one - other).max() > 1e-3 for one, other in changed)
    expected = arrays(network.encoder(taken(samples, labels)))
    for found, wanted in zip(arrays(fresh.encoder(taken(samples, labels))), expected, strict=True):
        np.testing.assert_array_equal(found, wanted)
    np.testing.assert_array_equal(
        np.asarray(fresh.autoencoder(taken(samples, labels))),
        np.asarray(network.autoencoder(taken(samples, labels))),
    )


@pytest.mark.parametrize("part", PARTS)
@of_all
def test_keras_alone_uses_a_saved_network(model: Network, part: str, saved: Path) -> None:
    network = built(model, seed=1)
    with np.load(saved / name(model) / f"{part}-given.npz") as stored:
        given = [stored[key] for key in sorted(stored)]
    expected = arrays(getattr(network, part)(given[0] if len(given) == 1 else given))
    with np.load(saved / name(model) / f"{part}-found.npz") as stored:
        found = [stored[key] for key in sorted(stored, key=int)]
    # It may sum in another order.
    for one, other in zip(found, expected, strict=True):
        close(one, other)


@pairs
def test_weights_of_another_network_or_a_damaged_file_are_refused(model: Network, tmp_path: Path) -> None:
    from aecli.core.errors import RunError
    from aecli.runs.weights import load_weights, save_network

    network, path = built(model), tmp_path / "network.keras"
    with pytest.raises(RunError, match="no such checkpoint"):
        load_weights(network.autoencoder, path)
    save_network(built(model, (8, 8, 3)).autoencoder, path)
    with pytest.raises(RunError, match="can't be read"):
        load_weights(network.autoencoder, path)
    save_network(network.autoencoder, path)
    path.write_bytes(path.read_bytes()[:-500])
    with pytest.raises(RunError, match="can't be read"):
        load_weights(network.autoencoder, path)
