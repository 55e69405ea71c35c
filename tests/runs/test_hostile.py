"""Run folders that were broken, or made to break something."""

import json
import os
import shutil
import time
import zipfile

import numpy as np
import pytest

from aecli.runs.folder import RunFolder
from tests.whole_runs import DENSE, train

pytestmark = pytest.mark.usefixtures("tensorflow")


@pytest.fixture(scope="module")
def good_run(tmp_path_factory):
    """A complete run, to be copied and then broken."""
    from tests.whole_runs import write_digits

    place = tmp_path_factory.mktemp("good")
    write_digits(place / "mnist.npz")
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setenv("AECLI_DATA_DIR", str(place))
        return train(DENSE, place / "runs")


@pytest.fixture
def run(good_run, tmp_path):
    """A copy of a complete run in a runs folder of its own."""
    path = tmp_path / "runs" / good_run.id
    shutil.copytree(good_run.path, path)
    return RunFolder(path)


def network_file(run):
    """The file of the network that a run's record names."""
    return run.network(run.read_record().network) / "autoencoder.keras"


def test_a_moved_run_can_be_drawn_without_its_data(run, aecli):
    ended = aecli("visualize", run.path, "--only", "reconstructions")
    assert ended.code == 0, ended.err


def test_code_in_a_checkpoint_is_never_run(run, aecli, tmp_path):
    """A network file whose description holds a Lambda layer gives its numbers, and nothing else."""
    stolen = tmp_path / "stolen"
    last = network_file(run)
    with zipfile.ZipFile(last) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    evil = {
        "module": "keras.layers",
        "class_name": "Lambda",
        "config": {"name": "x", "function": f"__import__('pathlib').Path({str(stolen)!r}).touch()"},
    }
    parts["config.json"] = json.dumps(evil).encode()
    with zipfile.ZipFile(last, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    ended = aecli("visualize", run.path, "--only", "reconstructions")
    assert ended.code == 0, ended.err
    assert not stolen.exists()


def test_a_checkpoint_of_another_network_is_refused(run, aecli):
    text = run.config.read_text().replace("dim: 8", "dim: 9")
    run.config.write_text(text)
    ended = aecli("visualize", run.path)
    assert ended.code == 2
    assert "can't be read as this run's network" in ended.err


def test_a_checkpoint_that_unpacks_to_far_too_much_is_refused(run, aecli):
    with zipfile.ZipFile(network_file(run), "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("assets/bomb", bytes(2**25))
    ended = aecli("visualize", run.path)
    assert ended.code == 2
    assert "far more than this network's weights" in ended.err


@pytest.mark.parametrize(
    "damage",
    [
        ("run.json", b"[" * 100_000),
        ("run.json", b"\x00\xff"),
        ("run.json", b'{"status": "completed"}'),
        ("config.yaml", b"model: &a [*a, *a]"),
        ("config.yaml", b"model: !!python/object/apply:os.system ['true']"),
        ("metrics.csv", b"epoch,total\n1,abc\n"),
        ("networks/*/reference.npz", b"PK\x03\x04 half a file"),
        ("networks/*/autoencoder.keras", b"no zip"),
    ],
    ids=lambda damage: f"{damage[0]} {damage[1][:12]!r}",
)
def test_a_damaged_file_is_named(damage, run, aecli):
    name, content = damage
    (file,) = run.path.glob(name)
    file.write_bytes(content)
    ended = aecli("visualize", run.path)
    assert ended.code == 2
    assert file.name in ended.err
    assert "Traceback" not in ended.err


@pytest.mark.parametrize("name", ["run.json", "config.yaml", "metrics.csv", "metrics.json", ".lock"])
@pytest.mark.parametrize("command", ["runs", "compare", "evaluate", "train"])
def test_a_pipe_is_refused_without_waiting(run, aecli, command, name):
    if name == ".lock":  # only who believes that the run is under way asks for its lock
        run.record_file.write_text(run.record_file.read_text().replace('"completed"', '"running"'))
    (run.path / name).unlink(missing_ok=True)
    os.mkfifo(run.path / name)
    arguments = {"evaluate": [run.path], "train": ["--resume", run.path, "--epochs", 99]}.get(command, [])
    if command != "evaluate":
        arguments = [*arguments, "--runs-dir", run.path.parent]
    ended = aecli(command, *arguments)
    assert ended.code == (0 if command in ("runs", "compare") else 2), ended.err
    assert "Traceback" not in ended.err


def test_pickled_objects_are_refused(run, aecli):
    (path,) = run.networks.glob("*/reference.npz")
    with np.load(path) as file:
        arrays = dict(file)
    arrays["sample_labels"] = np.array([{"a": 1}], dtype=object)
    np.savez(path, **arrays)
    ended = aecli("visualize", run.path)
    assert ended.code == 2
    assert "reference.npz" in ended.err


def test_links_out_of_the_folder_are_refused(run, aecli, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    shutil.rmtree(run.figures)
    run.figures.symlink_to(tmp_path / "elsewhere")
    ended = aecli("visualize", run.path)
    assert ended.code == 2
    assert "is a link" in ended.err
    assert not list((tmp_path / "elsewhere").iterdir())


def test_a_thousand_runs_some_of_them_damaged_are_listed_and_compared_quickly(good_run, aecli, tmp_path):
    record, config = good_run.record_file.read_text(), good_run.config.read_text()
    for number in range(1000):
        folder = tmp_path / "runs" / f"20260101-{number:06}-many"
        folder.mkdir(parents=True)
        (folder / "run.json").write_text(record if number % 10 else "{")
        (folder / "config.yaml").write_text(config.replace("seed: 0", f"seed: {number}"))
        (folder / "metrics.csv").write_bytes(good_run.metrics.read_bytes())
    for command in (["runs"], ["compare", "--last", 1000]):
        begun = time.process_time()
        ended = aecli(*command, "--runs-dir", tmp_path / "runs")
        assert time.process_time() - begun < 3.0
        assert ended.code == 0
        started = [line for line in ended.out.splitlines() if line.startswith("20260101-")]
        lines = [line for line in started if not line.split()[0].endswith(":")]  # those say what is damaged
        assert len(lines) == 1000
        assert sum("damaged" in line for line in lines) == 100
