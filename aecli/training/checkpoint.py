"""The state of a training after an epoch: all that is needed to go on as if nothing had happened.

An epoch is a function of (seed, epoch), and whatever looks back (schedules, early stopping, the best
epoch) looks at the history. So the state is the weights, the optimizer's variables and the history.
"""

import hashlib
import json
import logging
import re
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aecli.core.errors import RunError
from aecli.core.files import atomic_write
from aecli.data.array_files import DAMAGE
from aecli.training.history import MAX_BYTES, History
from aecli.training.trainer import Trainer

log = logging.getLogger(__name__)

NAME = re.compile(r"state-\d{6,}\.npz")
KEPT = 2
"""The newest state, and the one before it in case the newest turns out damaged."""


@dataclass(frozen=True)
class State:
    """A state at rest: the training may go on while it is written.

    Attributes:
        epochs: How many led to it, at least one.
        arrays: Copies of the variables by number, and the history as JSON.
    """

    epochs: int
    arrays: dict[str, NDArray[Any]]


def state_of(trainer: Trainer, history: History) -> State:
    """The state after the last epoch of `history`.

    Args:
        trainer: The training; its optimizer must have been built.
        history: The epochs so far, at least one.
    """
    arrays: dict[str, NDArray[Any]] = {
        f"v{i:04}": np.array(variable.value) for i, variable in enumerate(trainer.state)
    }
    arrays["history"] = np.frombuffer(history.to_json(), np.uint8)
    return State(len(history), arrays)


def save_state(folder: Path, state: State) -> None:
    """Saves a state with its checksum; removes all but the newest `KEPT`.

    Args:
        folder: The run's checkpoint folder.
        state: What to save.
    """
    digest = np.frombuffer(_digest(state.arrays), np.uint8)
    with atomic_write(folder / f"state-{state.epochs:06}.npz") as file:
        np.savez(file, allow_pickle=False, **state.arrays, digest=digest)
    for old in _states(folder)[KEPT:]:
        old.unlink()


def epochs_saved(folder: Path) -> int:
    """How many epochs led to the newest state of a checkpoint folder; 0 without one."""
    return max((int(path.stem.removeprefix("state-")) for path in _states(folder)), default=0)


def load_state(folder: Path, trainer: Trainer) -> History:
    """Puts a training back to where its newest readable state left it.

    Args:
        folder: The run's checkpoint folder.
        trainer: A training of the same config; its weights and optimizer are overwritten.

    Returns:
        The epochs before; empty if no epoch was ever completed.

    Raises:
        RunError: There are states, but none can be read.
    """
    states = _states(folder)
    for state in states:
        try:
            return _restore(state, trainer)
        except (*DAMAGE, RunError) as error:
            log.warning(f"{state.name} is damaged ({error}); trying the checkpoint before it")
    if states:
        raise RunError(f"{folder}: no checkpoint here can be read; the run can't be resumed")
    return History()


def _states(folder: Path) -> list[Path]:
    """The files of states, the newest first."""
    return sorted((path for path in folder.glob("state-*.npz") if NAME.fullmatch(path.name)), reverse=True)


def _restore(state: Path, trainer: Trainer) -> History:
    variables = trainer.state
    most = MAX_BYTES + 8 * sum(prod(variable.shape) for variable in variables)
    # Opened here, because NumPy doesn't close what it can't read.
    with state.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
        if sum(member.file_size for member in file.zip.infolist()) > most:
            raise RunError("it would take far more memory than this network's weights do")
        arrays = {name: file[name] for name in file.files}
    digest = arrays.pop("digest").tobytes()
    if digest != _digest(arrays):
        raise RunError("its checksum doesn't match")
    history = History.checked(json.loads(arrays.pop("history").tobytes()))
    values = [arrays[f"v{i:04}"] for i in range(len(arrays))]
    shapes = [tuple(value.shape) for value in values]
    if shapes != [tuple(variable.shape) for variable in variables]:
        raise RunError("it belongs to another network or optimizer")
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)
    return history


def _digest(arrays: dict[str, NDArray[Any]]) -> bytes:
    digest = hashlib.sha256()
    for name in sorted(arrays):
        digest.update(f"{name}{arrays[name].dtype.str}{arrays[name].shape}".encode())
        digest.update(np.ascontiguousarray(arrays[name]).data)
    return digest.digest()
