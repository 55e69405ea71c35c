"""Codes on disk: what is in the files, what is skipped, what a failure leaves."""

import csv
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from aecli.runs.folder import RunFolder
from tests.whole_runs import opened

Runs = Callable[[str], RunFolder]


@pytest.fixture
def vae(run_of: Runs) -> Path:
    return run_of("vae").path


@pytest.fixture
def dense(run_of: Runs) -> Path:
    return run_of("dense").path


def test_csv_and_npz_hold_the_same_numbers(aecli: Any, vae: Path, photos: Path, tmp_path: Path) -> None:
    assert aecli("encode", vae, photos, "-o", tmp_path / "c.npz").code == 1
    assert aecli("encode", vae, photos, "-o", tmp_path / "c.csv").code == 1
    with (tmp_path / "c.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["name", "code_0", "code_1", "variance_0", "variance_1"]
    with np.load(tmp_path / "c.npz") as codes:
        names = ["0.png", "2.png", "left/1.png", "left/3.png", "left/colours.webp"]
        assert codes["names"].tolist() == [row["name"] for row in rows] == names
        read = np.array([[row["code_0"], row["code_1"]] for row in rows], np.float32)
        np.testing.assert_array_equal(read, codes["codes"])
        assert codes["originals"].tolist()[-1] == [40, 31, 3, 8]


def test_an_array_of_an_archive_is_named(aecli: Any, dense: Path, digits: Path, tmp_path: Path) -> None:
    out = tmp_path / "c.npz"
    ended = aecli("encode", dense, digits, "-o", out)
    assert ended.code == 2
    assert ended.err.splitlines()[-1] == (
        f"{digits}: holds x_test, x_train, y_test, y_train; say which array: {digits}:x_train"
    )
    assert aecli("encode", dense, f"{digits}:x_test", "-o", out).code == 0
    with np.load(out) as codes:
        assert len(codes["codes"]) == 50
    ended = aecli("encode", dense, f"{digits}:y_test", "-o", out)
    assert ended.code == 2
    assert "expected images of shape (28, 28), as in the training" in ended.err


def test_one_image_is_an_array_too(aecli: Any, dense: Path, images: np.ndarray, tmp_path: Path) -> None:
    np.save(tmp_path / "one.npy", images[3])
    np.save(tmp_path / "all.npy", images)
    for name in ("one", "all"):
        assert aecli("encode", dense, tmp_path / f"{name}.npy", "-o", tmp_path / f"{name}.npz").code == 0
    with np.load(tmp_path / "one.npz") as one, np.load(tmp_path / "all.npz") as every:
        np.testing.assert_allclose(one["codes"], every["codes"][3:4], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda x: x.astype(np.float32), "expected uint8 numbers, as in the training, received float32"),
        (lambda x: x[:, :20], "expected images of shape (28, 28), as in the training"),
        (lambda x: x[:0], "there are no inputs; nothing was written"),
        (lambda x: np.array(["a"]), "expected images of shape"),
    ],
)
def test_an_array_that_cannot_be(
    make: Callable[[np.ndarray], np.ndarray],
    message: str,
    aecli: Any,
    dense: Path,
    images: np.ndarray,
    tmp_path: Path,
) -> None:
    np.save(tmp_path / "x.npy", make(images))
    (tmp_path / "c.npz").write_text("mine")
    ended = aecli("encode", dense, tmp_path / "x.npy", "-o", tmp_path / "c.npz")
    assert ended.code == 2
    assert message in ended.err
    assert (tmp_path / "c.npz").read_text() == "mine"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["c.npz", "x.npy"]


def test_an_array_may_be_stored_column_by_column(
    aecli: Any, dense: Path, images: np.ndarray, tmp_path: Path
) -> None:
    for name, array in (("rows", images), ("columns", np.asfortranarray(images))):
        np.save(tmp_path / f"{name}.npy", array)
        assert aecli("encode", dense, tmp_path / f"{name}.npy", "-o", tmp_path / f"{name}.npz").code == 0
    with np.load(tmp_path / "rows.npz") as rows, np.load(tmp_path / "columns.npz") as columns:
        np.testing.assert_array_equal(columns["codes"], rows["codes"])


def test_an_array_that_ends_too_early_leaves_the_old_codes(
    aecli: Any, dense: Path, images: np.ndarray, tmp_path: Path
) -> None:
    np.savez_compressed(
        tmp_path / "x.npz", x=np.random.default_rng(0).integers(0, 256, (3000, 28, 28), np.uint8)
    )
    content = bytearray((tmp_path / "x.npz").read_bytes())
    content[len(content) // 2] ^= 255  # in the middle of the data: found out after a thousand images
    (tmp_path / "x.npz").write_bytes(content)
    (tmp_path / "c.npz").write_text("mine")
    ended = aecli("encode", dense, tmp_path / "x.npz", "-o", tmp_path / "c.npz")
    assert ended.code == 2
    assert "not a readable .npz file" in ended.err
    assert (tmp_path / "c.npz").read_text() == "mine"
    assert len(list(tmp_path.iterdir())) == 2


def test_an_object_array_runs_no_code(aecli: Any, dense: Path, tmp_path: Path) -> None:
    class Bomb:
        def __reduce__(self) -> tuple[Any, ...]:
            return (Path(tmp_path / "harm").touch, ())

    np.save(tmp_path / "x.npy", np.array([Bomb()] * 3, object), allow_pickle=True)
    ended = aecli("encode", dense, tmp_path / "x.npy", "-o", tmp_path / "c.npz")
    assert ended.code == 2
    assert "x.npy: holds Python objects, which can't be read safely" in ended.err
    assert not (tmp_path / "harm").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["none", "-o", "c.npz"], "none: no such file or folder"),
        (["*.jpeg", "-o", "c.npz"], "*.jpeg: no file matches"),
        (["empty", "-o", "c.npz"], "there are no files that end in .png"),
        (["photos", "-o", "c.txt"], "-o c.txt: must end in .npz or .csv"),
        (["photos", "-o", "no/c.npz"], "-o no/c.npz: there is no folder"),
        (["photos", "-o", "empty"], "-o empty: must end in .npz or .csv"),
        (["photos/broken.png", "-o", "c.npz"], "none of 1 inputs can be read; nothing was written"),
        (["x.npy", "photos", "-o", "c.npz"], "x.npy: an array must be the only INPUT"),
        (["x.npy", "-o", "c.npz"], "x.npy: no such file"),
    ],
)
def test_a_mistake_is_told_and_nothing_is_written(
    arguments: list[str],
    message: str,
    aecli: Any,
    dense: Path,
    photos: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("empty").mkdir()
    ended = aecli("encode", dense, *arguments)
    assert ended.code == 2
    assert message in ended.err
    assert "Traceback" not in ended.err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty", "photos"]


def test_files_by_pattern_and_by_name_have_the_same_names(
    aecli: Any, dense: Path, photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert aecli("encode", dense, "photos/**/[0-9].png", "-o", "a.npz").code == 0
    named = ["photos/0.png", "photos/2.png", "photos/left/1.png", "photos/left/3.png"]
    assert aecli("encode", dense, *named, "-o", "b.npz").code == 0
    with np.load("a.npz") as by_pattern, np.load("b.npz") as by_name:
        assert by_pattern["names"].tolist() == ["0.png", "2.png", "left/1.png", "left/3.png"]
        for array in by_pattern:
            np.testing.assert_array_equal(by_pattern[array], by_name[array])


def test_the_same_inputs_give_the_same_file(aecli: Any, dense: Path, photos: Path, tmp_path: Path) -> None:
    for name in ("a.npz", "b.npz"):
        aecli("encode", dense, photos, "-o", tmp_path / name)
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


MEASURE = """
import resource, sys
from pathlib import Path
from aecli.core import backend; backend.load()
from aecli.inference.encode import encode
from aecli.inference.inputs.opening import open_inputs
from aecli.runs.opened import open_run
run = open_run(sys.argv[1], Path(sys.argv[1]).parent)
for name in ("few", "many"):
    path = Path(sys.argv[2]) / f"{name}.npy"
    outcome = encode(run, open_inputs([str(path)], run), path.with_suffix(".npz"))
    print(outcome.done, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def test_memory_does_not_grow_with_the_inputs(dense: Path, tmp_path: Path) -> None:
    """150 MiB of images and 25 MiB of codes, in a process of its own; a million take as much."""
    for name, count in (("few", 4_000), ("many", 200_000)):
        stored = np.lib.format.open_memmap(tmp_path / f"{name}.npy", "w+", np.uint8, (count, 28, 28))
        stored[: count // 2] = 200
        del stored
    ended = subprocess.run(
        [sys.executable, "-c", MEASURE, str(dense), str(tmp_path)], capture_output=True, text=True, check=True
    )
    (few, before), (many, after) = (map(int, line.split()) for line in ended.stdout.splitlines())
    assert (few, many) == (4_000, 200_000)
    assert after - before < 40
    with zipfile.ZipFile(tmp_path / "many.npz") as archive, archive.open("codes.npy") as file:
        assert np.lib.format.read_array(file).shape == (
            200_000,
            *opened(RunFolder(dense)).network.latent_shape,
        )
