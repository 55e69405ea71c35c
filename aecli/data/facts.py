"""What a run's record says of its data. Imports nothing heavy."""

from __future__ import annotations

from typing import Annotated, Any, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from aecli.data.sources.source import Binarization, Kind

Count = Annotated[int, Field(ge=0, lt=2**63)]
"""A whole number that a machine can count to."""
Shape = Annotated[list[Annotated[int, Field(ge=1, lt=2**63)]], Field(min_length=1, max_length=8)]
"""The lengths of an array's axes."""


class Facts(TypedDict):
    """The data really used: what they are, where they came from, how many, and their fingerprints."""

    name: str
    """The name of the data set or of the way that it is read."""
    origin: str
    """The file, folder or address."""
    kind: Kind
    """What one sample is."""
    train_samples: Count
    """Samples that the weights were fitted to."""
    validation_samples: Count
    """Samples that were held out of them."""
    test_samples: Count
    """Samples that results are reported on."""
    sample_shape: Shape
    """The shape of one sample."""
    scaling: dict[str, Any]
    """See `aecli.data.scaling.Scaling`."""
    binarized: NotRequired[Binarization | None]
    """How the samples were drawn from the greys that are stored; None, or absent in older runs, where they weren't."""
    classes: NotRequired[list[str] | None]
    """The labels of the training samples, in the order in which a network with a condition is told them; None where
    they name no classes."""
    framing: dict[str, Any] | None
    """See `aecli.data.framing.Framing`; None where the data weren't read from images."""
    columns: list[str] | None
    """The headings; None without headings."""
    skipped: Count
    """Files that could not be read."""
    repeated: Count
    """Training samples that stand there more than once, the first not counted."""
    test_in_training: Count
    """Test samples that are in the training set, too."""
    train_fingerprint: str
    """A hash of the training samples as stored."""
    test_fingerprint: str
    """A hash of the test samples as stored."""


def fingerprints(facts: Facts) -> tuple[str, str]:
    """Those of the training and of the test samples: data that compare have equal ones.

    Binary samples compare with no greys. Test samples are drawn alike, however training samples are.
    """
    train, test = facts["train_fingerprint"], facts["test_fingerprint"]
    drawn = facts.get("binarized")
    return (f"{train}, {drawn} binary", f"{test}, binary") if drawn else (train, test)
