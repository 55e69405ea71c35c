"""What every data set offers a config, the registry that finds them, and what reading one gives."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import Field, PositiveInt

from aecli.core.options import Options, Registry

if TYPE_CHECKING:
    from aecli.data.framing import Framing
    from aecli.data.scaling import Scaling
    from aecli.data.stored import Stored

DATA_SETS: Registry[DataSource] = Registry("data set", tag="name", package="aecli.data.sources")

Kind = Literal["images", "sequences", "rows"]
"""What one sample is: (height, width[, channels]), (steps, features) or (numbers,)."""

Binarization = Literal["static", "dynamic"]
"""When the pixels of training images are drawn from their greys: once, or anew in each step."""


@dataclass(frozen=True)
class RawData:
    """A data set as stored.

    Attributes:
        train: The training samples.
        test: The test samples.
        source: The options that read this again: where there was a fallback, those of the data really used.
        origin: Where it came from, in words for people (a file's path, a package).
        kind: What one sample is.
        framing: How images were brought to their form; None where they were stored as arrays.
        skipped: What could not be read and was left out, a message each.
        validation: Samples that are held out for validation, where the data says which.
        columns: The headings of the features, where the data has headings.
    """

    train: Stored
    test: Stored
    source: DataSource
    origin: str
    kind: Kind = "images"
    framing: Framing | None = None
    skipped: tuple[str, ...] = ()
    validation: Stored | None = None
    columns: tuple[str, ...] | None = None


class DataSource(Options, ABC):
    """A data set by name, and how much of it a run uses."""

    can_hold_out: ClassVar[bool] = False
    """Whether the data itself may say which samples are held out for validation."""

    limit: PositiveInt | None = None
    """Use only the first so many samples of each split; all of them by default."""

    validation_split: Annotated[float, Field(ge=0.0, le=0.9)] = 0.0
    """Fraction of the training samples that is held out and monitored in place of the test set, in [0, 0.9].
    Whatever is chosen by a validation loss (early stopping, the best epoch) needs it."""

    train_without: tuple[int | float | str, ...] = ()
    """Labels that are taken out of the training and the validation samples, of what `limit` leaves. The test
    set keeps them, and `aecli evaluate` says how well their loss gives them away: `anomaly.auroc`."""

    @abstractmethod
    def read(self) -> RawData:
        """Reads the whole data set; what the user must know, such as that other data is used, is logged.

        Returns:
            The samples as stored, and the source that they really came from.

        Raises:
            DataError: The data isn't there or isn't what it should be.
        """

    @abstractmethod
    def whereabouts(self) -> str:
        """One line that says where the data would be taken from on this machine."""

    def absent(self) -> Iterator[tuple[str, str]]:
        """What the options name that isn't there.

        Yields:
            The name of an option, and what is wrong with it.
        """
        yield from ()

    def scaling_of(self, stored: Any, where: str, kind: Kind) -> Scaling:
        """How the stored numbers become a network's.

        Args:
            stored: The training samples, (samples, …).
            where: Names them in messages.
            kind: What one sample is.

        Raises:
            DataError: Nothing says what range the numbers have.
        """
        from aecli.data.scaling import scaling_of

        return scaling_of(stored, where)


class GreyImages(DataSource, ABC):
    """Images whose greys can be read as probabilities."""

    binarize: Binarization | None = None
    """Draw black and white images: each pixel becomes 1 with the probability of its grey. `static` draws the
    training images once, `dynamic` anew in each step; validation and test images are drawn once in both."""
