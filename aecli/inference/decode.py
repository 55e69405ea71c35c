"""Codes → samples."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aecli.core.errors import DataError
from aecli.core.progress import Bar
from aecli.core.text import listed
from aecli.data.array_files import StoredArray, arrays_in
from aecli.data.decoding import Header
from aecli.data.framing import MAX_PIXELS
from aecli.inference.functions import decoder
from aecli.inference.inputs.batch import Batch, Named, Skipped
from aecli.inference.inputs.told import check_label, told_of
from aecli.inference.outcome import Outcome, require_some
from aecli.inference.outputs.results import Results
from aecli.runs.opened import OpenedRun

MAX_NAME = 4096
"""Characters of a name; a file can claim any number."""


@dataclass(frozen=True)
class StoredCodes:
    """Codes in a file, with what is said of them there.

    Attributes:
        codes: (count, *latent_shape).
        names: What the input of each is called, (count,); None if that isn't said.
        originals: Height, width, channels and bits of the image that each was, (count, 4), or None.
        lengths: How many steps of the sequence that each was are real, (count,), or None.
        labels: What each is labelled, (count,), or None.
    """

    codes: StoredArray
    names: StoredArray | None = None
    originals: StoredArray | None = None
    lengths: StoredArray | None = None
    labels: StoredArray | None = None

    @classmethod
    def open(cls, path: Path, run: OpenedRun) -> StoredCodes:
        """Opens what `aecli encode` wrote, or an `.npy` file of codes.

        Raises:
            DataError: It can't be read, or these aren't codes of such a run.
        """
        suffix = path.suffix.lower()
        if suffix not in (".npy", ".npz"):
            raise DataError(
                f"{path}: expected an .npz file that aecli encode wrote, or an .npy file of codes"
            )
        if suffix == ".npy":
            found = cls(StoredArray.open(path))
        else:
            held = arrays_in(path)
            if "codes" not in held:
                raise DataError(f"{path}: has no array codes; it holds {listed(held)}")
            beside = ("names", "originals", "lengths", "labels")
            parts = {name: StoredArray.open(path, name) for name in beside if name in held}
            found = cls(StoredArray.open(path, "codes"), **parts)
        found._check(run)
        return found

    def _check(self, run: OpenedRun) -> None:
        shape, count = run.network.latent_shape, len(self.codes)
        if self.codes.shape[1:] != shape or self.codes.dtype.kind not in "iuf":
            raise DataError(
                f"{self.codes}: expected codes of shape (count, {', '.join(map(str, shape))}), as "
                f"{run.record.id} makes them, received {self.codes.dtype} of shape {self.codes.shape}"
            )
        names, originals, lengths = self.names, self.originals, self.lengths
        if names is not None and (
            names.shape != (count,) or names.dtype.kind not in "iuU" or names.dtype.itemsize > 4 * MAX_NAME
        ):
            raise DataError(f"{names}: expected {count:,} names, received {names.dtype} of {names.shape}")
        if originals is not None and (originals.shape != (count, 4) or originals.dtype.kind not in "iu"):
            raise DataError(f"{originals}: expected the shape ({count}, 4), received {originals.shape}")
        if lengths is not None and (lengths.shape != (count,) or lengths.dtype.kind not in "iu"):
            raise DataError(f"{lengths}: expected the shape ({count},), received {lengths.shape}")

        labels = self.labels
        if labels is not None and (labels.shape != (count,) or labels.dtype.kind not in "biufU"):
            raise DataError(f"{labels}: expected {count:,} labels, received {labels.dtype} of {labels.shape}")

    def batches(self, size: int, sample_shape: tuple[int, ...], skipped: Skipped) -> Iterator[Batch]:
        """Reads the codes, some at a time, but those of which something is said that can't be.

        Args:
            size: Codes a batch, at most.
            sample_shape: What they decode to.
            skipped: Told of the others.
        """
        streams = [
            None if part is None else part.blocks(size)
            for part in (self.codes, self.names, self.originals, self.lengths, self.labels)
        ]
        for start in range(0, len(self.codes), size):
            codes, names, originals, lengths, labels = (
                None if part is None else next(part) for part in streams
            )
            assert codes is not None
            with np.errstate(over="ignore"):
                numbers = codes.astype(np.float32)
            names = np.arange(start, start + len(codes)) if names is None else names
            sound = np.isfinite(numbers).reshape(len(numbers), -1).all(axis=1)
            headers, possible = _headers(originals, len(numbers))
            sound &= possible
            if lengths is not None:
                sound &= (lengths >= 1) & (lengths <= sample_shape[0])
            for name in names[~sound]:
                skipped.add(
                    f"{self.codes}: {name}: its code isn't finite, or its size can't be that of a sample"
                )
            if sound.any():
                rows = np.flatnonzero(sound)
                yield Batch(Named(names, headers, lengths, labels).take(rows), numbers[rows])


def decode(run: OpenedRun, stored: StoredCodes, results: Results, label: str | None = None) -> Outcome:
    """Decodes codes, some at a time.

    Args:
        run: What decodes.
        stored: The codes.
        results: Where samples go: images by the names and in the sizes of the inputs.
        label: What all of them are labelled, for a run with a condition; by default what the file says.

    Raises:
        DataError: There is nothing to decode, or labels are missing.
        RequestError: The run doesn't take such a label.
    """
    check_label(run, label)
    function, skipped = decoder(run), Skipped()
    with Bar("Decoding", len(stored.codes)) as bar, results:
        for batch in stored.batches(run.network.batch_size, run.network.sample_shape, skipped):
            labels = batch.named.labels if label is None else np.full(len(batch), label)
            told = told_of(run, labels, str(stored.codes))
            bar.advance(results.add(batch.named, function(batch.numbers, told), skipped))
        require_some(bar.done, skipped, str(stored.codes))
    return Outcome([results.path], bar.done, skipped.count, bar.seconds)


def _headers(originals: Any, count: int) -> tuple[list[Header] | None, NDArray[np.bool_]]:
    """What images were, and of which of them that can be."""
    if originals is None:
        return None, np.ones(count, bool)
    height, width, channels, bits = (originals[:, i].astype(np.int64) for i in range(4))
    small = (height >= 1) & (width >= 1) & (height <= MAX_PIXELS) & (width <= MAX_PIXELS)
    sound = small & (height * width <= MAX_PIXELS) & np.isin(channels, (1, 3)) & np.isin(bits, (8, 16))
    headers = [
        Header((int(h), int(w)), "rgb" if c == 3 else "grey", 16 if b == 16 else 8)
        for h, w, c, b in zip(height, width, channels, bits, strict=True)
    ]
    return headers, sound
