"""Products in bfloat16: close to float32, and only while a training lasts."""

from pathlib import Path

import numpy as np
import pytest

from aecli.core.errors import ConfigError
from aecli.training.history import History
from tests.whole_runs import DENOISING, heard, train

pytestmark = pytest.mark.usefixtures("tensorflow", "mnist", "no_figures")
MIXED = DENOISING.replace("{epochs: 4,", "{epochs: 4, precision: mixed_bfloat16,")


def test_it_trains_to_nearly_the_same_loss_and_leaves_nothing_behind(tmp_path: Path) -> None:
    import tensorflow as tf

    from aecli.training.precision import can_round

    exact = History.read_csv(train(DENOISING, tmp_path / "runs").metrics)
    with heard() as warnings:
        run = train(MIXED, tmp_path / "runs")
    assert any("nothing for bfloat16" in text for text in warnings) is not can_round()
    rounded = History.read_csv(run.metrics)
    np.testing.assert_allclose(rounded.column("test_total"), exact.column("test_total"), rtol=0.03)
    assert (rounded.column("test_total") != exact.column("test_total")) is can_round()
    assert not any(tf.config.optimizer.get_experimental_options().values())
    again = History.read_csv(train(MIXED, tmp_path / "runs").metrics)
    assert again.column("test_total") == rounded.column("test_total")


def test_it_does_not_go_with_xla(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"mixed_bfloat16' doesn't go with 'execution.compile: true'"):
        train(MIXED.replace("{epochs", "{execution: {compile: true}, epochs"), tmp_path / "runs")
