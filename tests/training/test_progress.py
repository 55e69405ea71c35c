"""What is left on the screen of a training."""

import logging
import re

import pytest

from aecli.core import log as log_
from aecli.training.history import History

pytestmark = pytest.mark.usefixtures("tensorflow")


def epochs_said(caplog, epochs):
    from aecli.training.progress import ShowProgress

    shown = ShowProgress(History(), epochs, 1)
    with caplog.at_level(logging.INFO, "aecli"):
        for epoch in range(epochs):
            shown.history.append({"total": 1.0, "test_total": 1.0, "samples_per_second": 5.0, "seconds": 1.0})
            shown.on_epoch_end(epoch)
    return [int(line.split("/")[0].removeprefix("epoch ")) for line in caplog.messages]


def test_short_trainings_leave_a_line_an_epoch(caplog):
    assert epochs_said(caplog, 30) == list(range(1, 31))


def test_long_trainings_leave_every_tenth(caplog):
    assert epochs_said(caplog, 45) == [1, 10, 20, 30, 40, 45]


def test_the_time_left_is_there_on_80_columns(monkeypatch, caplog):
    from types import SimpleNamespace

    from rich.console import Console

    from aecli.training import progress

    terminal = SimpleNamespace(console=Console(width=80, force_terminal=True), is_live=True)
    monkeypatch.setattr(log_, "terminal", lambda: terminal)
    shown = progress.ShowProgress(History([{"total": 99.0, "val_total": 12345.6789}]), 100, 1)
    shown.set_model(SimpleNamespace(train_rows=SimpleNamespace(steps=235, count=60000)))
    shown.bar.update(shown.task, total=235 * 100, completed=235)
    shown.on_epoch_begin(99)
    shown.on_train_batch_end(200, {"total": 12345.6789})
    with terminal.console.capture() as captured:
        terminal.console.print(shown.bar)
    line = captured.get()
    assert re.search(r"\d:\d\d:\d\d|-:--:--", line)
    assert "epoch 100/100" in line
    assert "12345.6789" in line
    assert "/s" in line
    assert "…" not in line
