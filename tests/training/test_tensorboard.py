"""What TensorBoard is shown, read by its own reader."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from aecli.training.history import History
from tests.whole_runs import DENSE, VAE, heard, train

pytestmark = pytest.mark.usefixtures("tensorflow", "mnist", "no_figures")


def events(folder: Path) -> Any:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    read = EventAccumulator(str(folder))
    read.Reload()
    return read


def numbers(read: Any, tag: str) -> list[float]:
    from tensorboard.util.tensor_util import make_ndarray

    return [float(make_ndarray(event.tensor_proto)) for event in read.Tensors(tag)]


def test_curves_images_config_and_hyperparameters_are_there(tmp_path: Path) -> None:
    import tensorflow as tf
    from tensorboard.plugins.hparams.plugin_data_pb2 import HParamsPluginData
    from tensorboard.util.tensor_util import make_ndarray

    run = train(DENSE, tmp_path / "runs")
    history = History.read_csv(run.metrics)
    folders = {"": run.tensorboard / "train", "test_": run.tensorboard / "test"}
    for prefix, folder in folders.items():
        read = events(folder)
        for part in ("reconstruction", "total"):
            expected = np.float32(history.column(f"{prefix}{part}"))
            np.testing.assert_array_equal(np.float32(numbers(read, f"nats per pixel/{part}")), expected)
    rates = np.float32(numbers(events(folders[""]), "learning_rate"))
    np.testing.assert_array_equal(rates, np.float32(history.column("learning_rate")))

    read = events(run.tensorboard)
    images = read.Tensors("reconstructions")
    assert [event.step for event in images] == [1, 2, 3, 4]
    width, height, png = make_ndarray(images[-1].tensor_proto)
    assert tf.io.decode_png(png).shape == (int(height), int(width), 1)
    (histogram,) = read.Tensors("codes")
    with np.load(next(run.networks.glob("*/reference.npz"))) as kept:
        codes = kept["test_codes"]
    buckets = make_ndarray(histogram.tensor_proto)
    assert histogram.step == 4
    assert (buckets[0, 0], buckets[-1, 1]) == pytest.approx((codes.min(), codes.max()))
    assert buckets[:, 2].sum() == codes.size
    (text,) = make_ndarray(read.Tensors("config")[0].tensor_proto).ravel()[:1]
    assert "dim: 8" in text.decode()
    content = read.SummaryMetadata("_hparams_/session_start_info").plugin_data.content
    values = HParamsPluginData.FromString(content).session_start_info.hparams
    assert values["training.batch_size"].number_value == 32
    assert values["model.type"].string_value == "dense"
    assert not [name for name, value in values.items() if value.string_value in ("[]", "None")]


def test_held_out_samples_have_curves_of_their_own(tmp_path: Path) -> None:
    run = train(VAE, tmp_path / "runs")
    history = History.read_csv(run.metrics)
    assert {path.name for path in run.tensorboard.iterdir() if path.is_dir()} == {"train", "validation"}
    expected = np.float32(history.column("val_kl"))
    np.testing.assert_array_equal(
        np.float32(numbers(events(run.tensorboard / "validation"), "nats per image/kl")), expected
    )


def test_a_failure_is_a_warning_and_ends_the_writing_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from aecli.training import tensorboard

    def broken(tag: str, pixels: Any) -> None:
        raise OSError("the disk is sulking")

    monkeypatch.setattr(tensorboard, "image_pb", broken)
    with heard() as warnings:
        run = train(DENSE, tmp_path / "runs")
    assert run.read_record().status == "completed"
    assert warnings.count("TensorBoard gets no more of this run: the disk is sulking") == 1
