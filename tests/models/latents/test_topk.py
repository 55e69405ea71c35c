from typing import Any, Literal

import numpy as np
import pytest
from pydantic import ValidationError

from aecli.models.latents.latent import Draw, Head, Step
from aecli.models.latents.topk import TopK, at_least

pytestmark = pytest.mark.usefixtures("tensorflow")

DIM, K, COUNT = 24, 3, 10
Across = Literal["sample", "batch", "unit"]
of_all = pytest.mark.parametrize("across", ["sample", "batch", "unit"])


def built(latent: TopK) -> Any:
    import keras

    from aecli.models.build import build
    from aecli.models.networks.dense import Dense

    keras.utils.set_random_seed(7)
    return build(Dense(hidden=(16,), latent=latent), (8, 8))


def images(count: int = COUNT, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).random((count, 8, 8), np.float32)


def step_of(counted: Any = None, count: int = COUNT, training: bool = True) -> Step:
    counted = np.ones(count, np.float32) if counted is None else np.asarray(counted, np.float32)
    return Step(np.array([1, 2], np.int32), counted, training)


def head_of(latent: TopK) -> Head:
    import keras

    return latent.head(keras.Input((5,)))


def drawn(latent: TopK, linear: np.ndarray, counted: Any = None, head: Head | None = None) -> Draw:
    """The draw of given units of a batch, of which `latent` keeps nothing on its own."""
    head = head_of(latent) if head is None else head
    return latent.draw([np.zeros_like(linear), linear], head, step_of(counted, len(linear)))


def numbers(count: int = COUNT, dim: int = DIM, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(count, dim)).astype(np.float32)


# What stays


@pytest.mark.parametrize("training", [False, True], ids=["measured", "trained"])
def test_of_each_sample_exactly_the_k_strongest_units_stay(training: bool) -> None:
    network = built(TopK(dim=DIM, k=K))
    encoded = network.encoded(images())
    active = np.maximum(np.asarray(encoded[1]), 0.0)
    assert ((active > 0).sum(axis=1) > K).all()
    kept = np.asarray(network.draw(encoded, step_of(training=training)).latent)
    np.testing.assert_array_equal(kept, np.asarray(network.encode(images())))
    assert ((kept > 0).sum(axis=1) == K).all()
    expected = np.where(active >= np.sort(active, axis=1)[:, -K:][:, :1], active, 0.0)
    np.testing.assert_array_equal(kept, expected)


@pytest.mark.parametrize(
    ("count", "counting", "k"), [(10, 10, 3), (10, 6, 3), (5, 3, 5), (7, 1, 3), (7, 4, 7)]
)
def test_across_a_batch_as_many_stay_as_its_samples_have_together(count: int, counting: int, k: int) -> None:
    latent, linear = TopK(dim=DIM, k=k, across="batch"), numbers(count)
    counted = np.arange(count) < counting
    linear[~counted] = 9.0
    kept = np.asarray(drawn(latent, linear, counted).latent)
    assert (kept > 0).sum() == k * counting
    assert not kept[~counted].any()
    strongest = np.sort(linear[counted], axis=None)[-k * counting :]
    np.testing.assert_array_equal(np.sort(kept[kept > 0]), strongest)
    np.testing.assert_array_equal(kept[kept > 0], linear[kept > 0])


def test_across_a_batch_samples_may_have_more_or_less_than_k() -> None:
    kept = np.asarray(drawn(TopK(dim=DIM, k=K, across="batch"), numbers()).latent)
    assert len(np.unique((kept > 0).sum(axis=1))) > 1


@pytest.mark.parametrize(("counting", "k", "expected"), [(10, 3, 3), (5, 4, 2), (5, 3, 2), (3, 10, 3)])
def test_each_unit_keeps_its_strongest_samples_of_those_that_count(
    counting: int, k: int, expected: int
) -> None:
    # Of a batch that isn't full, the same share of what counts, rounded up.
    linear, counted = np.abs(numbers()), np.arange(COUNT) < counting
    linear[~counted] = 9.0
    kept = np.asarray(drawn(TopK(dim=DIM, k=k, across="unit"), linear, counted).latent)
    assert ((kept > 0).sum(axis=0) == expected).all()
    assert not kept[~counted].any()
    for unit in range(DIM):
        strongest = np.sort(linear[counted, unit])[-expected:]
        np.testing.assert_array_equal(np.sort(kept[kept[:, unit] > 0, unit]), strongest)


def test_a_unit_with_fewer_active_samples_keeps_these() -> None:
    linear = -np.abs(numbers())
    linear[3, 0] = 0.5
    kept = np.asarray(drawn(TopK(dim=DIM, k=K, across="unit"), linear).latent)
    assert kept[3, 0] == 0.5
    assert np.count_nonzero(kept) == 1


@of_all
def test_what_fills_a_batch_up_changes_neither_latents_nor_averages(across: Across) -> None:
    counted, found = np.array([1] * 7 + [0] * 3, np.float32), []
    for filling in (-1.0, 0.5, 30.0):
        network = built(TopK(dim=DIM, k=K, across=across, revive=0.1))
        network.head.state["fired"].assign(np.arange(DIM) % 2)
        samples = images()
        samples[7:] *= filling
        draw = network.draw(network.encoded(samples), step_of(counted))
        assert draw.update is not None
        draw.update()
        state = [np.array(each) for each in network.variables]
        found.append([np.asarray(draw.latent)[:7], np.asarray(draw.charges["revival"])[:7], *state])
    for one, *others in zip(*found, strict=True):
        for other in others:
            np.testing.assert_allclose(other, one, rtol=1e-5, atol=1e-6)


@of_all
def test_a_sample_is_encoded_by_itself(across: Across) -> None:
    network = built(TopK(dim=DIM, k=K, across=across))
    for seed in range(3):
        update = network.draw(network.encoded(images(seed=seed)), step_of()).update
        update()
    together = network.encode_all(images())
    assert together[0].any()
    for neighbour in (0.0, 40.0):
        others = np.full((5, 8, 8), neighbour, np.float32)
        alone = network.encode_all(np.concatenate([images()[:1], others]))[0]
        np.testing.assert_allclose(alone, together[0], rtol=1e-5, atol=1e-6)


def test_a_sample_alone_keeps_what_reaches_the_threshold_of_the_batches() -> None:
    network = built(TopK(dim=DIM, k=K, across="batch"))
    for seed in range(2):
        network.draw(network.encoded(images(seed=seed)), step_of()).update()
    threshold = float(np.asarray(network.head.layers["threshold"].embeddings)[0, 0])
    encoded = network.encoded(images())
    active = np.maximum(np.asarray(encoded[1]), 0.0)
    expected = np.where(active >= threshold, active, 0.0)
    np.testing.assert_array_equal(np.asarray(network.latent.mean(encoded)), expected)
    measured = network.draw(encoded, step_of(training=False))
    np.testing.assert_array_equal(np.asarray(measured.latent), expected)
    assert measured.update is None
    assert 0 < np.count_nonzero(expected) < np.count_nonzero(active)


def test_used_alone_winners_of_a_batch_are_not_looked_for() -> None:
    network = built(TopK(dim=DIM, k=1, across="unit"))
    encoded = network.encoded(images())
    active = np.maximum(np.asarray(encoded[1]), 0.0)
    np.testing.assert_array_equal(np.asarray(network.encode(images())), active)
    measured = network.draw(encoded, step_of(training=False)).latent
    np.testing.assert_array_equal(np.asarray(measured), active)


@pytest.mark.parametrize(("across", "sparse"), [("sample", True), ("batch", True), ("unit", False)])
def test_codes_are_called_sparse_where_a_sample_alone_keeps_few_units(across: Across, sparse: bool) -> None:
    assert TopK(across=across).sparse is sparse


def test_the_threshold_is_a_moving_average_of_those_of_the_batches() -> None:
    latent = TopK(dim=DIM, k=K, across="batch")
    head, expected = head_of(latent), 0.0
    counted = np.arange(COUNT) < 6
    for i in range(5):
        linear = (1 + i) * numbers(seed=i)
        linear[6:] = 100.0
        update = drawn(latent, linear, counted, head).update
        assert update is not None
        update()
        least = np.sort(linear[:6], axis=None)[-6 * K]
        expected = least if i == 0 else 0.99 * expected + 0.01 * least
        found = np.array(head.layers["threshold"].embeddings)
        np.testing.assert_allclose(found, [[expected]], rtol=1e-5)


@of_all
def test_gradients_pass_what_stays_alone(across: Across, tensorflow: Any) -> None:
    latent = TopK(dim=DIM, k=K, across=across)
    linear = tensorflow.Variable(numbers())
    with tensorflow.GradientTape() as tape:
        kept = tensorflow.nn.relu(linear)
        if across == "sample":
            kept = tensorflow.where(kept >= tensorflow.math.top_k(kept, K)[0][:, -1:], kept, 0.0)
        latents = latent.draw([kept, linear], head_of(latent), step_of()).latent
        total = tensorflow.reduce_sum(latents)
    gradient = tensorflow.convert_to_tensor(tape.gradient(total, linear))
    np.testing.assert_array_equal(gradient, np.asarray(latents) > 0)


# Units that nothing wakes


def test_how_often_units_fire_is_a_moving_average_over_samples() -> None:
    latent = TopK(dim=DIM, k=K, across="batch")
    head, expected = head_of(latent), np.ones(DIM)
    counted = np.arange(COUNT) < 6
    for i in range(4):
        draw = drawn(latent, numbers(seed=i), counted, head)
        assert draw.update is not None
        draw.update()
        expected = 0.99 * expected + 0.01 * (np.asarray(draw.latent)[:6] > 0).mean(axis=0)
    np.testing.assert_allclose(np.array(head.state["fired"]), expected, rtol=1e-5)


def test_the_revival_pulls_up_dead_units_alone(tensorflow: Any) -> None:
    latent = TopK(dim=DIM, k=K, across="batch", revive=0.5)
    head, dead = head_of(latent), np.arange(DIM) % 3 == 0
    head.state["fired"].assign(np.where(dead, 1e-4, 0.5))
    linear = tensorflow.Variable(numbers() - 0.2 * dead.astype(np.float32))
    with tensorflow.GradientTape() as tape:
        draw = latent.draw([tensorflow.zeros_like(linear), linear], head, step_of())
        total = tensorflow.reduce_sum(draw.charges["revival"])
    kept = np.asarray(draw.latent)
    assert ((kept > 0).sum(axis=1) > 0).all()
    weakest = np.where(kept > 0, kept, np.inf).min(axis=1, keepdims=True)
    short = np.maximum(weakest - linear.numpy(), 0.0) * dead
    np.testing.assert_allclose(draw.charges["revival"], 0.5 * short.mean(axis=1), rtol=1e-4)
    gradient = np.asarray(tensorflow.convert_to_tensor(tape.gradient(total, linear)))
    # Down the gradient, dead units that stay below rise; all others feel nothing.
    np.testing.assert_allclose(gradient, np.where(short > 0, -0.5 / DIM, 0.0), rtol=1e-6)
    assert (gradient[:, dead] < 0).any()
    assert not gradient[:, ~dead].any()


def test_a_sample_of_which_nothing_stays_still_pulls_up_what_is_dead(tensorflow: Any) -> None:
    latent = TopK(dim=DIM, k=K, across="batch", revive=0.5)
    head = head_of(latent)
    head.state["fired"].assign(np.zeros(DIM))
    numpy = -np.abs(numbers())
    numpy[0, :20] = 4.0
    linear = tensorflow.Variable(numpy)
    with tensorflow.GradientTape() as tape:
        draw = latent.draw([tensorflow.zeros_like(linear), linear], head, step_of())
        total = tensorflow.reduce_sum(draw.charges["revival"])
    assert np.isfinite(draw.charges["revival"]).all()
    assert (np.asarray(tape.gradient(total, linear))[1:] < 0).all()


@of_all
def test_what_a_sample_is_charged_does_not_depend_on_its_neighbours(across: Across) -> None:
    latent = TopK(dim=DIM, k=K, across=across, revive=0.5)
    head = head_of(latent)
    head.state["fired"].assign(np.zeros(DIM))
    linear, found = numbers(), []
    linear[0] = -np.abs(linear[0])
    for neighbour in (1.0, 40.0):
        linear[9] = neighbour
        encoded = [np.maximum(linear, 0.0), linear]
        charges = latent.draw(encoded, head, step_of(training=False)).charges
        found.append(np.asarray(charges["revival"])[:9])
    np.testing.assert_array_equal(found[1], found[0])
    assert (found[0] > 0).all()


def test_without_a_factor_there_is_no_revival() -> None:
    assert TopK().charged == ()
    assert drawn(TopK(dim=DIM, k=K, across="batch"), numbers()).charges == {}
    assert TopK(revive=0.1).charged == ("revival",)


# What can't be, and what can


@pytest.mark.parametrize("across", ["sample", "batch"])
def test_more_than_all_units_can_not_stay(across: Across) -> None:
    with pytest.raises(ValidationError, match=r"'k: 5' of 4 units can't be kept: lower it, or raise 'dim'"):
        TopK(dim=4, k=5, across=across)
    assert TopK(dim=4, k=4, across=across).k == 4
    # Of a unit it is samples that stay.
    assert TopK(dim=4, k=5, across="unit").k == 5


def test_any_numbers_become_what_a_sample_can_have() -> None:
    given = numbers()
    active = np.maximum(given, 0.0)
    for across in ("sample", "batch"):
        latent = TopK(dim=DIM, k=K, across=across)
        expected = np.where(active >= np.sort(active, axis=1)[:, -K:][:, :1], active, 0.0)
        np.testing.assert_array_equal(np.asarray(latent.nearest(given, head_of(latent))), expected)
    latent = TopK(dim=DIM, k=K, across="unit")
    np.testing.assert_array_equal(np.asarray(latent.nearest(given, head_of(latent))), active)


# The bound


def bound_by_sorting(values: np.ndarray, count: int, axis: int | None) -> np.ndarray:
    ordered = np.sort(values, axis=axis)
    kept = ordered[-count] if axis is None or values.ndim == 1 else np.take(ordered, -count, axis=axis)
    return np.reshape(kept, (1, 1)) if axis is None else kept[np.newaxis]


def families() -> dict[str, np.ndarray]:
    """Floats of all kinds, none negative."""
    rng = np.random.default_rng(1)
    plain = np.abs(rng.normal(size=(9, 6))).astype(np.float32)
    ties = rng.integers(0, 4, (9, 6)).astype(np.float32)
    return {
        "plain": plain,
        "ties and zeros": ties,
        "zeros": np.zeros_like(plain),
        "of all sizes": (10.0 ** rng.uniform(-37, 38, (9, 6))).astype(np.float32),
        "half zeros": np.where(rng.random((9, 6)) < 0.5, plain, np.float32(0)),
    }


@pytest.mark.parametrize("compiled", [False, True], ids=["eager", "xla"])
@pytest.mark.parametrize("axis", [None, 0])
def test_the_bound_is_that_of_sorting(axis: int | None, compiled: bool, tensorflow: Any) -> None:
    find = tensorflow.function(lambda values, count: at_least(values, count, axis), jit_compile=compiled)
    for values in families().values():
        flat = values.size if axis is None else len(values)
        for count in {1, 2, flat // 2, flat - 1, flat}:
            found = find(tensorflow.constant(values), tensorflow.constant(count)).numpy()
            np.testing.assert_array_equal(found, bound_by_sorting(values, count, axis))


def test_where_there_are_too_few_the_bound_is_0() -> None:
    values = np.ones((2, 3), np.float32)
    assert float(np.asarray(at_least(values, 7, None))[0, 0]) == 0.0
    np.testing.assert_array_equal(np.asarray(at_least(values, 3, 0)), np.zeros((1, 3)))
