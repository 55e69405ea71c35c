"""Data of one's own of every shape, from a file to a measured run, through the real command line."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from aecli.runs.folder import RunFolder
from tests.data.own import pictures, save_pictures, save_tables, waves

pytestmark = pytest.mark.usefixtures("tensorflow")

CONV = "model: {type: conv, filters: [4, 2]}\n"
DENSE = "model: {type: dense, hidden: [8], latent: {dim: 2, activation: relu}}\n"
VAE = "model: {type: dense, hidden: [8], latent: {type: gaussian}}\n"
LSTM = "model: {type: lstm, encoder_units: 3, decoder_units: 4}\n"
MSE = "objective: {loss: mse}\n"
ELBO = "objective: {type: elbo}\n"
NORMAL = "objective: {type: elbo, likelihood: gaussian}\n"


def in_any_range(model: str) -> str:
    """The same model, for numbers without bounds."""
    return model.removesuffix("}\n") + ", output: linear}\n"


def folder(*shape: int, dtype: type = np.uint8, labels: bool = True) -> Callable[[Path], str]:
    """Makes a folder of images and says how a config reads it."""

    def make(place: Path) -> str:
        images = pictures(24, *shape, dtype=dtype)
        for name, part in (("left", images[:12]), ("right", images[12:])):
            save_pictures(place / name if labels else place, part)
            if not labels:
                break
        return f"name: images, path: '{place}'"

    return make


def palette(place: Path) -> str:
    save_pictures(place, pictures(12, 8, 8))
    for path in place.iterdir():
        with Image.open(path) as image:
            image.convert("RGB").quantize(4).save(path)
    return f"name: images, path: '{place}'"


def mixed_sizes(place: Path) -> str:
    save_pictures(place / "a", pictures(6, 33, 47, 3))
    save_pictures(place / "b", pictures(6, 105, 105))
    return f"name: images, path: '{place}', size: [20, 24], fit: pad"


def array(place: Path) -> str:
    place.mkdir()
    np.savez(place / "a.npz", x=pictures(20, 16, 16) / 2.0)
    return f"name: npz, path: '{place}/a.npz', range: [0, 127.5]"


def unbounded_array(place: Path) -> str:
    place.mkdir()
    np.savez(place / "a.npz", x=np.random.default_rng(0).normal(5, 9, size=(20, 12, 13, 5)))
    return f"name: npz, path: '{place}/a.npz', scaling: standard"


def table(place: Path) -> str:
    place.mkdir()
    rng = np.random.default_rng(0)
    lines = [f"{x},{3 * x + y},{y},{'ab'[int(x > 0)]}" for x, y in rng.normal(size=(40, 2))]
    (place / "a.csv").write_text("a,b,c,kind\n" + "\n".join(lines))
    return f"name: csv, path: '{place}/a.csv', label: kind, scaling: standard"


def sequences(place: Path) -> str:
    save_tables(place, waves())
    return f"name: sequences, path: '{place}', range: [-2, 2]"


def windows(place: Path) -> str:
    save_tables(place, waves())
    return f"name: sequences, path: '{place}', length: window, window: 8, scaling: standard"


CASES: dict[str, tuple[Callable[[Path], str], str, str, tuple[int, ...]]] = {
    "8×8": (folder(8, 8), CONV, "", (8, 8)),
    "28×28 without labels": (folder(28, 28, labels=False), CONV, "", (28, 28)),
    "33×47": (folder(33, 47), CONV, "", (33, 47)),
    "105×105": (folder(105, 105), CONV, "", (105, 105)),
    "RGB": (folder(12, 10, 3), CONV, "", (12, 10, 3)),
    "RGBA": (folder(12, 10, 4), VAE, ELBO, (12, 10, 3)),
    "16-bit grey": (folder(9, 9, dtype=np.uint16), DENSE, "", (9, 9)),
    "palette": (palette, DENSE, "", (8, 8, 3)),
    "mixed sizes": (mixed_sizes, CONV, "", (20, 24, 3)),
    "an array of floats": (array, CONV, "corruption: {type: gaussian}\n", (16, 16)),
    "an array without bounds": (unbounded_array, in_any_range(CONV), MSE, (12, 13, 5)),
    "rows": (table, in_any_range(DENSE), MSE, (3,)),
    "rows in a VAE": (table, in_any_range(VAE), NORMAL, (3,)),
    "sequences of uneven length": (sequences, LSTM, "", (20, 2)),
    "sequences in a VAE": (sequences, VAE, ELBO, (20, 2)),
    "windows": (windows, in_any_range(LSTM), MSE, (8, 2)),
}


UNMEASURED = {"8×8", "28×28 without labels", "33×47", "palette", "mixed sizes", "rows in a VAE", "windows"}
"""What differs from others before the metrics alone."""


def write(place: Path, data: str, model: str, more: str) -> Path:
    path = place / "mine.yaml"
    path.write_text(f"{model}data: {{{data}}}\n{more}training: {{epochs: 2, batch_size: 8}}\n")
    return path


ALIKE = ("105×105", "8×8", "RGBA", "an array of floats", "rows in a VAE", "sequences in a VAE")
"""Cases that others are like but for one thing."""


@pytest.mark.parametrize(
    "case", [pytest.param(case, marks=[pytest.mark.slow] if case in ALIKE else []) for case in CASES]
)
def test_own_data_trains_and_is_drawn_and_measured(
    case: str,
    aecli: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make, model, more, shape = CASES[case]
    monkeypatch.setenv("AECLI_RUNS_DIR", str(tmp_path / "runs"))
    config = write(tmp_path, make(tmp_path / "data"), model, more)
    trained = aecli("train", config, "--quiet")
    assert trained.code == 0, trained.err
    run = RunFolder(Path(trained.out.strip()))
    record = run.read_record()
    assert record.status == "completed"
    assert tuple(record.data["sample_shape"]) == shape
    assert np.isfinite(list(record.test.values())).all()
    drawn = {path.stem for path in run.figures.iterdir()}
    assert {"loss", "reconstructions", "codes", "interpolation", "worst"} <= drawn
    check_round_trip(aecli, run, tmp_path)
    if case in UNMEASURED:
        return
    measured = aecli("evaluate", "latest", "--quiet", "--nll-samples", 2)
    assert measured.code == 0, measured.err
    own = json.loads(run.evaluation.read_text())["own"]
    assert own["metrics"]["reconstruction.mse"]["value"] > 0
    assert not any("came out as" in reason for reason in own["absent"].values())


def check_round_trip(aecli: Any, run: RunFolder, place: Path) -> None:
    """What a run was trained on goes through it, and comes back in the form that it had."""
    data, kind = place / "data", run.read_record().data["kind"]
    files = sorted(path for path in data.rglob("*") if path.is_file())
    source = data if kind == "sequences" or len(files) > 1 else files[0]
    for arguments in (
        ["encode", run.path, source, "-o", place / "codes.npz"],
        ["decode", run.path, place / "codes.npz", "-o", place / "decoded"],
        ["reconstruct", run.path, source, "-o", place / "again"],
    ):
        ended = aecli(*arguments, "--quiet")
        assert (ended.code, ended.err) == (0, ""), arguments
    if source.suffix in (".csv", ".npz") or kind == "sequences":
        check_arrays(place, source)
        return
    for path in files:
        name = path.relative_to(data)
        with Image.open(path) as before, Image.open(place / "again" / name) as after:
            assert after.size == before.size
            one = np.asarray(after, int)
            assert (before.mode, after.mode) in SAME_MODES, name
        with Image.open(place / "decoded" / name) as decoded:
            other = np.asarray(decoded, int)
        assert np.abs(one - other).max() <= (2 if one.max() < 256 else 200)


SAME_MODES = [("L", "L"), ("RGB", "RGB"), ("RGBA", "RGB"), ("P", "RGB"), ("I;16", "I;16")]
"""Modes of images, and of what becomes of them."""


def check_arrays(place: Path, source: Path) -> None:
    """The arrays that come back have the form of those that went in."""
    with np.load(place / "again" / "reconstructions.npz") as again:
        x, names = again["x"], again["names"]
        lengths = again.get("lengths")
    if source.suffix == ".npz":
        with np.load(source) as stored:
            assert (x.shape, x.dtype) == (stored["x"].shape, stored["x"].dtype)
    if lengths is not None:
        assert list(names) == [
            name for path in sorted(source.rglob("*.csv")) for name in called(path, x, source)
        ]
        assert not x[np.arange(x.shape[1]) >= lengths[:, np.newaxis]].any()
    if (place / "decoded" / "decoded.npz").exists():
        with np.load(place / "decoded" / "decoded.npz") as decoded:
            np.testing.assert_allclose(decoded["x"], x, atol=1e-4 * (1 + np.abs(x).max()))


def called(path: Path, x: np.ndarray, source: Path) -> list[str]:
    """What the inputs of a CSV file are called: as the file, or as the windows that it was cut into."""
    name, count = path.relative_to(source).as_posix(), len(path.read_text().split()) - 1
    if x.shape[1] >= 20:
        return [name]
    starts = [*range(0, count - 8, 8), count - 8]
    return [f"{name}[{start}:{start + 8}]" for start in starts]


def trained_on_images(aecli: Any, place: Path, monkeypatch: pytest.MonkeyPatch) -> RunFolder:
    """A run on a folder of RGB images without labels, named by a relative path."""
    monkeypatch.setenv("AECLI_RUNS_DIR", str(place / "runs"))
    monkeypatch.chdir(place)
    save_pictures(place / "photos", pictures(20, 70, 66, 3))
    (place / "c.yaml").write_text(
        "model: {type: conv, filters: [2]}\ndata: {name: images, path: photos}\n"
        "training: {epochs: 1, batch_size: 8}\n"
    )
    ended = aecli("train", "c.yaml", "--quiet")
    assert ended.code == 0, ended.err
    return RunFolder(Path(ended.out.strip()))


def test_a_run_is_drawn_and_goes_on_from_any_folder(
    aecli: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = trained_on_images(aecli, tmp_path, monkeypatch)
    assert {path.name for path in run.tensorboard.glob("*.*")} >= {"codes.tsv", "sprite.png"}
    assert not (run.tensorboard / "labels.tsv").exists()
    with Image.open(run.tensorboard / "sprite.png") as sprite:
        assert (sprite.mode, sprite.size) == ("RGB", (2 * 33, 2 * 35))
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    ended = aecli("train", "--resume", run.path, "--epochs", 2, "--quiet")
    assert ended.code == 0, ended.err
    assert run.read_record().epochs_done == 2
    (tmp_path / "photos").rename(tmp_path / "gone")
    drawn = aecli("visualize", run.path, "--only", "reconstructions")
    assert drawn.code == 0, drawn.err
    ended = aecli("evaluate", run.path)
    assert ended.code == 2
    assert "no such folder" in ended.err


def test_changed_images_are_noticed(aecli: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = trained_on_images(aecli, tmp_path, monkeypatch)
    save_pictures(tmp_path / "photos", pictures(20, 70, 66, 3)[::-1])
    ended = aecli("train", "--resume", run.path, "--epochs", 2)
    assert ended.code == 2
    assert "was trained on other data" in ended.err


def test_other_data_is_scaled_as_the_runs_own_was(
    aecli: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AECLI_RUNS_DIR", str(tmp_path))
    rng = np.random.default_rng(0)
    rows, more = rng.normal(50, 9, size=(60, 3)), rng.normal(50, 9, size=(60, 3))
    np.savez(tmp_path / "own.npz", x=rows)
    np.savez(tmp_path / "other.npz", x=more)
    np.savez(tmp_path / "far.npz", x=more + 500)
    config = write(
        tmp_path,
        f"name: npz, path: '{tmp_path}/own.npz', scaling: standard",
        in_any_range(DENSE),
        MSE,
    )
    assert aecli("train", config, "--quiet").code == 0
    near, far = tmp_path / "other.npz", tmp_path / "far.npz"
    ended = aecli("evaluate", "latest", "--quiet", "--data", near, "--data", far, "--json")
    assert ended.code == 0, ended.err
    report = json.loads(ended.out)
    own, other, away = (
        part["metrics"]["baseline.mean_image.mse"]["value"] for part in (report["own"], *report["others"])
    )
    assert own == pytest.approx(1, abs=0.6)
    assert other == pytest.approx(1, abs=0.6)
    assert away > 1000
