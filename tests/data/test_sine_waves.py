from typing import Any

import numpy as np
import pytest

from aecli.data.sources.sine_waves import SineWaves
from aecli.data.splits import prepare


def test_waves_are_what_their_frequencies_and_phases_say() -> None:
    waves, frequencies, phases = SineWaves(count=30, steps=40, frequencies=(0.5, 3.0)).draw()
    assert (waves.shape, waves.dtype) == ((30, 40, 1), np.float32)
    for wave, frequency, phase in zip(waves, frequencies, phases, strict=True):
        expected = [0.5 + 0.5 * np.sin(2 * np.pi * frequency * step / 40 + phase) for step in range(40)]
        np.testing.assert_allclose(wave[:, 0], expected, atol=1e-6)
    assert 0.5 <= frequencies.min() < 1
    assert 2.5 < frequencies.max() <= 3.0
    assert 0 <= phases.min() < 1
    assert 5 < phases.max() < 2 * np.pi


def test_a_fifth_is_for_testing_and_labels_count_whole_periods() -> None:
    source = SineWaves(count=100)
    raw, (waves, frequencies, _) = source.read(), source.draw()
    assert (len(raw.train.samples), len(raw.test.samples)) == (80, 20)
    np.testing.assert_array_equal(np.concatenate([raw.train.samples, raw.test.samples]), waves)
    np.testing.assert_array_equal(np.concatenate([raw.train.labels, raw.test.labels]), frequencies // 1)
    data = prepare(raw, seed=0)
    assert (data.kind, data.scaling.bounds) == ("sequences", (0.0, 1.0))


def test_the_seed_alone_decides_and_noise_stays_in_bounds() -> None:
    first, again, other = (SineWaves(count=10, seed=seed).draw()[0] for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert (first != other).all(axis=1).any()
    noisy = SineWaves(count=200, seed=1, noise=0.1).draw()[0]
    clean = SineWaves(count=200, seed=1).draw()[0]
    inside = (clean > 0.4) & (clean < 0.6)
    assert (noisy - clean)[inside].std() == pytest.approx(0.1, rel=0.1)
    assert 0 == noisy.min() < noisy.max() == 1


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"frequencies": (3.0, 2.0)}, "must rise"),
        ({"frequencies": (1.0, 6.0), "steps": 10}, "10 steps can't show more than 5 periods"),
        ({"count": 4}, "greater than or equal to 5"),
    ],
)
def test_a_mistake_is_told(options: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        SineWaves(**options)
