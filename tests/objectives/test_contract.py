"""What all objectives must keep to, with each network and latent that serves them: a new one is tested here too."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from aecli.data.corruption import Masking
from aecli.models.latents.latent import LATENTS
from aecli.models.latents.topk import TopK
from aecli.models.latents.vq import Vq
from aecli.models.networks.dense import Dense
from aecli.models.networks.network import NETWORKS, Network
from aecli.objectives.distortion import Distortion
from aecli.objectives.objective import NEEDS, OBJECTIVES, Objective, Training
from aecli.objectives.reconstruction import Reconstruction
from aecli.training.loss import TrainingBatch
from tests.objectives.made_up import (
    CLASSES,
    COUNT,
    arrays,
    batch,
    built,
    epochs,
    images,
    terms,
    trainer_of,
)

pytestmark = pytest.mark.usefixtures("tensorflow")

HIDDEN = (np.random.default_rng(4).random((COUNT, 8, 8)) < 0.4).astype(np.float32)
LABELS = np.eye(CLASSES, dtype=np.float32)[np.arange(COUNT) % CLASSES]


def triples() -> Iterator[tuple[Network, Objective]]:
    """Networks and latents under all objectives that they serve; masking serves what asks for it."""
    for _, network in NETWORKS.items():
        for kind, latent in LATENTS.items():
            own = network()
            chosen = [own if type(own.latent) is latent else network(latent=latent())]
            if kind == "plain":
                chosen.append(network(latent=latent(dim=4)))
            for model in chosen:
                for _, objective in OBJECTIVES.items():
                    served = objective.needs <= model.serves | model.latent.serves | {"hidden"}
                    if served and (objective.prior or not model.latent.needs_prior):
                        yield model, objective()


def name(given: Any) -> str:
    """What it is called in a test's name."""
    plain = given.model_dump()
    latent = plain.get("latent")
    return (
        plain["type"]
        if latent is None
        else f"{plain['type']} {latent['type']} {latent.get('dim') or 'features'}"
    )


TRIPLES = list(triples())
FIRST = {type(objective): number for number, (_, objective) in reversed(list(enumerate(TRIPLES)))}
SIMPLEST = {type(model.latent): number for number, (model, _) in reversed(list(enumerate(TRIPLES)))}
QUICK = {*FIRST.values(), *SIMPLEST.values()}
"""Each objective once and each latent once; the whole product takes minutes."""

of_all = pytest.mark.parametrize(
    ("model", "objective"),
    [
        pytest.param(
            *each,
            marks=[] if number in QUICK else [pytest.mark.slow],
            id=" ".join(map(name, each)),
        )
        for number, each in enumerate(TRIPLES)
    ],
)


@cache
def training_of(model: Network, objective: Objective) -> Training:
    """A network under an objective, for tests that leave it as it is."""
    return objective.train(built(model), 100)


def told(model: Network) -> Network:
    return model.model_copy(update={"condition": "label"})


def shown(
    inputs: np.ndarray | None = None, targets: np.ndarray | None = None, **options: Any
) -> TrainingBatch:
    """A batch in which a corruption has hidden some numbers."""
    inputs = images() if inputs is None else inputs
    return batch(inputs * (1 - HIDDEN), inputs if targets is None else targets, hidden=HIDDEN, **options)


def test_the_objectives_of_the_posts_are_there() -> None:
    assert {"reconstruction", "elbo"} <= set(OBJECTIVES)


@pytest.mark.parametrize("objective", [objective for _, objective in OBJECTIVES.items()])
def test_an_objective_says_what_it_is_and_something_serves_it(objective: type[Objective]) -> None:
    assert objective.__dict__["__doc__"]
    for option, field in objective.model_fields.items():
        assert field.description, option
    assert objective.needs <= set(NEEDS)
    assert objective in {type(other) for _, other in TRIPLES}


@of_all
@pytest.mark.parametrize("moving", [False, True], ids=["measured", "trained"])
def test_terms_have_their_names_and_add_up_to_the_total(
    model: Network, objective: Objective, moving: bool
) -> None:
    training = training_of(model, objective)
    training.begin_epoch(0)
    found = arrays(terms(training, shown(), moving=moving))
    assert list(found) == training.names
    assert len(set(training.names)) == len(training.names)
    for each in found.values():
        assert each.shape == (COUNT,)
        assert each.dtype == np.float32
        assert np.isfinite(each).all()
    charged = [*objective.charged, *model.latent.charged]
    np.testing.assert_allclose(found["total"], sum(found[term] for term in charged), rtol=1e-5)
    assert found["reconstruction"].min() > 0.0


@of_all
def test_all_chance_is_in_the_seed(model: Network, objective: Objective) -> None:
    training = training_of(model, objective)
    first, same, other = (arrays(terms(training, shown(), seed)) for seed in ((3, 4), (3, 4), (3, 5)))
    for term, values in first.items():
        np.testing.assert_array_equal(same[term], values)
    if "density" in objective.needs:
        assert (other["total"] != first["total"]).all()


@of_all
def test_what_fills_a_batch_up_changes_nothing_for_the_others(model: Network, objective: Objective) -> None:
    training, counted = training_of(model, objective), np.array([1, 1, 1, 1, 0, 0], np.float32)
    found = []
    for filling in (0.0, 0.8):
        samples = images()
        samples[4:] = filling
        found.append(arrays(terms(training, shown(samples, counted=counted), moving=True)))
    for term, values in found[0].items():
        np.testing.assert_allclose(found[1][term][:4], values[:4], rtol=1e-5, atol=1e-7)


WAYS = [
    *(Vq(codebook_size=8, dim=3, codebook=way, decay=0.5, restart=0.6) for way in ("ema", "gradient")),
    *(TopK(dim=24, k=3, across=way, revive=0.1) for way in ("sample", "batch", "unit")),
]
"""Latents with ways of their own to look at a batch."""

IN_THEIR_WAYS = [(Dense(hidden=(16,), latent=latent), Reconstruction()) for latent in WAYS]


def called(given: Any) -> str:
    """What it is called in a test's name, with its way."""
    latent = getattr(given, "latent", None)
    ways = [str(getattr(latent, option)) for option in ("codebook", "across") if hasattr(latent, option)]
    return " ".join([name(given), *ways])


def with_one_draw(objective: Objective) -> Objective:
    """What is drawn for a sample is then the same in batches of any size."""
    return objective.model_copy(update={"draws": 1}) if hasattr(objective, "draws") else objective


@pytest.mark.parametrize(
    ("model", "objective"),
    # Of what a unit keeps, the share of a batch that isn't full is a smaller one.
    [
        *(TRIPLES[number] for number in sorted(QUICK)),
        *(each for each in IN_THEIR_WAYS if getattr(each[0].latent, "across", None) != "unit"),
    ],
    ids=called,
)
def test_a_batch_that_is_filled_up_teaches_what_it_teaches_alone(
    model: Network, objective: Objective, tensorflow: Any
) -> None:
    training = training_of(model, with_one_draw(objective))
    training.begin_epoch(1)
    variables, samples = [variable.value for variable in training.trainable_variables], images()
    # No image looks like this.
    samples[4:] = 40.0 * images(seed=3)[4:] - 20.0
    counted = np.array([1, 1, 1, 1, 0, 0], np.float32)
    found = []
    for given, hidden, counts in ((samples[:4], HIDDEN[:4], counted[:4]), (samples, HIDDEN, counted)):
        step = batch(given * (1 - hidden), given, hidden=hidden, counted=counts)
        with tensorflow.GradientTape() as tape:
            costs = terms(training, step, moving=True)
            total = tensorflow.reduce_sum(costs.total * step.counted) / tensorflow.reduce_sum(step.counted)
        gradients = [
            np.asarray(tensorflow.convert_to_tensor(each)) for each in tape.gradient(total, variables)
        ]
        found.append(({name: each[:4] for name, each in arrays(costs).items()}, gradients))
    (alone, of_alone), (filled, of_filled) = found
    for term, values in alone.items():
        np.testing.assert_allclose(filled[term], values, rtol=1e-4, atol=1e-6, err_msg=term)
    for one, other in zip(of_alone, of_filled, strict=True):
        np.testing.assert_allclose(other, one, rtol=1e-3, atol=1e-5 * max(1.0, np.abs(one).max()))


def one_of_each() -> list[tuple[Network, Objective]]:
    """Each objective once, with a dense network, and each way of a latent."""
    dense = {type(objective): (model, objective) for model, objective in TRIPLES if type(model) is Dense}
    return [*dense.values(), *IN_THEIR_WAYS]


@pytest.mark.parametrize(("model", "objective"), one_of_each(), ids=called)
def test_a_training_goes_on_from_a_checkpoint_to_the_same_bits(
    model: Network, objective: Objective, tmp_path: Path
) -> None:
    from aecli.training.checkpoint import load_state, save_state, state_of
    from aecli.training.history import History

    noise = Masking(fraction=0.3)
    through = trainer_of(model, objective, corruption=noise, count=6)
    (first,) = epochs(through, 0, 1)
    save_state(tmp_path, state_of(through, History([{"total": 1.0, "test_total": 1.0}])))
    (second,) = epochs(through, 1, 2)
    assert first != second
    assert all(np.isfinite(loss) for loss in second.values())
    resumed = trainer_of(model, objective, corruption=noise, count=6, weights_seed=12)
    load_state(tmp_path, resumed)
    assert epochs(resumed, 1, 2) == [second]
    for one, other in zip(through.state, resumed.state, strict=True):
        np.testing.assert_array_equal(np.array(other), np.array(one), err_msg=one.path)


@of_all
def test_what_is_padded_costs_nothing(model: Network, objective: Objective) -> None:
    training, lengths = training_of(model, objective), np.array([8, 5, 1, 7, 8, 3])
    weights = (np.arange(8) < lengths[:, np.newaxis]).astype(np.float32)
    padded = np.where(weights[..., np.newaxis] > 0, images(), 0.77).astype(np.float32)
    first, other = (
        arrays(terms(training, shown(images(), targets, weights=weights))) for targets in (images(), padded)
    )
    whole = arrays(terms(training, shown()))
    for term, values in first.items():
        np.testing.assert_allclose(other[term], values, rtol=1e-6)
    assert (first["total"] != whole["total"])[lengths < 8].any()


@of_all
def test_it_moves_all_weights_and_ends_in_no_infinity(
    model: Network, objective: Objective, tensorflow: Any
) -> None:
    training = training_of(model, objective)
    training.begin_epoch(1)
    with tensorflow.GradientTape() as tape:
        total = tensorflow.reduce_mean(terms(training, shown(), moving=True).total)
    variables = training.trainable_variables
    gradients = tape.gradient(total, [variable.value for variable in variables])
    for variable, gradient in zip(variables, gradients, strict=True):
        assert gradient is not None, variable.path
        assert np.isfinite(gradient).all(), variable.path
        assert np.abs(gradient).max() > 0, variable.path
    others = {id(variable) for variable in training.variables}
    assert {id(variable) for variable in variables} <= others


@of_all
def test_a_label_is_told_to_the_network(model: Network, objective: Objective) -> None:
    training = objective.train(built(told(model)), 100)
    first, other = (
        arrays(terms(training, shown(labels=labels), moving=True))["reconstruction"]
        for labels in (LABELS, np.roll(LABELS, 1, axis=1))
    )
    assert np.isfinite(first).all()
    assert (first != other).any()


@of_all
def test_no_cross_entropy_is_cut_off_where_pixels_are_all_but_certain(
    model: Network, objective: Objective
) -> None:
    if "bernoulli" not in objective.error and objective.error != "binary_crossentropy":
        objective = objective.model_copy(update={objective.error_option: "binary_crossentropy"})
    network = built(model)
    last = [layer for layer in network.decoder.layers if layer.weights][-1]
    *kernel, bias = last.get_weights()
    last.set_weights([*(np.zeros_like(weight) for weight in kernel), np.full_like(bias, 100)])
    found = arrays(terms(objective.train(network, 100), shown(targets=np.zeros_like(images()))))
    pixels = 64 if Distortion(objective.error).is_likelihood else 1
    # A probability held within 1e-7 of 0 and 1 would cost 16 nats at most, and teach nothing.
    np.testing.assert_allclose(found["reconstruction"] / pixels, 100, rtol=1e-5)
