"""What comes before a run: the data, and a network with fresh weights."""

import os
from pathlib import Path

import keras
import numpy as np
import pytest

from aecli.core.errors import ConfigError, DataError
from aecli.experiment.prepare import prepare_experiment
from aecli.runs.weights import weights_hash
from tests.data.own import pictures, save_pictures
from tests.whole_runs import DENSE, VAE, config

pytestmark = pytest.mark.usefixtures("tensorflow", "mnist")


def test_the_data_are_those_that_the_config_names(tmp_path: Path) -> None:
    prepared = prepare_experiment(config(DENSE + "data: {limit: 30}\n"))
    with np.load(tmp_path / "mnist.npz") as stored:
        expected = stored["x_train"][:30] / np.float32(255)
        np.testing.assert_array_equal(prepared.data.train.samples, expected)
        np.testing.assert_array_equal(prepared.data.test.labels, stored["y_test"][:30])
    assert prepared.data.validation is None
    assert prepared.network.sample_shape == (28, 28)
    assert prepared.network.latent_shape == (8,)


def test_the_seed_alone_decides_the_weights() -> None:
    keras.utils.set_random_seed(1)
    one = prepare_experiment(config(DENSE))
    keras.utils.set_random_seed(2)
    same = prepare_experiment(config(DENSE))
    other = prepare_experiment(config(DENSE + "seed: 1\n"))
    assert weights_hash(one.network) == weights_hash(same.network) != weights_hash(other.network)


def test_the_seed_decides_what_is_held_out() -> None:
    one, same = (prepare_experiment(config(VAE)).data for _ in range(2))
    other = prepare_experiment(config(VAE + "seed: 1\n")).data
    assert one.validation is not None
    assert (len(one.train), len(one.validation), len(one.test)) == (88, 22, 50)
    np.testing.assert_array_equal(one.train_hashes, same.train_hashes)
    assert (one.train_hashes != other.train_hashes).any()


def test_the_config_that_comes_back_leaves_nothing_to_the_machine() -> None:
    asked = config(DENSE)
    assert asked.training.execution.chunk_steps == "auto"
    prepared = prepare_experiment(asked).config
    assert prepared.training.execution.chunk_steps == 4  # all of 110 samples by 32
    assert prepared.training.execution.compile is False
    # All else stays as it was asked for, and to prepare it again changes nothing.
    assert prepared.training.model_copy(update={"execution": asked.training.execution}) == asked.training
    assert (prepared.model, prepared.seed) == (asked.model, asked.seed)
    assert prepare_experiment(prepared).config == prepared


def test_of_streamed_samples_fewer_steps_are_in_memory_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AECLI_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setattr("aecli.training.execution.BYTES_A_CHUNK", 4 * 40 * 40 * 32 * 2)
    save_pictures(tmp_path / "images", pictures(200, 40, 40))
    text = DENSE + f"data: {{name: images, path: '{tmp_path / 'images'}', memory_limit_mb: MB}}\n"
    held, streamed = (prepare_experiment(config(text.replace("MB", limit))) for limit in ("100", "1"))
    assert held.config.training.execution.chunk_steps == 5
    assert streamed.config.training.execution.chunk_steps == 2
    assert weights_hash(held.network) == weights_hash(streamed.network)


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        (DENSE + "data: {name: npz, path: none.npz}\n", DataError, r"none\.npz: no such file"),
        (
            DENSE + "data: {name: images, path: images, scaling: standard}\n",
            ConfigError,
            "a sigmoid can't reach",
        ),
    ],
)
def test_a_mistake_leaves_nothing_behind(
    text: str, error: type[Exception], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_pictures(tmp_path / "images", pictures(8, 9, 9))
    monkeypatch.chdir(tmp_path)
    before = sorted(os.walk(tmp_path))
    with pytest.raises(error, match=message):
        prepare_experiment(config(text))
    assert sorted(os.walk(tmp_path)) == before
