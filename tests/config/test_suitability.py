"""What a config can't do with its data, and what to type instead."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from aecli.config.schema import Config
from aecli.config.suitability import check_suits
from aecli.core.errors import ConfigError
from aecli.data.splits import prepare
from tests.data.own import pictures, save_tables, waves
from tests.whole_runs import config


def complaints(text: str) -> list[str]:
    """What is said of a config, a line each."""
    checked: Config = config(text)
    data = prepare(checked.data.read(), checked.seed)
    try:
        check_suits(checked, data)
    except ConfigError as error:
        return str(error).splitlines()
    return []


@pytest.fixture
def rows(tmp_path: Path) -> str:
    np.savez(tmp_path / "rows.npz", x=np.random.default_rng(0).random((9, 4)))
    return f"name: npz, path: '{tmp_path}/rows.npz'"


@pytest.fixture
def sequences(tmp_path: Path) -> str:
    save_tables(tmp_path / "waves", waves())
    return f"name: sequences, path: '{tmp_path}/waves'"


WORDS = ["", "latent: {type: gaussian}", "latent: {type: vq}", "latent: {type: topk}"]
"""Latents, which have no say in what a network takes."""


@pytest.mark.parametrize("latent", WORDS)
@pytest.mark.parametrize(("model", "taken"), [("dense", True), ("conv", False), ("lstm", False)])
def test_rows_are_for_dense_models(rows: str, model: str, latent: str, taken: bool) -> None:
    objective = "elbo" if "gaussian" in latent else "reconstruction"
    said = complaints(
        f"model: {{type: {model}, {latent}}}\nobjective: {{type: {objective}}}\ndata: {{{rows}}}\n"
    )
    if taken:
        assert said == []
    else:
        assert len(said) == 1
        assert said[0].startswith(f"model.type: {model} takes images")
        assert said[0].endswith("this data holds rows (4); for those there are: dense")


@pytest.mark.parametrize(("model", "taken"), [("dense", True), ("conv", False), ("lstm", True)])
def test_sequences_are_for_all_but_convolutions(sequences: str, model: str, taken: bool) -> None:
    said = complaints(f"model: {{type: {model}}}\ndata: {{{sequences}, range: [-2, 2]}}\n")
    assert (said == []) == taken
    assert taken or "holds sequences (20 × 2); for those there are: dense, lstm" in said[0]


UNBOUNDED = "model: {type: dense%s}\ndata: {%s, scaling: standard}\nobjective: {loss: %s}\n%s"


def test_numbers_without_bounds_need_a_linear_output_and_a_squared_error(rows: str) -> None:
    first, second = complaints(UNBOUNDED % ("", rows, "binary_crossentropy", ""))
    assert first.startswith("model.output: a sigmoid can't reach them all")
    assert "Set model.output=linear, or give data.range" in first
    assert second.startswith("objective.loss: binary_crossentropy has no meaning")
    assert "Set objective.loss=mse" in second
    assert len(complaints(UNBOUNDED % ("", rows, "mse", ""))) == 1
    assert complaints(UNBOUNDED % (", output: linear", rows, "mse", "")) == []


@pytest.mark.parametrize(
    ("noise", "taken"), [("gaussian", False), ("salt_and_pepper", False), ("masking", True)]
)
def test_noise_that_keeps_to_0_to_1_needs_bounds(rows: str, noise: str, taken: bool) -> None:
    text = UNBOUNDED % (", output: linear", rows, "mse", f"corruption: {{type: {noise}}}")
    said = complaints(text)
    assert (said == []) == taken
    assert taken or said[0].startswith(f"corruption.type: {noise} keeps to [0, 1]")


def test_a_cross_entropy_needs_a_sigmoid_even_where_there_are_bounds(rows: str) -> None:
    (said,) = complaints(f"model: {{type: dense, output: linear}}\ndata: {{{rows}}}\n")
    assert said.startswith("objective.loss: binary_crossentropy needs a probability")
    assert "objective.loss=mse, or model.output=sigmoid" in said
    assert (
        complaints(f"model: {{type: dense, output: linear}}\ndata: {{{rows}}}\nobjective: {{loss: mse}}\n")
        == []
    )


def test_what_does_not_suit_leaves_no_run_behind(
    aecli: Any, rows: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AECLI_RUNS_DIR", str(tmp_path / "runs"))
    (tmp_path / "c.yaml").write_text(f"model: {{type: conv}}\ndata: {{{rows}}}\n")
    ended = aecli("train", tmp_path / "c.yaml", "--quiet")
    assert ended.code == 2
    assert ended.err.startswith("model.type: conv takes images")
    assert not (tmp_path / "runs").exists()


def test_images_of_any_number_of_channels_are_images(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", x=np.repeat(pictures(6, 8, 8)[..., np.newaxis], 5, axis=3))
    assert complaints(f"model: {{type: conv}}\ndata: {{name: npz, path: '{tmp_path}/a.npz'}}\n") == []


@pytest.mark.parametrize(("patch", "taken"), [(1, True), (2, False), (3, True), (9, True)])
def test_patches_of_sequences_hold_whole_steps(tmp_path: Path, patch: int, taken: bool) -> None:
    np.save(tmp_path / "waves.npy", np.random.default_rng(0).random((20, 8, 3)))
    said = complaints(
        f"model: {{type: lstm}}\ndata: {{name: sequences, path: '{tmp_path}/waves.npy'}}\n"
        f"corruption: {{type: masking, patch: {patch}}}\n"
    )
    assert (said == []) == taken
    if not taken:
        assert said[0].startswith("corruption.patch: expected 1, or at least 3")
        assert said[0].endswith("Set corruption.patch=3")
