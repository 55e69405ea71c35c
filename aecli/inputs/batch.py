"""Some inputs on their way into a network, and those that could not be read."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from aecli.data.framing import Header

NAMED = 10
"""Inputs that can't be read and are named; more are only counted."""

T = TypeVar("T")


@dataclass(frozen=True)
class Batch:
    """Some inputs.

    Attributes:
        names: What each is called, (inputs,): a file's name as text, or its number in an array.
        numbers: (inputs, *image_shape), and divided by `divisor` what the network takes.
        divisor: 1 where the numbers are scaled already, as float32. Unsigned integers stay as they are
            stored, with the largest one here: compiled into the encoder, a division costs next to nothing.
        weights: Of sequences, 1 for each real step and 0 for padding, (inputs, steps); else None.
        originals: Of pictures from files, how each was before it was framed; else None.
    """

    names: NDArray[Any]
    numbers: NDArray[Any]
    divisor: float = 1.0
    weights: NDArray[np.float32] | None = None
    originals: list[Header] | None = None

    def __len__(self) -> int:
        """The number of inputs."""
        return len(self.numbers)

    @property
    def items(self) -> NDArray[np.float32]:
        """As the network takes them: float32, scaled, (inputs, *image_shape)."""
        if self.divisor == 1.0:
            return self.numbers
        items = self.numbers.astype(np.float32)
        items /= np.float32(self.divisor)
        return items

    @property
    def lengths(self) -> NDArray[np.int64] | None:
        """Of sequences, how many steps of each are real, (inputs,); else None."""
        return None if self.weights is None else self.weights.sum(axis=1).astype(np.int64)


class PassedOver:
    """Names the inputs that can't be read, and counts them.

    Args:
        warn: Told of each, up to a number; of all others nothing but how many there are, at the end.
    """

    def __init__(self, warn: Callable[[str], None]) -> None:
        self.count = 0
        self._warn = warn

    def add(self, message: str) -> None:
        """Notes one."""
        self.count += 1
        if self.count <= NAMED:
            self._warn(f"passed over: {message}")

    def close(self) -> None:
        """Says how many weren't named."""
        if self.count > NAMED:
            self._warn(f"passed over: {self.count - NAMED:,} more")


class Inputs(Protocol):
    """Where inputs come from."""

    @property
    def count(self) -> int | None:
        """How many there are, those that can't be read among them; None if reading alone tells."""

    @property
    def origin(self) -> str:
        """Where they are, in words for people."""

    def batches(self, size: int, passed_over: PassedOver) -> Iterator[Batch]:
        """Reads them in their order.

        Args:
            size: Inputs a batch, at most.
            passed_over: Told of those that can't be read, which are in no batch.

        Raises:
            DataError: Nothing more can be read.
        """


def ahead(items: Iterable[T], depth: int = 2) -> Iterator[T]:
    """The same items, made in a thread of its own while the caller works on those before."""
    iterator, end = iter(items), object()
    with ThreadPoolExecutor(1) as thread:
        pending = deque(thread.submit(next, iterator, end) for _ in range(depth))
        while (item := pending.popleft().result()) is not end:
            pending.append(thread.submit(next, iterator, end))
            yield item  # type: ignore[misc]
