"""The training options that decide something: when to stop, and what is kept."""

import math
import random
from types import SimpleNamespace

import pytest

from aecli.training.options import EarlyStopping, TrainingOptions


def epochs_until_stop(rule: EarlyStopping, losses: list[float]) -> int | None:
    """After how many epochs the rule ends a training with these losses; None if never."""
    return next((n for n in range(len(losses) + 1) if rule.says_stop(losses[:n])), None)


def test_training_stops_after_patience_epochs_without_improvement() -> None:
    assert epochs_until_stop(EarlyStopping(patience=3), [5, 4, 3, 4, 5, 6, 1]) == 6
    assert epochs_until_stop(EarlyStopping(patience=4), [5, 4, 3, 4, 5, 6, 1]) is None


def test_an_equal_loss_is_no_improvement() -> None:
    assert epochs_until_stop(EarlyStopping(patience=2), [1.0, 1.0, 1.0]) == 3


def test_improvements_smaller_than_min_delta_do_not_count() -> None:
    losses = [1.0, 0.9, 0.8, 0.7, 0.6]
    assert epochs_until_stop(EarlyStopping(patience=2, min_delta=0.5), losses) == 3
    assert epochs_until_stop(EarlyStopping(patience=2, min_delta=0.05), losses) is None


def test_small_improvements_add_up() -> None:
    assert (
        epochs_until_stop(EarlyStopping(patience=3, min_delta=0.15), [1.0, 0.9, 0.8, 0.7, 0.6, 0.5]) is None
    )


def test_before_the_first_epoch_nothing_stops() -> None:
    assert not EarlyStopping(patience=1).says_stop([])


def test_a_loss_that_is_no_number_is_no_improvement() -> None:
    assert epochs_until_stop(EarlyStopping(patience=2), [1.0, math.nan, math.nan, 0.5]) == 3


def test_the_best_epoch_is_kept_when_it_is_asked_for_or_training_stops_early() -> None:
    assert not TrainingOptions().selects
    assert TrainingOptions(select_best=True).selects
    assert TrainingOptions(early_stopping=EarlyStopping()).selects


@pytest.mark.usefixtures("tensorflow")
@pytest.mark.parametrize("seed", range(12))
def test_early_stopping_does_what_keras_does(seed: int) -> None:
    import keras

    draw = random.Random(seed)
    patience, min_delta = draw.randint(1, 6), draw.choice([0.0, 1 / 8])
    # Eighths are exact in 32 bits, so that ties are ties here and there.
    losses = [draw.randint(0, 16) / 8 - epoch // 3 / 8 for epoch in range(40)]

    theirs = keras.callbacks.EarlyStopping(
        monitor="test_total", mode="min", patience=patience, min_delta=min_delta
    )
    model = SimpleNamespace(stop_training=False)
    theirs.set_model(model)
    theirs.on_train_begin()
    stopped = None
    for epoch, loss in enumerate(losses):
        theirs.on_epoch_end(epoch, {"test_total": loss})
        if model.stop_training:
            stopped = epoch + 1
            break
    assert epochs_until_stop(EarlyStopping(patience=patience, min_delta=min_delta), losses) == stopped
