"""What a run folder holds before the first epoch, or before the first one after a stop."""

import resource
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from aecli.config.load import load_config
from aecli.core import provenance
from aecli.core.errors import RequestError
from aecli.experiment.begin import RESERVED_BYTES, begin, begin_again
from aecli.experiment.prepare import Experiment, prepare_experiment
from aecli.runs.creation import create
from aecli.runs.folder import RunFolder
from aecli.runs.record import Record, Status
from tests.whole_runs import VAE, config, write_digits

MNIST = "data: {validation_split: 0.2"


@pytest.fixture(scope="module")
def experiment(tmp_path_factory: pytest.TempPathFactory, tensorflow: Any) -> Experiment:
    place = tmp_path_factory.mktemp("digits")
    write_digits(place / "mnist.npz")
    return prepare_experiment(config(VAE.replace(MNIST, f"{MNIST}, path: '{place / 'mnist.npz'}'")))


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    return create(tmp_path / "runs", "noisy")


def content(folder: RunFolder) -> dict[str, bytes]:
    """The files in a run's folder."""
    return {path.name: path.read_bytes() for path in folder.path.rglob("*") if path.is_file()}


def test_the_record_says_what_is_known_before_the_start(experiment: Experiment, folder: RunFolder) -> None:
    record = begin(experiment, folder, "aecli train vae")
    assert Record.read(folder.record_file) == record
    assert (record.id, record.status, record.words) == (
        folder.path.name[1:],
        Status.RUNNING,
        "dense × gaussian × elbo",
    )
    assert (record.command, record.seed, record.plugins) == ("aecli train vae", 0, [])
    # 784 → 16 → two means and two variances; and back.
    encoder = 784 * 16 + 16 + 2 * (16 * 2 + 2)
    assert record.parameters == encoder + 2 * 16 + 16 + 16 * 784 + 784
    assert record.latent_shape == [2]
    assert (record.monitored, record.unit, record.epochs) == ("validation", "nats/image", 4)
    assert record.data["train_samples"] == 88
    assert record.versions == provenance.versions()
    assert (record.epochs_done, record.test, record.network, record.ended) == (0, {}, None, None)
    started = datetime.fromisoformat(record.started)
    assert timedelta(0) <= datetime.now(UTC) - started < timedelta(minutes=1)


def test_the_config_in_the_folder_is_the_one_that_is_trained(
    experiment: Experiment, folder: RunFolder
) -> None:
    begin(experiment, folder, "aecli train")
    assert load_config(folder.config).config == experiment.config
    assert set(content(folder)) == {"config.yaml", "run.json", ".reserve"}
    assert folder.reserve.stat().st_size == RESERVED_BYTES


@pytest.mark.parametrize("blocked", [".reserve", "config.yaml", "run.json"])
def test_a_folder_that_cannot_be_written_leaves_nothing(
    blocked: str, experiment: Experiment, folder: RunFolder
) -> None:
    runs_dir = folder.path.parent
    (folder.path / blocked).mkdir()
    with pytest.raises(RequestError, match="no run can be started here: Is a directory") as refused:
        begin(experiment, folder, "aecli train")
    assert str(refused.value).startswith(f"{runs_dir}: ")
    assert list(runs_dir.iterdir()) == []


def test_without_room_nothing_is_left(experiment: Experiment, folder: RunFolder) -> None:
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (RESERVED_BYTES // 2, limits[1]))
    try:
        with pytest.raises(RequestError, match="no run can be started here: File too large"):
            begin(experiment, folder, "aecli train")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert list(folder.path.parent.iterdir()) == []


def stopped(experiment: Experiment, folder: RunFolder) -> Record:
    """A run that was interrupted, and gave its reserve back."""
    record = begin(experiment, folder, "aecli train")
    folder.reserve.unlink()
    return record.updated(
        folder.record_file, status=Status.INTERRUPTED, reason="Ctrl-C", ended="then", epochs_done=3
    )


def test_a_run_that_goes_on_says_so(experiment: Experiment, folder: RunFolder) -> None:
    before = stopped(experiment, folder)
    training = experiment.config.training.model_copy(update={"epochs": 9})
    longer = Experiment(
        experiment.config.model_copy(update={"training": training}), experiment.data, experiment.network
    )
    record = begin_again(longer, folder, before, "aecli train --resume")
    assert Record.read(folder.record_file) == record
    assert (record.status, record.reason, record.ended) == (Status.RUNNING, None, None)
    assert (record.epochs, record.epochs_done) == (9, 3)
    assert (record.started, record.command) == (before.started, "aecli train")
    assert load_config(folder.config).config.training.epochs == 9
    assert folder.reserve.stat().st_size == RESERVED_BYTES
    again = begin_again(longer, folder, record, "once more")
    assert [each["command"] for each in again.resumptions] == ["aecli train --resume", "once more"]
    assert again.resumptions[0]["versions"] == provenance.versions()


@pytest.mark.parametrize("blocked", [".reserve", "config.yaml"])
def test_where_a_run_cannot_go_on_all_stays_as_it_was(
    blocked: str, experiment: Experiment, folder: RunFolder
) -> None:
    record = stopped(experiment, folder)
    (folder.path / blocked).unlink(missing_ok=True)
    (folder.path / blocked).mkdir()
    before = content(folder)
    with pytest.raises(RequestError, match="the run can't go on here: Is a directory"):
        begin_again(experiment, folder, record, "aecli train --resume")
    assert content(folder) == before
    assert Record.read(folder.record_file) == record


def test_a_record_that_can_not_be_written_keeps_the_config_as_it_was(
    experiment: Experiment, folder: RunFolder
) -> None:
    record = stopped(experiment, folder)
    before = folder.config.read_bytes()
    folder.record_file.unlink()
    folder.record_file.mkdir()
    training = experiment.config.training.model_copy(update={"epochs": 9})
    config = experiment.config.model_copy(update={"training": training})
    with pytest.raises(RequestError, match="the run can't go on here: Is a directory"):
        begin_again(Experiment(config, experiment.data, experiment.network), folder, record, "again")
    assert folder.config.read_bytes() == before
