"""What every data set offers a config, and the registry that finds them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, PositiveInt

from aecli.options import Options, Registry

if TYPE_CHECKING:
    from aecli.data.arrays import RawData
    from aecli.data.scaling import Scaling

DATA_SETS: Registry[DataSource] = Registry("data set", tag="name", package="aecli.data.sources")

Say = Callable[[str], None]
"""Receives a warning that the user must see."""

Kind = Literal["pictures", "sequences", "rows"]
"""What one item is: (height, width[, channels]), (steps, features) or (numbers,)."""


class DataSource(Options, ABC):
    """A data set by name, and how much of it a run uses."""

    limit: PositiveInt | None = None
    """Use only the first so many images of each split; all of them by default."""

    validation_split: Annotated[float, Field(ge=0.0, le=0.9)] = 0.0
    """Fraction of the training images that is held out and monitored in place of the test set, in [0, 0.9].
    Whatever is chosen by a validation loss (early stopping, the best epoch) needs it."""

    train_without: tuple[int | str, ...] = ()
    """Labels that are taken out of the training and the validation images, of what `limit` leaves. The test
    set keeps them, and `aecli evaluate` says how well their loss gives them away: `anomaly.auroc`."""

    @abstractmethod
    def read(self, say: Say) -> RawData:
        """Reads the whole data set.

        Args:
            say: Told what the user must know, such as that other data is used.

        Returns:
            The arrays as stored, and the source that they really came from.

        Raises:
            DataError: The data isn't there or isn't what it should be.
        """

    @abstractmethod
    def whereabouts(self) -> str:
        """One line that says where the data would be taken from on this machine."""

    def missing(self) -> Iterator[tuple[str, str]]:
        """What the options name that isn't there.

        Yields:
            The name of an option, and what is wrong with it.
        """
        yield from ()

    def scaling_of(self, stored: Any, where: str) -> Scaling:
        """How the stored numbers become a network's.

        Args:
            stored: The training items, (items, …).
            where: Names them in messages.

        Raises:
            DataError: Nothing says what range the numbers have.
        """
        from aecli.data.scaling import scaling_of

        return scaling_of(stored, where)
