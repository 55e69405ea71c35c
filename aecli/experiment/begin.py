"""What a run folder holds before its first epoch, or before the first one after a stop."""

import shutil
from contextlib import suppress
from datetime import UTC, datetime

from aecli.config.plugins import used_plugins
from aecli.config.yaml_text import dump
from aecli.core import provenance
from aecli.core.errors import RequestError
from aecli.core.files import write_text
from aecli.core.options import tag_of
from aecli.experiment.prepare import Experiment
from aecli.runs.folder import RunFolder
from aecli.runs.record import Record, Status

RESERVED_BYTES = 2**16
"""Room for the record of a run that fails because the disk is full."""


def begin(experiment: Experiment, folder: RunFolder, command: str) -> Record:
    """Writes what is known of a run before it starts; if there is no room even for that, leaves nothing.

    Raises:
        RequestError: The folder can't be written to.
    """
    record = _first_record(experiment, folder, command)
    try:
        folder.reserve.write_bytes(bytes(RESERVED_BYTES))
        write_text(folder.config, dump(experiment.config.model_dump(mode="json")))
        record.write(folder.record_file)
    except OSError as error:
        shutil.rmtree(folder.path, ignore_errors=True)
        raise RequestError(f"{folder.path.parent}: no run can be started here: {error.strerror}") from error
    return record


def begin_again(experiment: Experiment, folder: RunFolder, record: Record, command: str) -> Record:
    """Writes that a run goes on.

    Raises:
        RequestError: The folder can't be written to; what was in it still is.
    """
    resumption = {"command": command, "started": now(), "versions": provenance.versions()}
    before = None
    try:
        before = folder.config.read_text(encoding="utf-8")
        folder.reserve.write_bytes(bytes(RESERVED_BYTES))
        write_text(folder.config, dump(experiment.config.model_dump(mode="json")))
        return record.updated(
            folder.record_file,
            status=Status.RUNNING,
            reason=None,
            ended=None,
            epochs=experiment.config.training.epochs,
            resumptions=[*record.resumptions, resumption],
        )
    except OSError as error:
        with suppress(OSError):
            folder.reserve.unlink(missing_ok=True)
            if before is not None:
                write_text(folder.config, before)
        raise RequestError(f"{folder.path}: the run can't go on here: {error.strerror}") from error


def _first_record(experiment: Experiment, folder: RunFolder, command: str) -> Record:
    """What is known of a run before it starts."""
    config, network = experiment.config, experiment.network
    return Record(
        id=folder.id,
        status=Status.RUNNING,
        model=tag_of(config.model),
        latent=tag_of(config.model.latent),
        objective=tag_of(config.objective),
        plugins=used_plugins(config),
        command=command,
        seed=config.seed,
        versions=provenance.versions(),
        git_commit=provenance.git_commit(),
        host=provenance.host(),
        platform=provenance.machine(),
        device=provenance.device(),
        data=experiment.data.record,
        monitored=experiment.data.monitors,
        parameters=network.autoencoder.count_params(),
        latent_shape=list(network.latent_shape),
        started=now(),
        epochs=config.training.epochs,
        unit=config.objective.distortion().unit(experiment.data.kind),
    )


def now() -> str:
    """The time, as a record holds it."""
    return datetime.now(UTC).isoformat(timespec="seconds")
