"""Every command that uses a run, over models of every kind."""

import csv
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import aecli as aecli_package
from aecli.runs.folder import RunFolder
from aecli.runs.opened import OpenedRun
from tests.inference.conftest import UNTOLD, pixels
from tests.whole_runs import opened

Runs = Callable[[str], RunFolder]


@pytest.fixture(params=UNTOLD)
def run(request: pytest.FixtureRequest, run_of: Runs, tmp_path: Path) -> OpenedRun:
    """A run of each kind, in a place that it was moved to."""
    moved = tmp_path / "moved"
    shutil.copytree(run_of(request.param).path, moved)
    return opened(RunFolder(moved))


def test_a_run_is_used_from_its_folder_alone(
    run: OpenedRun, aecli: Any, images: np.ndarray, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    np.save("x.npy", images)
    network = run.network
    scaled = images / np.float32(255)
    expected = network.encode_all(scaled)

    ended = aecli("encode", "moved", "x.npy", "-o", "codes.npz", "--quiet")
    assert (ended.code, ended.out, ended.err) == (0, "codes.npz\n", "")
    with np.load("codes.npz") as codes:
        np.testing.assert_allclose(codes["codes"], expected, rtol=1e-4, atol=1e-5)
        assert codes["names"].tolist() == list(range(50))
        draws = "density" in network.latent.serves
        assert ("variances" in codes) == draws
        if draws:
            log_variances = np.asarray(network.encoder(scaled)[1])
            np.testing.assert_allclose(codes["variances"], np.exp(log_variances), rtol=1e-4)

    outputs = network.decode_all(expected)
    assert aecli("decode", "moved", "codes.npz", "-o", "decoded", "-q").code == 0
    assert sorted(path.name for path in Path("decoded").iterdir()) == [f"{i:02}.png" for i in range(50)]
    for i in (0, 49):
        np.testing.assert_allclose(pixels(f"decoded/{i:02}.png"), outputs[i] * 255, atol=0.6)

    assert aecli("reconstruct", "moved", "x.npy", "-o", "again", "-q").code == 0
    with np.load("again/reconstructions.npz") as again:
        assert again["x"].dtype == np.uint8
        np.testing.assert_allclose(again["x"], outputs * 255, atol=0.6)

    assert aecli("score", "moved", "x.npy", "-o", "scores.csv", "--top", 3, "-q").code == 0
    with Path("scores.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    cross_entropy = -(scaled * np.log(outputs) + (1 - scaled) * np.log(1 - outputs)).reshape(50, -1)
    losses = cross_entropy.sum(axis=1) if run.distortion.is_likelihood else cross_entropy.mean(axis=1)
    np.testing.assert_allclose([float(row["loss"]) for row in rows], losses, rtol=1e-4)
    assert sorted(int(row["rank"]) for row in rows) == list(range(1, 51))
    assert pixels("scores.png").std() > 1

    assert aecli("sample", "moved", "-n", 7, "-o", "new", "-q").code == 0
    assert sorted(path.name for path in Path("new").iterdir()) == [f"{i}.png" for i in range(7)]
    assert pixels("new.png").std() > 1
    refused = aecli("sample", "moved", "-n", 7, "-o", "new", "-q")
    assert refused.code == 2
    assert "new.png: the contact sheet's place is taken" in refused.err


def test_images_come_back_by_their_names_in_their_sizes(
    run_of: Runs, aecli: Any, photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run = run_of("dense").path
    ended = aecli("reconstruct", run, "photos", "-o", "again")
    assert ended.code == 1
    assert f"skipped: {photos}/broken.png: not a readable image" in ended.err
    assert "Reconstructed 5 in" in ended.err
    assert "1 skipped" in ended.err
    there = {path.relative_to("again").as_posix() for path in Path("again").rglob("*") if path.is_file()}
    assert there == {"0.png", "2.png", "left/1.png", "left/3.png", "left/colours.webp"}
    assert pixels("again/left/colours.webp").shape[:2] == (40, 31)

    assert aecli("encode", run, "photos", "-o", "codes.npz").code == 1
    assert aecli("decode", run, "codes.npz", "-o", "decoded").code == 0
    for name in there:
        one, other = (pixels(Path(place, name)).astype(int) for place in ("again", "decoded"))
        assert np.abs(one - other).max() <= 1


@pytest.mark.parametrize("name", UNTOLD)
def test_arrays_go_in_and_come_out_in_stored_units(name: str, run_of: Runs, images: np.ndarray) -> None:
    run = aecli_package.load_run(run_of(name).path)
    codes = run.encode(images)
    assert codes.shape == (50, *run.latent_shape)
    np.testing.assert_allclose(run.encode(images[7]), codes[7], rtol=1e-4, atol=1e-5)
    decoded = run.decode(codes)
    assert (decoded.shape, decoded.dtype) == ((50, 28, 28), np.uint8)
    assert run.decode(codes[7]).shape == (28, 28)
    assert np.abs(run.reconstruct(images).astype(int) - decoded).max() <= 1
    assert run.reconstruct(images[7]).shape == (28, 28)
    assert run.encode(images[:0]).shape == (0, *run.latent_shape)


def test_a_network_with_a_condition_is_told_labels(
    run_of: Runs, aecli: Any, images: np.ndarray, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    folder = run_of("conditional")
    labels, scaled = np.arange(50) % 10, images / np.float32(255)
    np.savez("x.npz", x=images, y=labels)
    np.save("x.npy", images)
    network = opened(folder).network
    told = np.eye(10, dtype=np.float32)[labels]

    assert aecli("encode", folder.path, "x.npz", "-o", "codes.npz", "-q").code == 0
    with np.load("codes.npz") as codes:
        np.testing.assert_allclose(codes["codes"], network.encode_all(scaled, told), rtol=1e-4, atol=1e-5)
        assert codes["labels"].tolist() == [str(label) for label in labels]
        expected = network.decode_all(codes["codes"], told)
    assert aecli("decode", folder.path, "codes.npz", "-o", "decoded", "-q").code == 0
    np.testing.assert_allclose(pixels("decoded/49.png"), expected[49] * 255, atol=0.6)

    ended = aecli("encode", folder.path, "x.npy", "-o", "none.npz", "-q")
    assert (ended.code, "must be told a label of each" in ended.err) == (2, True)
    assert aecli("encode", folder.path, "x.npy", "-o", "three.npz", "--label", 3, "-q").code == 0
    with np.load("three.npz") as codes:
        three = np.eye(10, dtype=np.float32)[np.full(50, 3)]
        np.testing.assert_allclose(codes["codes"], network.encode_all(scaled, three), rtol=1e-4, atol=1e-5)
    assert aecli("sample", folder.path, "-n", 2, "--label", 3, "-o", "new", "-q").code == 0
    ended = aecli("encode", folder.path, "x.npy", "-o", "none.npz", "--label", "cat", "-q")
    assert ended.code == 2
    ended = aecli("encode", run_of("dense").path, "x.npy", "-o", "none.npz", "--label", 3, "-q")
    assert (ended.code, "was trained without a condition" in ended.err) == (2, True)
    assert not Path("none.npz").exists()


def test_codes_of_a_codebook_come_with_their_entries(
    run_of: Runs, aecli: Any, images: np.ndarray, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    np.save("x.npy", images)
    assert aecli("encode", run_of("vq").path, "x.npy", "-o", "codes.npz", "-q").code == 0
    with np.load("codes.npz") as stored:
        codes, indices = stored["codes"], stored["indices"]
    assert indices.shape == (50, *codes.shape[1:-1])
    assert 0 <= indices.min() <= indices.max() < 32
    for entry in np.unique(indices):
        assert np.ptp(codes[indices == entry], axis=0).max() == 0
