from typing import Any

import numpy as np
import pytest

from aecli.models.latents.latent import Draw, Head, Step
from aecli.models.latents.vq import Vq
from aecli.models.networks.conv import Conv
from aecli.models.networks.dense import Dense
from aecli.models.networks.network import Network

pytestmark = pytest.mark.usefixtures("tensorflow")

SIZE, DIM, TOKENS, COUNT = 7, 3, 4, 10


def distances(vectors: np.ndarray, entries: np.ndarray) -> np.ndarray:
    """Squared, of each vector (…, dim) to each entry, (…, entries)."""
    wide = vectors.astype(np.float64)[..., np.newaxis, :] - entries.astype(np.float64)
    return np.square(wide).sum(axis=-1)


def vectors_of(seed: int, count: int = COUNT) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(count, TOKENS, DIM)).astype(np.float32)


def head_of(latent: Vq, seed: int = 0) -> Head:
    """The end of an encoder whose entries are drawn from N(0, 1)."""
    import keras

    head = latent.head(keras.Input((5,)))
    drawn = np.random.default_rng(100 + seed).normal(size=(latent.codebook_size, latent.dim))
    head.layers["codebook"].kernel.assign(drawn)
    head.state["sums"].assign(drawn)
    head.layers["nearest"].set_weights([2 * drawn.T, -np.square(drawn).sum(axis=1)])
    return head


def entries_of(head: Head) -> np.ndarray:
    return np.array(head.layers["codebook"].kernel)


def drawn(
    latent: Vq,
    head: Head,
    vectors: np.ndarray,
    counted: np.ndarray | None = None,
    seed: tuple[int, int] = (1, 2),
    training: bool = True,
) -> Draw:
    """The draw of given vectors; which entries are theirs is found by NumPy."""
    import tensorflow as tf

    entries = entries_of(head)
    indices = distances(vectors, entries).argmin(axis=-1).astype(np.int32)
    encoded = [tf.constant(entries[indices]), tf.constant(vectors), tf.constant(indices)]
    counted = np.ones(len(vectors), np.float32) if counted is None else counted
    return latent.draw(encoded, head, Step(tf.constant(seed), tf.constant(counted), training))


def follow(*arguments: Any, **options: Any) -> None:
    update = drawn(*arguments, **options).update
    assert update is not None
    update()


def scored_as(head: Head, entries: np.ndarray) -> None:
    """The layer that scores entries belongs to these."""
    kernel, bias = head.layers["nearest"].get_weights()
    np.testing.assert_allclose(kernel, 2 * entries.T, rtol=1e-6)
    np.testing.assert_allclose(bias, -np.square(entries).sum(axis=1), rtol=1e-5)


@pytest.mark.parametrize(
    ("model", "positions"),
    [
        (Dense(hidden=(16,), latent=Vq(codebook_size=50, dim=DIM, tokens=TOKENS, restart=1e9)), (TOKENS,)),
        (Conv(filters=(4,), latent=Vq(codebook_size=50, dim=DIM, restart=1e9)), (4, 4)),
    ],
    ids=["tokens", "maps"],
)
def test_the_encoder_chooses_the_nearest_entry(
    model: Network, positions: tuple[int, ...], tensorflow: Any
) -> None:
    import keras

    from aecli.models.build import build

    keras.utils.set_random_seed(3)
    network = build(model, (8, 8))
    images = np.random.default_rng(0).random((120, 8, 8), np.float32)
    # So often nothing is used: all entries start again, at vectors of these images.
    step = Step(tensorflow.constant((1, 2)), tensorflow.ones(60), training=True)
    update = network.draw(network.encoded(images[:60]), step).update
    assert update is not None
    update()
    entries = entries_of(network.head)
    chosen, vectors, indices = (np.asarray(each) for each in network.encoded(images[60:]))
    assert chosen.shape == vectors.shape == (60, *positions, DIM)
    assert indices.shape == (60, *positions)
    assert len(np.unique(indices)) > 15
    np.testing.assert_array_equal(chosen, entries[indices])
    found = distances(vectors, entries)
    taken = np.take_along_axis(found, indices[..., np.newaxis], axis=-1)[..., 0]
    np.testing.assert_allclose(taken, found.min(axis=-1), atol=1e-5)
    assert (indices == found.argmin(axis=-1)).mean() > 0.99


def test_what_is_decoded_is_the_entry_and_gradients_pass_it_by(tensorflow: Any) -> None:
    latent, vectors = Vq(codebook_size=SIZE, dim=DIM, tokens=TOKENS), vectors_of(0)
    head = head_of(latent)
    entries = entries_of(head)
    indices = distances(vectors, entries).argmin(axis=-1)
    given = tensorflow.Variable(vectors)
    step = Step((1, 2), np.ones(COUNT, np.float32), training=True)
    with tensorflow.GradientTape() as tape:
        draw = latent.draw([tensorflow.constant(entries[indices]), given, indices], head, step)
        total = tensorflow.reduce_sum(3.0 * draw.latent)
    np.testing.assert_allclose(draw.latent, entries[indices], atol=1e-6)
    np.testing.assert_allclose(tape.gradient(total, given), np.full_like(vectors, 3.0))


@pytest.mark.parametrize("factor", [0.25, 2.0])
def test_the_commitment_is_the_mean_squared_distance_to_the_entry(factor: float) -> None:
    latent = Vq(codebook_size=SIZE, dim=DIM, tokens=TOKENS, commitment=factor)
    head, vectors = head_of(latent), vectors_of(0)
    charges = drawn(latent, head, vectors).charges
    assert tuple(charges) == latent.charged == ("commitment",)
    away = distances(vectors, entries_of(head)).min(axis=-1)
    np.testing.assert_allclose(charges["commitment"], factor * away.mean(axis=1) / DIM, rtol=1e-5)


def test_commitment_draws_vectors_to_entries_and_the_codebooks_own_cost_entries_to_vectors(
    tensorflow: Any,
) -> None:
    latent = Vq(codebook_size=SIZE, dim=DIM, tokens=TOKENS, codebook="gradient", commitment=0.25)
    head, vectors = head_of(latent), tensorflow.Variable(vectors_of(0))
    entries = head.layers["codebook"].kernel
    indices = distances(vectors.numpy(), entries_of(head)).argmin(axis=-1)
    with tensorflow.GradientTape(persistent=True) as tape:
        chosen = tensorflow.gather(tensorflow.convert_to_tensor(entries), indices)
        step = Step((1, 2), np.ones(COUNT, np.float32), training=True)
        charges = latent.draw([chosen, vectors, indices], head, step).charges
        totals = {name: tensorflow.reduce_sum(charge) for name, charge in charges.items()}
    assert tuple(charges) == latent.charged == ("commitment", "codebook")
    away = vectors.numpy() - entries_of(head)[indices]
    numbers = TOKENS * DIM
    np.testing.assert_allclose(charges["codebook"], np.square(away).sum(axis=(1, 2)) / numbers, rtol=1e-5)
    of_vectors = tape.gradient(totals["commitment"], vectors)
    np.testing.assert_allclose(of_vectors, 0.25 * 2 * away / numbers, rtol=1e-4, atol=1e-6)
    assert tape.gradient(totals["commitment"], entries.value) is None
    assert tape.gradient(totals["codebook"], vectors) is None
    expected = np.zeros((SIZE, DIM))
    np.add.at(expected, indices, -2 * away / numbers)
    of_entries = tensorflow.convert_to_tensor(tape.gradient(totals["codebook"], entries.value))
    np.testing.assert_allclose(of_entries, expected, rtol=1e-4, atol=1e-6)


def test_entries_are_moving_averages_of_the_vectors_they_stand_for() -> None:
    decay = 0.8
    latent = Vq(codebook_size=SIZE, dim=DIM, tokens=TOKENS, decay=decay, restart=0.0)
    head = head_of(latent)
    entries = entries_of(head).astype(np.float64)
    uses, sums = np.ones(SIZE), entries.copy()
    for step in range(6):
        vectors, counted = vectors_of(step), np.ones(COUNT, np.float32)
        if step == 3:
            counted[6:] = 0.0
            vectors[6:] = 50.0
        follow(latent, head, vectors, counted)
        flat = vectors[counted > 0].reshape(-1, DIM).astype(np.float64)
        indices = distances(flat, entries).argmin(axis=-1)
        uses = decay * uses + (1 - decay) * np.bincount(indices, minlength=SIZE)
        added = np.zeros((SIZE, DIM))
        np.add.at(added, indices, flat)
        sums = decay * sums + (1 - decay) * added
        entries = sums / uses[:, np.newaxis]
        np.testing.assert_allclose(entries_of(head), entries, rtol=1e-3, atol=1e-4)
        np.testing.assert_allclose(np.array(head.state["uses"]), uses, rtol=1e-5)
        scored_as(head, entries_of(head))


@pytest.mark.parametrize("codebook", ["ema", "gradient"])
def test_what_fills_a_batch_up_moves_no_entry(codebook: Any) -> None:
    latent = Vq(codebook_size=SIZE, dim=DIM, tokens=TOKENS, decay=0.5, restart=0.6, codebook=codebook)
    counted = np.array([1] * 7 + [0] * 3, np.float32)
    found = []
    for filling in (0.0, 50.0):
        head = head_of(latent)
        for step in range(3):
            vectors = vectors_of(step)
            vectors[7:] = filling
            follow(latent, head, vectors, counted, seed=(1, step))
        found.append([entries_of(head), *(np.array(each) for each in head.state.values())])
    for one, other in zip(*found, strict=True):
        np.testing.assert_array_equal(one, other)
    assert np.abs(found[1][0] - entries_of(head_of(latent))).max() > 0.1


def few_used(latent: Vq) -> tuple[Head, np.ndarray, np.ndarray]:
    """A codebook of which a batch only uses the first two entries, that batch, and who of it counts."""
    head = head_of(latent)
    entries = entries_of(head)
    near = np.random.default_rng(5).normal(scale=0.01, size=(COUNT, TOKENS, DIM))
    vectors = (entries[np.arange(TOKENS) % 2] + near).astype(np.float32)
    vectors[8:] = entries[0] + 0.05
    return head, vectors, np.array([1] * 8 + [0] * 2, np.float32)


@pytest.mark.parametrize("codebook", ["ema", "gradient"])
def test_only_entries_that_nothing_uses_start_again_at_vectors_that_count(codebook: Any) -> None:
    latent = Vq(codebook_size=SIZE, dim=DIM, tokens=TOKENS, decay=0.5, restart=0.4, codebook=codebook)
    head, vectors, counted = few_used(latent)
    before = entries_of(head)
    follow(latent, head, vectors, counted)
    # Half as often as at first is still often enough.
    np.testing.assert_allclose(entries_of(head)[2:], before[2:], rtol=1e-4)
    follow(latent, head, vectors, counted)
    after = entries_of(head)
    possible = vectors[:8].reshape(-1, DIM)
    for entry in after[2:]:
        assert (np.abs(possible - entry).max(axis=1) == 0).any()
    assert len(np.unique(after[2:], axis=0)) > 1
    assert np.abs(after[:2] - before[:2]).max() < 0.1
    assert not any((np.abs(possible - entry).max(axis=1) == 0).any() for entry in after[:2])
    scored_as(head, after)
    # They have time to be found useful.
    np.testing.assert_allclose(np.array(head.state["uses"])[2:], 1.0)


def test_where_entries_start_again_is_drawn_by_the_seed_and_the_step() -> None:
    latent = Vq(codebook_size=SIZE, dim=DIM, tokens=TOKENS, decay=0.0, restart=0.4)

    def restarted(seed: tuple[int, int]) -> np.ndarray:
        head, vectors, counted = few_used(latent)
        follow(latent, head, vectors, counted, seed=seed)
        return entries_of(head)

    first = restarted((1, 2))
    np.testing.assert_array_equal(restarted((1, 2)), first)
    for other in (restarted((1, 3)), restarted((2, 2))):
        np.testing.assert_allclose(other[:2], first[:2])
        assert (other[2:] != first[2:]).any()


def test_all_vectors_that_count_can_be_where_an_entry_starts_again() -> None:
    latent = Vq(codebook_size=400, dim=DIM, tokens=TOKENS, restart=1e9)
    head, vectors = head_of(latent), vectors_of(0)
    follow(latent, head, vectors, np.array([1] * 7 + [0] * 3, np.float32))
    np.testing.assert_array_equal(
        np.unique(entries_of(head), axis=0), np.unique(vectors[:7].reshape(-1, DIM), axis=0)
    )


def test_with_restart_0_no_entry_ever_starts_again() -> None:
    latent = Vq(codebook_size=SIZE, dim=DIM, tokens=TOKENS, decay=0.5, restart=0.0)
    head, vectors, counted = few_used(latent)
    before = entries_of(head)
    for _ in range(5):
        follow(latent, head, vectors, counted)
    np.testing.assert_allclose(entries_of(head)[2:], before[2:], rtol=1e-3)


def test_any_vectors_become_the_entries_nearest_to_them() -> None:
    latent = Vq(codebook_size=SIZE, dim=DIM, tokens=TOKENS)
    head, vectors = head_of(latent), vectors_of(9)
    entries = entries_of(head)
    expected = entries[distances(vectors, entries).argmin(axis=-1)]
    np.testing.assert_allclose(latent.nearest(vectors, head), expected, rtol=1e-6)


def test_nothing_follows_where_nothing_is_trained() -> None:
    latent = Vq(codebook_size=SIZE, dim=DIM, tokens=TOKENS)
    assert drawn(latent, head_of(latent), vectors_of(0), training=False).update is None
