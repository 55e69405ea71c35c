"""Hashes of samples as stored: whether data is the same, and which samples stand in two places."""

import hashlib

import numpy as np
from numpy.typing import NDArray

from aecli.data.stored import Numbers, OnDisk, Stored
from aecli.data.windows import Windows

ROWS = 4096
"""Samples that are hashed at a time."""


def fingerprint(stored: Stored) -> str:
    """A hash of shapes, types and contents: equal samples and labels, equal fingerprint.

    Returns:
        The first 16 hexadecimal digits of a SHA-256.
    """
    return of_arrays(*(part for part in (stored.samples, stored.labels, stored.lengths) if part is not None))


def of_arrays(*arrays: Numbers | OnDisk | Windows) -> str:
    """The fingerprint of arrays."""
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(f"{array.dtype.str}{array.shape}".encode())
        for start in range(0, len(array), ROWS):
            block = np.ascontiguousarray(array[start : start + ROWS])
            digest.update(block.reshape(-1).view(np.uint8).data)
    return digest.hexdigest()[:16]


def sample_hashes(stored: Stored) -> NDArray[np.uint64]:
    """A hash of each sample by itself, without its label, (samples,)."""
    hashes = np.empty(len(stored), np.uint64)
    kind = f"{stored.samples.dtype.str}{stored.samples.shape[1:]}".encode()
    for start in range(0, len(stored), ROWS):
        block = np.ascontiguousarray(stored.samples[start : start + ROWS])
        for i, sample in enumerate(block.reshape(len(block), -1)):
            digest = hashlib.blake2b(sample.tobytes(), digest_size=8, key=kind[:64])
            hashes[start + i] = int.from_bytes(digest.digest())
    return hashes
