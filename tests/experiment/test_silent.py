"""Whole commands on data that once gave wrong numbers in silence: right ones, or an error that says why."""

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from aecli.data.sources.sequences import Sequences
from aecli.data.splits import prepare
from tests.data.own import read as read_source

pytestmark = pytest.mark.usefixtures("tensorflow", "no_figures")

DENSE = "model: {type: dense, hidden: [8], latent: {dim: 2, activation: relu}}\n"
BCE = "training: {epochs: 2, batch_size: 8, optimizer: {type: adam, learning_rate: 1e-2}}\n"
MSE = (
    "model: {type: dense, hidden: [8], latent: {dim: 2, activation: relu}, output: linear}\n"
    "objective: {loss: mse}\n"
    "training: {epochs: 2, batch_size: 8, optimizer: {type: adam, learning_rate: 1e-2}}\n"
)


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AECLI_RUNS_DIR", "runs")
    return tmp_path


def train(aecli: Any, text: str, data: str) -> None:
    Path("c.yaml").write_text(f"{text}data: {{{data}}}\n")
    ended = aecli("train", "c.yaml", "--quiet")
    assert ended.code == 0, ended.err


def scores(name: str = "s.csv") -> list[dict[str, str]]:
    with Path(name).open(newline="") as file:
        return list(csv.DictReader(file))


def save(folder: str, images: Any, suffix: str = "png") -> None:
    Path(folder).mkdir(parents=True, exist_ok=True)
    for i, image in enumerate(images):
        Image.fromarray(image).save(Path(folder, f"{i:02}.{suffix}"))


def grey(count: int, low: int, high: int, dtype: Any = np.uint8, seed: int = 0) -> Any:
    return np.random.default_rng(seed).integers(low, high, (count, 8, 8)).astype(dtype)


def test_images_outside_of_the_range_are_named_and_skipped(aecli: Any) -> None:
    save("photos", grey(20, 500, 4000, np.uint16), "tif")
    train(aecli, DENSE + BCE, "name: images, path: photos, range: [0, 4095]")
    new = grey(3, 500, 4000, np.uint16, seed=1)
    new[1, 0, 0] = 65535
    save("new", new, "tif")
    for command, output in (("score", "s.csv"), ("encode", "c.npz"), ("reconstruct", "out")):
        ended = aecli(command, "latest", "new", "-o", output)
        assert ended.code == 1
        assert "01.tif: numbers in [" in ended.err
    assert [row["name"] for row in scores()] == ["00.tif", "02.tif"]
    assert all(float(row["loss"]) > 0 for row in scores())
    Path("new/00.tif").unlink()
    Path("new/02.tif").unlink()
    assert aecli("score", "latest", "new", "-o", "t.csv").code == 2
    assert not Path("t.csv").exists()


@pytest.mark.parametrize(("dtype", "options"), [("uint8", ", range: [0, 1]"), ("float32", ""), ("bool", "")])
def test_files_for_a_run_on_arrays_are_black_at_its_lowest_and_white_at_its_highest(
    aecli: Any, dtype: str, options: str
) -> None:
    x = (grey(40, 0, 2) > 0).astype(dtype)
    np.savez("x.npz", x=x)
    train(aecli, DENSE + BCE, f"name: npz, path: x.npz{options}")
    np.save("one.npy", x[:4])
    save("files", (x[:4] != 0).astype(np.uint8) * 255)
    for inputs, output in (("one.npy", "a.csv"), ("files", "b.csv")):
        assert aecli("score", "latest", inputs, "-o", output).code == 0
    assert [row["loss"] for row in scores("a.csv")] == [row["loss"] for row in scores("b.csv")]
    assert aecli("reconstruct", "latest", "files", "-o", "out").code == 0
    with Image.open("out/00.png") as image:
        assert 64 < np.asarray(image).mean() < 192, "half of it is white, and not 1 of 255"


@pytest.mark.parametrize("scaling", ["range: [0, 255]", "scaling: standard", "scaling: minmax"])
def test_floats_in_0_1_are_no_bytes(aecli: Any, scaling: str) -> None:
    x = grey(40, 0, 256)
    np.savez("x.npz", x=x)
    np.save("bytes.npy", x[:3])
    np.save("floats.npy", (x[:3] / 255).astype(np.float32))
    np.savez("floats.npz", x=(x / 255).astype(np.float32))
    train(aecli, MSE, f"name: npz, path: x.npz, {scaling}")
    assert aecli("score", "latest", "bytes.npy", "-o", "a.csv").code == 0
    ended = aecli("score", "latest", "floats.npy", "-o", "b.csv")
    assert ended.code == 2
    assert "expected uint8 numbers, as in the training, received float32" in ended.err
    assert aecli("evaluate", "latest", "--data", "floats.npz").code == 2


def test_columns_go_by_their_headings_and_labels_are_optional(aecli: Any) -> None:
    rng = np.random.default_rng(0)
    rows = rng.normal([0, 100, 1e5], [1, 10, 1e4], (60, 3))
    lines = [f"{a},{b},{c},{'xy'[i % 2]}" for i, (a, b, c) in enumerate(rows)]
    Path("train.csv").write_text("a,b,c,kind\n" + "\n".join(lines) + "\n")
    train(aecli, MSE, "name: csv, path: train.csv, label: kind, scaling: standard")
    Path("other.csv").write_text("c,a,b\n" + "\n".join(f"{c},{a},{b}" for a, b, c in rows) + "\n")
    for name in ("train", "other"):
        assert aecli("score", "latest", f"{name}.csv", "-o", f"{name}-s.csv").code == 0
    assert [row["loss"] for row in scores("train-s.csv")] == [row["loss"] for row in scores("other-s.csv")]
    Path("renamed.csv").write_text("x,y,z\n1,2,3\n")
    ended = aecli("score", "latest", "renamed.csv", "-o", "r.csv")
    assert ended.code == 2
    assert "lacks a, b, c and has besides x, y, z" in ended.err


def test_headerless_rows_are_scored_with_and_without_their_labels(aecli: Any) -> None:
    rows = np.random.default_rng(0).normal(size=(40, 3))
    Path("t.csv").write_text("".join(f"k{i % 3},{a},{b},{c}\n" for i, (a, b, c) in enumerate(rows)))
    Path("n.csv").write_text("".join(f"{a},{b},{c}\n" for a, b, c in rows))
    train(aecli, MSE, "name: csv, path: t.csv, label: 1, scaling: standard")
    for name in ("t", "n"):
        assert aecli("score", "latest", f"{name}.csv", "-o", f"{name}-s.csv").code == 0
    assert [row["loss"] for row in scores("t-s.csv")] == [row["loss"] for row in scores("n-s.csv")]


def test_rows_of_an_archive_are_scaled_a_feature_each(aecli: Any) -> None:
    rows = np.random.default_rng(0).normal([0, 100, 1e6], [1, 5, 1e5], (60, 3))
    np.savez("x.npz", x=rows)
    train(aecli, MSE, "name: npz, path: x.npz, scaling: standard")
    (record,) = Path("runs").glob("*/run.json")
    scaling = json.loads(record.read_text())["data"]["scaling"]
    assert len(scaling["divisor"]) == 3
    assert scaling["divisor"] == pytest.approx(rows.std(axis=0), rel=0.2)


def test_a_constant_column_is_only_moved(aecli: Any) -> None:
    rows = np.random.default_rng(0).normal(size=(60, 2))
    Path("t.csv").write_text("a,b,c\n" + "".join(f"{a},{b},0.1\n" for a, b in rows))
    train(aecli, MSE, "name: csv, path: t.csv, scaling: standard")
    Path("n.csv").write_text("a,b,c\n0,0,0.1001\n")
    assert aecli("score", "latest", "n.csv", "-o", "s.csv").code == 0
    assert float(scores()[0]["loss"]) < 10


def test_missing_steps_are_an_error_or_leave_windows_out_and_names_do_not_move(aecli: Any) -> None:
    lines = [f"{np.sin(i / 3)},{np.cos(i / 3)}" if not 20 <= i < 30 else "," for i in range(80)]
    Path("gap.csv").write_text("a,b\n" + "\n".join(lines) + "\n")
    data = "name: sequences, path: gap.csv, length: window, window: 6, scaling: standard"
    Path("c.yaml").write_text(MSE + f"data: {{{data}}}\n")
    ended = aecli("train", "c.yaml")
    assert ended.code == 2
    assert "gap.csv: lines 22 to 31" in ended.err
    train(aecli, MSE, data + ", missing: drop")
    ended = aecli("score", "latest", "gap.csv", "-o", "s.csv")
    assert ended.code == 1
    names = [row["name"] for row in scores()]
    assert "gap.csv[12:18]" in names
    assert "gap.csv[30:36]" in names
    assert not any(f"gap.csv[{start}:" in name for start in (18, 24) for name in names)


@pytest.mark.parametrize("stride", [1, 7, 20])
def test_held_out_windows_share_no_step_with_those_trained_on(stride: int) -> None:
    np.save("s.npy", np.arange(400.0).reshape(1, 400, 1))
    source = Sequences(
        path="s.npy", length="window", window=20, stride=stride, scaling="minmax", validation_split=0.2
    )
    data = prepare(read_source(source), seed=0)
    assert data.validation is not None
    parts = [
        set(data.scaling.invert(part.samples).round().ravel())
        for part in (data.train, data.validation, data.test)
    ]
    assert not parts[0] & parts[1]
    assert not (parts[0] | parts[1]) & parts[2]


def test_the_file_of_a_training_can_be_scored_whatever_its_padding(aecli: Any) -> None:
    x = np.random.default_rng(0).normal(size=(30, 12, 2))
    lengths = np.random.default_rng(1).integers(4, 9, 30)
    np.savez("x.npz", x=x, lengths=lengths)
    train(aecli, MSE.replace("dense, hidden: [8]", "lstm"), "name: sequences, path: x.npz, scaling: standard")
    assert aecli("score", "latest", "x.npz", "-o", "s.csv").code == 0
    assert len(scores()) == 30


def test_one_feature_needs_no_axis_of_its_own(aecli: Any) -> None:
    x = np.random.default_rng(0).normal(size=(30, 12))
    np.save("x.npy", x)
    np.save("f.npy", np.asfortranarray(x))
    train(aecli, MSE.replace("dense, hidden: [8]", "lstm"), "name: sequences, path: x.npy, scaling: standard")
    for name in ("x", "f"):
        assert aecli("score", "latest", f"{name}.npy", "-o", f"{name}.csv").code == 0
    assert scores("x.csv") == scores("f.csv")


def test_equal_samples_are_in_the_middle_of_themselves(aecli: Any) -> None:
    np.savez("x.npz", x=np.repeat(grey(1, 0, 256), 60, axis=0))
    np.save("one.npy", grey(1, 0, 256))
    train(aecli, DENSE + BCE, "name: npz, path: x.npz")
    assert aecli("score", "latest", "one.npy", "-o", "s.csv").code == 0
    assert float(scores()[0]["percentile"]) == 50


def test_own_results_are_no_data(aecli: Any) -> None:
    save("a", grey(6, 0, 256))
    save("b", grey(6, 0, 256, seed=1))
    train(aecli, DENSE + BCE, "name: images, path: .")
    assert aecli("score", "latest", "a", "-o", "s.csv", "--top", "2").code == 0
    assert aecli("sample", "latest", "-n", "3", "-o", "new").code == 0
    Path("new").rename(Path("runs", "new"))
    assert Path("s.png").is_file()
    assert Path("new.png").is_file()
    found = json.loads(aecli("data", "c.yaml", "--json").out)
    assert sum(split["count"] for split in found["splits"].values()) == 12
    assert set(found["labels"]) == {"a", "b"}
    assert aecli("evaluate", "latest").code == 0
    ended = aecli("reconstruct", "latest", "a", "-o", "a/out")
    assert ended.code == 2
    assert "lies below the inputs" in ended.err
    assert not Path("a/out").exists()


def test_samples_in_two_places_are_counted(aecli: Any) -> None:
    x = grey(30, 0, 256)
    np.savez("x.npz", x_train=np.concatenate([x[:20], x[:2]]), x_test=x[18:])
    train(aecli, DENSE + BCE, "name: npz, path: x.npz")
    found = json.loads(aecli("data", "c.yaml", "--json").out)
    assert (found["repeated"], found["test_in_training"]) == (2, 2)
    np.savez("other.npz", x=x)
    ended = aecli("evaluate", "latest", "--data", "other.npz")
    assert ended.code == 0
    known = [line for line in ended.out.splitlines() if "are in the run's training set" in line]
    assert "2 of them" in known[0]
    assert len(known) == 2


def test_odd_ones_that_only_testing_has_are_measured_without_being_named(aecli: Any) -> None:
    save("part/train/good", grey(12, 90, 110))
    save("part/test/good", grey(5, 90, 110, seed=1))
    save("part/test/scratch", grey(5, 0, 256, seed=2))
    train(aecli, DENSE + BCE, "name: images, path: part")
    assert aecli("evaluate", "latest").code == 0
    (metrics,) = Path("runs").glob("*/metrics.json")
    assert "anomaly.auroc" in json.loads(metrics.read_text())["own"]["metrics"]


def test_a_validation_folder_is_what_early_stopping_looks_at(aecli: Any) -> None:
    for part, seed in (("train", 0), ("Val", 1), ("TEST", 2)):
        save(f"p/{part}", grey(8, 0, 256, seed=seed))
    early = BCE.replace("epochs: 2", "epochs: 2, early_stopping: {patience: 1}")
    train(aecli, DENSE + early, "name: images, path: p")
    (record,) = Path("runs").glob("*/run.json")
    plain = json.loads(record.read_text())
    assert plain["monitored"] == "validation"
    assert plain["data"]["validation_samples"] == 8
    save("q", grey(8, 0, 256))
    Path("c.yaml").write_text(DENSE + early + "data: {name: images, path: q}\n")
    ended = aecli("train", "c.yaml")
    assert ended.code == 2
    assert "add 'validation_split: 0.1' under data" in ended.err


def test_linked_folders_count_and_circles_end(aecli: Any) -> None:
    save("store/cats", grey(5, 0, 256))
    save("photos/dogs", grey(5, 0, 256, seed=1))
    Path("photos/cats").symlink_to(Path("store/cats").absolute())
    Path("photos/dogs/again").symlink_to(Path("photos").absolute())
    found = json.loads(aecli("data", "conv", "--set", "data={name: images, path: photos}", "--json").out)
    assert {label: sum(counts.values()) for label, counts in found["labels"].items()} == {
        "cats": 5,
        "dogs": 5,
    }


def test_every_safe_name_comes_out_again(aecli: Any) -> None:
    names = [
        "a b.png",
        "x\u202f1.png",
        "y\u00a0.png",
        "日本\u3000.png",
        "\U0001f468\u200d\U0001f469.png",
        "A.png",
        "a.png",
    ]
    Path("photos").mkdir()
    for name, image in zip(names, grey(7, 0, 256), strict=True):
        Image.fromarray(image).save(Path("photos", name))
    train(aecli, DENSE + BCE, "name: images, path: photos")
    assert aecli("reconstruct", "latest", "photos", "-o", "out").code == 0
    assert {path.name for path in Path("out").iterdir()} == set(names)


def test_brackets_in_names_are_no_patterns(aecli: Any, monkeypatch: pytest.MonkeyPatch, place: Path) -> None:
    save("p [1]/photos [v2]", grey(6, 0, 256))
    monkeypatch.chdir(place / "p [1]")
    monkeypatch.setenv("AECLI_RUNS_DIR", str(place / "runs"))
    train(aecli, DENSE + BCE, "name: images, path: 'photos [v2]'")
    for pattern in ("photos [v2]", "photos [v2]/*.png", "photos*/0?.png"):
        ended = aecli("encode", "latest", pattern, "-o", "c.npz")
        assert (ended.code, ended.err.count("Encoded 6")) == (
            (0, 1) if pattern != "photos [v2]/*.png" else (2, 0)
        ), pattern
    (place / "p [1]" / "seq [v2]").mkdir()
    for i in range(6):
        Path("seq [v2]", f"{i}.csv").write_text("x\n" + "".join(f"{np.sin(i + k)}\n" for k in range(5)))
    data = "{name: sequences, path: 'seq [v2]', scaling: standard}"
    ended = aecli(
        "data",
        "seq2seq",
        "--set",
        f"data={data}",
        "--set",
        "model.output=linear",
        "--set",
        "objective.loss=mse",
    )
    assert ended.code == 0, ended.err


def test_a_run_on_digits_knows_its_file_from_any_folder(
    aecli: Any, monkeypatch: pytest.MonkeyPatch, place: Path
) -> None:
    x, y = grey(30, 0, 256), np.arange(30, dtype=np.uint8) % 3
    np.savez("km.npz", x_train=x[:20], y_train=y[:20], x_test=x[20:], y_test=y[20:])
    train(aecli, DENSE + BCE, "name: mnist, path: km.npz")
    (run,) = Path("runs").absolute().iterdir()
    (place / "else").mkdir()
    monkeypatch.chdir(place / "else")
    assert aecli("evaluate", run).code == 0


def test_recipes_are_reproduced_on_their_own_data_alone(aecli: Any) -> None:
    ended = aecli("reproduce", "images", "--data", "mnist5k")
    assert ended.code == 2
    assert "expects nothing of mnist5k" in ended.err


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("name: npz, path: both.npz", "holds x beside x_test, x_train"),
        ("name: sequences, path: both.npz, scaling: standard", "holds x beside x_test, x_train"),
        ("name: npz, path: objects.npz", r"y.astype(str)"),
        ("name: npz, path: first.npz", "channels first"),
        ("name: npz, path: wide.npz", "--set 'data.range=[0, 1]'"),
        ("name: npz, path: float.npz", "data.range=[-"),
        ("name: npz, path: near.npz", "[0, 1.000000"),
        ("name: npz, path: misnamed.npz", "np.savez('a.npz', x=x)"),
        ("name: images, path: both.npz", "data.name=npz"),
        ("name: images, path: twice", "both"),
    ],
)
def test_two_meanings_and_wrong_kinds_are_refused_with_a_cure(aecli: Any, data: str, message: str) -> None:
    x = grey(10, 0, 256)
    np.savez("both.npz", x=x, x_train=x, x_test=x)
    np.savez("objects.npz", x=x, y=np.array(list("abcdefghij"), object))
    np.savez("first.npz", x=np.zeros((5, 2, 8, 8), np.uint8))
    np.savez("wide.npz", x=(x > 99).astype(np.int64))
    np.savez("float.npz", x=x.astype(np.float32) - 100.5)
    np.savez(
        "near.npz", x=(x / 255 * 1.0000001).astype(np.float64).clip(0, 1.0000001) + (x == x.max()) * 1e-7
    )
    with Path("misnamed.npz").open("wb") as file:
        np.save(file, x)
    for name in ("train", "Train", "test"):
        save(f"twice/{name}", x[:2])
    Path("c.yaml").write_text(f"{DENSE}data: {{{data}}}\n")
    ended = aecli("data", "c.yaml")
    assert ended.code == 2
    assert message in ended.err


def test_bytes_that_never_exceed_one_are_warned_of(aecli: Any) -> None:
    np.savez("x.npz", x=grey(10, 0, 2))
    Path("c.yaml").write_text(f"{DENSE}data: {{name: npz, path: x.npz}}\n")
    ended = aecli("data", "c.yaml")
    assert "if 1 is white: --set 'data.range=[0, 1]'" in ended.err


def test_the_largest_integers_come_back_as_themselves() -> None:
    from aecli.data.scaling import Scaling

    for dtype in ("int64", "uint64", "int32", "uint16"):
        top = np.iinfo(dtype).max
        scaling = Scaling("range", dtype, (0.0,), (float(top),))
        assert scaling.restore(np.array([1.0, 0.0], np.float32)).tolist() == [top, 0]


def test_labels_that_are_measured_numbers_teach_no_probe(aecli: Any) -> None:
    rng = np.random.default_rng(0)
    np.savez("a.npz", x=rng.random((30, 4)), y=rng.random(30))
    train(aecli, DENSE + BCE, "name: npz, path: a.npz")
    ended = aecli("evaluate", "latest", "--json")
    assert ended.code == 0, ended.err
    assert "which name no classes" in ended.out
