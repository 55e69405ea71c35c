"""Codes → items."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aecli.data.arrays import names_in_npz
from aecli.data.framing import MAX_PIXELS, Header
from aecli.errors import DataError, RequestError
from aecli.inputs.batch import PassedOver
from aecli.inputs.stored_array import StoredArray
from aecli.messages import Messages
from aecli.outputs.bar import Bar
from aecli.outputs.picture_folder import PictureFolder
from aecli.outputs.results import ArrayResults, PictureResults, Results
from aecli.picture_form import PictureForm
from aecli.trained import TrainedRun
from aecli.usage.functions import decoder
from aecli.usage.outcome import Outcome, require_some

MAX_NAME = 4096
"""Characters of a name; a file can claim any number."""


@dataclass(frozen=True)
class StoredCodes:
    """Codes in a file, with what is said of them there.

    Attributes:
        codes: (count, *code_shape).
        names: What the input of each is called, (count,); None if that isn't said.
        originals: Height, width, channels and bits of the picture that each was, (count, 4), or None.
        lengths: How many steps of the sequence that each was are real, (count,), or None.
    """

    codes: StoredArray
    names: StoredArray | None = None
    originals: StoredArray | None = None
    lengths: StoredArray | None = None

    @classmethod
    def open(cls, path: Path, run: TrainedRun) -> StoredCodes:
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
            found = cls(StoredArray.open(path, None))
        else:
            held = names_in_npz(path)
            if "codes" not in held:
                raise DataError(
                    f"{path}: has no array codes; it holds {', '.join(sorted(held)[:10]) or 'nothing'}"
                )
            beside = ("names", "originals", "lengths")
            parts = {name: StoredArray.open(path, name) for name in beside if name in held}
            found = cls(StoredArray.open(path, "codes"), **parts)
        found._check(run)
        return found

    def _check(self, run: TrainedRun) -> None:
        shape, count = run.network.code_shape, len(self.codes)
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

    def batches(self, size: int) -> Iterator[tuple[NDArray[np.float32], NDArray[Any], Any, Any]]:
        """Codes, names, originals and lengths, some at a time."""
        streams = [
            None if part is None else part.blocks(size)
            for part in (self.codes, self.names, self.originals, self.lengths)
        ]
        for start in range(0, len(self.codes), size):
            codes, names, originals, lengths = (None if part is None else next(part) for part in streams)
            assert codes is not None
            with np.errstate(over="ignore"):
                numbers = codes.astype(np.float32)
            yield (
                numbers,
                np.arange(start, start + len(codes)) if names is None else names,
                originals,
                lengths,
            )


def results_for(run: TrainedRun, folder: Path, file: str, overwrite: bool, count: int) -> Results:
    """Where decoded items go: pictures if the run is of pictures, else one `.npz` file.

    Args:
        run: What decodes.
        folder: The folder, with its whole path.
        file: The name of the `.npz` file.
        overwrite: Whether files of the same names may be replaced.
        count: How many items there will be.
    """
    try:
        form = PictureForm.of(run)
    except RequestError:
        return ArrayResults(folder / file, run.scaling)
    return PictureResults(PictureFolder(folder, overwrite), form, len(str(max(count - 1, 1))))


def decode(run: TrainedRun, stored: StoredCodes, results: Results, messages: Messages) -> Outcome:
    """Decodes codes, some at a time.

    Args:
        run: What decodes.
        stored: The codes.
        results: Where items go: pictures by the names and in the sizes of the inputs.
        messages: Where progress and warnings go.

    Raises:
        DataError: There is nothing to decode.
    """
    function, passed_over = decoder(run), PassedOver(messages.warn)
    with Bar("Decoding", len(stored.codes), messages) as bar, results:
        for codes, names, originals, lengths in stored.batches(run.network.batch_size):
            sound = np.isfinite(codes).reshape(len(codes), -1).all(axis=1)
            headers, whole = _headers(originals, len(codes))
            sound &= whole
            if lengths is not None:
                sound &= (lengths >= 1) & (lengths <= run.network.image_shape[0])
            for name in names[~sound]:
                passed_over.add(f"{stored.codes}: what is said of {name} can't be")
            if sound.any():
                kept = None if headers is None else [headers[row] for row in np.flatnonzero(sound)]
                real = None if lengths is None else lengths[sound]
                outputs = function(codes[sound])
                bar.advance(results.add(names[sound], outputs, kept, real, passed_over))
        require_some(bar.done, passed_over, str(stored.codes))
    return Outcome([results.path], bar.done, passed_over.count, bar.seconds)


def _headers(originals: Any, count: int) -> tuple[list[Header] | None, NDArray[np.bool_]]:
    """What pictures were, and of which of them that can be."""
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
