"""Some inputs on their way into a network, and those that could not be read."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from aecli.core.text import printable
from aecli.data.decoding import Header
from aecli.data.stored import Numbers, taken

log = logging.getLogger(__name__)

NAMED = 10
"""Inputs that can't be read and are named; more are only counted."""

T = TypeVar("T")


@dataclass(frozen=True)
class Named:
    """What is known of some inputs beside their numbers: it goes with them to what becomes of them.

    Attributes:
        names: What each is called, (inputs,): a file's name as text, or its number in an array.
        headers: Of images from files, how each was before it was framed; else None.
        lengths: Of sequences, how many steps of each are real, (inputs,); else None.
        labels: What each is labelled, (inputs,); None where that isn't known.
    """

    names: NDArray[Any]
    headers: list[Header] | None = None
    lengths: NDArray[np.integer] | None = None
    labels: NDArray[Any] | None = None

    def __len__(self) -> int:
        """The number of inputs."""
        return len(self.names)

    def take(self, rows: NDArray[np.integer]) -> Named:
        """Some of them, by their numbers."""
        headers = self.headers and [self.headers[row] for row in rows]
        return Named(self.names[rows], headers, taken(self.lengths, rows), taken(self.labels, rows))


@dataclass(frozen=True)
class Batch:
    """Some inputs.

    Attributes:
        named: What is known of them.
        numbers: (inputs, *sample_shape), and divided by `divisor` what the network takes.
        divisor: 1 where the numbers are scaled already, as float32. Unsigned integers stay as they are
            stored, with the largest one here: compiled into the encoder, a division costs next to nothing.
        weights: Of sequences, 1 for each real step and 0 for padding, (inputs, steps); else None.
        told: Where the network has a condition, their labels, one-hot, (inputs, classes); else None.
    """

    named: Named
    numbers: Numbers
    divisor: float = 1.0
    weights: NDArray[np.float32] | None = None
    told: NDArray[np.float32] | None = None

    def __len__(self) -> int:
        """The number of inputs."""
        return len(self.numbers)

    @property
    def samples(self) -> NDArray[np.float32]:
        """As the network takes them: float32, scaled, (inputs, *sample_shape)."""
        if self.divisor == 1.0:
            return self.numbers
        samples = self.numbers.astype(np.float32)
        samples /= np.float32(self.divisor)
        return samples


class Skipped:
    """Names the inputs that can't be read, and counts them."""

    def __init__(self) -> None:
        self.count = 0
        self._named = 0

    def add(self, message: str, count: int = 1) -> None:
        """Notes one, or several of which the same is to be said."""
        self.count += count
        if self._named < NAMED:
            self._named += 1
            log.warning(f"skipped: {printable(message, 1000)}")

    def close(self) -> None:
        """Says how many there were where not all were named."""
        if self.count > NAMED:
            log.warning(f"skipped: {self.count:,} inputs in all")


class Inputs(Protocol):
    """Where inputs come from."""

    @property
    def count(self) -> int | None:
        """How many there are, those that can't be read among them; None if reading alone tells."""

    @property
    def origin(self) -> str:
        """Where they are, in words for people."""

    @property
    def folder(self) -> Path | None:
        """The folder of image files that they come from, and that results aren't written into; else None."""

    @property
    def searched(self) -> tuple[Path, ...]:
        """The folders that were searched for files."""

    @property
    def suffixes(self) -> tuple[str, ...]:
        """How the names of these files end."""

    def batches(self, size: int, skipped: Skipped) -> Iterator[Batch]:
        """Reads them in their order.

        Args:
            size: Inputs a batch, at most.
            skipped: Told of those that can't be read, which are in no batch.

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
