"""A sweep on a cluster: nodes that share no folder, one of which is lost."""

from pathlib import Path

import pytest

from aecli.config.yaml_text import dump
from aecli.runs.lookup import runs_in
from aecli.runs.record import Status
from aecli.sweeps import node
from aecli.sweeps.drive import drive
from aecli.sweeps.sweep import Resources
from tests.sweeps.made_up import opened, run_of_trial, study_of
from tests.whole_runs import rows_without_times, train, write_digits

TEXT = """
base:
  model: {type: dense, latent: {dim: 4, activation: relu}}
  training: {epochs: 60, batch_size: 32, optimizer: {type: adam}}
search:
  training.optimizer.learning_rate: {log: [1e-3, 1e-1]}
trials: 8
sampler: random
"""


@pytest.fixture
def cluster(tmp_path, monkeypatch):
    """Two nodes with a folder for temporary files each, and a head that trains nothing."""
    pytest.importorskip("ray")
    import ray
    from ray.cluster_utils import Cluster

    write_digits(tmp_path / "mnist.npz")
    monkeypatch.setenv("AECLI_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("PYTHONPATH", str(Path.cwd()))
    made = Cluster(initialize_head=True, head_node_args={"num_cpus": 0})
    yield made
    ray.shutdown()
    made.shutdown()


def workers_of(cluster, sweep):
    from aecli.sweeps.cluster import Cluster

    return Cluster(cluster.address, Resources(), [], dump(sweep.config({}).model_dump(mode="json")))


def add_node(cluster, folder, **variables):
    folder.mkdir()
    return cluster.add_node(num_cpus=1, env_vars={"TMPDIR": str(folder), **variables})


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.slow
def test_a_lost_node_costs_no_trial(tmp_path, cluster, tensorflow, no_figures):
    sweep, folder = opened(tmp_path, TEXT)
    nodes = [add_node(cluster, tmp_path / name) for name in ("one", "two")]
    workers = workers_of(cluster, sweep)
    assert workers.count == 2
    lost = []

    def lose_a_node():
        """Once some trials are complete and two are under way."""
        shown = [run.read_record().status for run in runs_in(folder.runs)]
        if not lost and shown.count(Status.RUNNING) == 2 and shown.count(Status.COMPLETED) >= 2:
            lost.append(nodes.pop())
            cluster.remove_node(lost[0], allow_graceful=False)

    with folder.driven():
        study = study_of(sweep, folder)
        drive(sweep, folder, study, workers, lose_a_node)
    assert lost
    assert [trial.state.name for trial in study.trials] == ["COMPLETE"] * 8
    resumed = 0
    for trial in study.trials:
        run = run_of_trial(folder, trial.number)
        record = run.read_record()
        assert record.status is Status.COMPLETED
        resumed += bool(record.resumptions)
        here = train((folder.trials / f"trial-{trial.number:04}.yaml").read_text(), tmp_path / "here")
        assert rows_without_times(run) == rows_without_times(here)
        assert record.weights == here.read_record().weights
    assert resumed == 1


def test_a_node_with_another_version_or_other_data_is_refused():
    from aecli.sweeps.cluster import refusal

    here = {"aecli": "1", "tensorflow": "2"}
    data = ("a", "b")
    assert refusal(node.Found(here, data), here, None) == ""
    assert refusal(node.Found(here, data), here, data) == ""
    assert "tensorflow 3 in place of 2" in refusal(node.Found({**here, "tensorflow": "3"}, data), here, data)
    assert "its data is another" in refusal(node.Found(here, ("a", "c")), here, data)
    assert "can't read the data: there is none" in refusal(
        node.Found(here, trouble="there is none"), here, data
    )


def test_a_parcel_makes_a_folder_what_it_was(tmp_path, run_of):
    run = run_of("dense")
    arrived = node.unpack(node.pack(run), tmp_path)
    (arrived.checkpoints / "stale").write_text("old")
    arrived = node.unpack(node.pack(run), tmp_path)
    files = [path for path in run.path.rglob("*") if path.is_file() and path.name not in node.LEFT_BEHIND]
    assert len(list(arrived.path.rglob("*.*"))) == len([path for path in files if "." in path.name])
    assert all(
        (arrived.path / path.relative_to(run.path)).read_bytes() == path.read_bytes() for path in files
    )
