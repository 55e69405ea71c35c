"""aecli from Python: train a config, open a run, use it on arrays."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from aecli.config.load import open_config
from aecli.config.overrides import Override
from aecli.config.plugins import load_plugin
from aecli.core import backend, log
from aecli.core.errors import DataError, RequestError
from aecli.data.stored import check_labels
from aecli.inference.inputs.batch import Named
from aecli.inference.inputs.gate import admit, check_lengths, check_shape
from aecli.runs.creation import check_name
from aecli.runs.opened import OpenedRun, open_run

File = str | os.PathLike[str]


class Run:
    """A trained run, on arrays.

    Arrays hold numbers as the data did that the run was trained on, before they were scaled: of images in
    MNIST's form, uint8 from 0 to 255. What comes out has the same dtype.

    Args:
        opened: The run with its network.
    """

    def __init__(self, opened: OpenedRun) -> None:
        self._opened = opened

    @property
    def path(self) -> Path:
        """The run's folder."""
        return self._opened.folder.path

    @property
    def config(self) -> dict[str, Any]:
        """The whole config, as plain data."""
        return self._opened.config.model_dump(mode="json")

    @property
    def sample_shape(self) -> tuple[int, ...]:
        """The shape of one sample: (height, width[, channels]), (steps, features) or (numbers,)."""
        return self._opened.network.sample_shape

    @property
    def latent_shape(self) -> tuple[int, ...]:
        """The shape of one code."""
        return self._opened.network.latent_shape

    @property
    def history(self) -> list[dict[str, float]]:
        """What each epoch reached, by name: `metrics.csv`."""
        from aecli.training.history import History

        return list(History.read_csv(self._opened.folder.metrics))

    @property
    def metrics(self) -> dict[str, float]:
        """What it reached on its test samples: the loss, as `test.…`, and what `aecli evaluate` measured."""
        from aecli.reports.comparison.compared import read_run

        return {name: metric.value for name, metric in read_run(self._opened.folder).metrics.items()}

    def encode(
        self, x: ArrayLike, lengths: Sequence[int] | None = None, labels: ArrayLike | None = None
    ) -> NDArray[np.float32]:
        """Encodes samples.

        Args:
            x: One sample, of `sample_shape`, or many, (count, *sample_shape), in stored units. Sequences may have
                fewer steps.
            lengths: Of many sequences, how many steps of each are real; all by default.
            labels: For a run with a condition, what each sample shows, or one label for all.

        Returns:
            Their codes, of `latent_shape` or (count, *latent_shape); of a VAE, the means.

        Raises:
            DataError: The run can't take them.
        """
        samples, one = self._scaled(x, lengths)
        told = self._told(labels, len(samples))
        return _all(
            lambda: self._opened.network.encode_all(samples, told), len(samples), self.latent_shape, one
        )

    def decode(self, z: ArrayLike, labels: ArrayLike | None = None) -> NDArray[Any]:
        """Decodes codes.

        Args:
            z: One code, of `latent_shape`, or many, (count, *latent_shape).
            labels: As for `encode`.

        Returns:
            Items in stored units, of `sample_shape` or (count, *sample_shape).

        Raises:
            DataError: These are no codes of this run.
        """
        codes = np.asarray(z)
        many, one = _as_many(codes, self.latent_shape)
        if many is None or codes.dtype.kind not in "biuf" or not np.isfinite(codes).all():
            raise DataError(
                f"expected codes of shape {self.latent_shape}, or many of them, finite numbers all; received "
                f"{codes.dtype} of shape {codes.shape}"
            )
        network = self._opened.network
        told = self._told(labels, len(many))
        codes = many.astype(np.float32)
        samples = _all(lambda: network.decode_all(codes, told), len(codes), self.sample_shape, one)
        return self._opened.scaling.restore(samples)

    def reconstruct(
        self, x: ArrayLike, lengths: Sequence[int] | None = None, labels: ArrayLike | None = None
    ) -> NDArray[Any]:
        """Encodes and decodes samples: arguments as for `encode`; returns samples as `decode` does."""
        samples, one = self._scaled(x, lengths)
        network, told = self._opened.network, self._told(labels, len(samples))

        def both() -> NDArray[np.float32]:
            return network.decode_all(network.encode_all(samples, told), told)

        return self._opened.scaling.restore(_all(both, len(samples), self.sample_shape, one))

    def __repr__(self) -> str:
        """The run's model and folder."""
        return f"<aecli run {self._opened.record.words}: {self.path}>"

    def _told(self, labels: ArrayLike | None, count: int) -> NDArray[np.float32] | None:
        """Labels as the network takes them, (count, classes); None where it takes none."""
        from aecli.inference.inputs.told import told_of

        if labels is None:
            return told_of(self._opened, None, "labels=")
        if self._opened.classes is None:
            raise DataError("labels: this run was trained without a condition, and takes none")
        given = np.asarray(labels)
        many = np.full(count, given[()]) if given.ndim == 0 else given
        check_labels(many, count, "labels")
        return told_of(self._opened, many, "labels")

    def _scaled(self, x: ArrayLike, lengths: Sequence[int] | None) -> tuple[NDArray[np.float32], bool]:
        """Samples as the network takes them, (count, *sample_shape), and whether it was a single one."""
        stored, scaling, shape = np.asarray(x), self._opened.scaling, self.sample_shape
        one = stored.ndim == len(shape)
        many = stored[np.newaxis] if one else stored
        check_shape(many.shape[1:], shape, self._opened.kind, "x")
        scaling.check_dtype(stored.dtype, "x")
        steps: NDArray[np.integer] | None = None
        if self._opened.kind == "sequences":
            steps = np.full(len(many), many.shape[1]) if lengths is None else np.asarray(lengths)
            check_lengths(steps, len(many), many.shape[1], "lengths")
        elif lengths is not None:
            raise DataError(f"lengths: this run is of {self._opened.kind}, which have none")
        if not len(many):
            return np.empty((0, *shape), np.float32), one
        batch, wrong = admit(Named(np.arange(len(many)), lengths=steps), many, shape, scaling, "x, number ")
        if wrong:
            raise DataError(wrong[0])
        return batch.samples, one


def train(
    config: File,
    options: Mapping[str, Any] | None = None,
    *,
    name: str | None = None,
    runs_dir: File | None = None,
    plugins: Iterable[File] = (),
    quiet: bool = False,
) -> Run:
    """Trains a config into a new run folder, as `aecli train` does.

    Args:
        config: A YAML file, or the name of a recipe.
        options: Values to set, by dotted name: `{"training.epochs": 5}`.
        name: The run's name; by default the config's.
        runs_dir: The folder of all runs; by default $AECLI_RUNS_DIR, or `runs`.
        plugins: Python files with things of one's own, such as a network; they are run.
        quiet: Say warnings only.

    Raises:
        RequestError: Something asked for can't be done; no folder was made.
        RunFailed: The training failed or was interrupted; its folder says so.
    """
    log.start(quiet)
    _load_plugins(plugins)
    loaded = open_config(os.fspath(config), [_override(key, value) for key, value in (options or {}).items()])
    checked = loaded.require_data()
    called = check_name(name or loaded.name)
    backend.load()
    from aecli.experiment import train as experiment

    typed = f"aecli.train({str(config)!r}, {dict(options or {})!r})"
    folder = experiment.train(checked, called, _runs_dir(runs_dir), typed)
    return Run(open_run(str(folder.path), folder.path.parent))


def load_run(run: File, *, runs_dir: File | None = None, plugins: Iterable[File] = ()) -> Run:
    """Opens a run.

    Args:
        run: A run's folder, its id, a unique beginning of one, or `latest`.
        runs_dir: The folder of all runs; by default $AECLI_RUNS_DIR, or `runs`.
        plugins: Python files with what it needs; they are run.

    Raises:
        RunError: There is no such run, or it has no network, or is damaged.
    """
    log.start(quiet=True)
    _load_plugins(plugins)
    return Run(open_run(os.fspath(run), _runs_dir(runs_dir)))


def _load_plugins(plugins: Iterable[File]) -> None:
    if isinstance(plugins, str | os.PathLike):
        raise RequestError("plugins: expected a list of files, such as ['my_model.py']")
    for plugin in plugins:
        load_plugin(Path(plugin))


def _runs_dir(given: File | None) -> Path:
    return Path(given if given is not None else os.environ.get("AECLI_RUNS_DIR") or "runs")


def _override(key: str, value: Any) -> Override:
    """A value by its dotted name.

    Raises:
        RequestError: It is none that a config could hold.
    """
    flag = f"{key}={value!r}"
    try:
        plain = json.loads(json.dumps(value))
    except (TypeError, ValueError) as error:
        raise RequestError(f"{flag}: no config can hold such a value ({type(value).__name__})") from error
    if not key or not all(key.split(".")):
        raise RequestError(f"{flag}: expected a dotted name, such as training.epochs")
    return Override(tuple(key.split(".")), plain, flag)


def _as_many(array: NDArray[Any], shape: tuple[int, ...]) -> tuple[NDArray[Any] | None, bool]:
    """An array as many of a shape, and whether it was one; None if it is neither."""
    if array.shape == shape:
        return array[np.newaxis], True
    return (array, False) if array.ndim and array.shape[1:] == shape else (None, False)


def _all(
    function: Callable[[], NDArray[np.float32]], count: int, shape: tuple[int, ...], one: bool
) -> NDArray[np.float32]:
    """What the function gives for so many, or for none at all; the first of them if there was one."""
    found = function() if count else np.empty((0, *shape), np.float32)
    return found[0] if one else found
