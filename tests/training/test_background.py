"""Jobs beside the training: in order, waited for, and never silent about a failure."""

import threading
import time

import pytest

from aecli.training.background import Background


def fail() -> None:
    raise OSError("full")


def test_jobs_are_done_in_order_and_waited_for() -> None:
    done: list[int] = []

    def slow() -> None:
        time.sleep(0.05)
        done.append(1)

    with Background() as background:
        background.submit(slow)
        background.submit(lambda: done.append(2))
        assert done == []
    assert done == [1, 2]


def test_the_caller_goes_on_meanwhile() -> None:
    go_on = threading.Event()
    with Background() as background:
        background.submit(lambda: pytest.fail("waited") if not go_on.wait(10) else None)
        go_on.set()


def test_a_failure_is_raised_when_it_is_asked_for_or_at_the_end() -> None:
    with Background() as background:
        background.submit(fail)
        with pytest.raises(OSError, match="full"):
            background.catch_up()
    with pytest.raises(OSError, match="full"), Background() as background:
        background.submit(fail)


def test_a_failure_hides_no_other() -> None:
    def first(background: Background) -> None:
        background.submit(fail)
        raise ValueError("first")

    with pytest.raises(ValueError, match="first"), Background() as background:
        first(background)
