"""Data that is made up to be read: writes a file.

Run as `python -m benchmarks.made_up npz|csv|npy FILE ROWS`, so that whoever asks for it stays small.
"""

import sys
from pathlib import Path

import numpy as np


def npz(path: Path, rows: int, random: np.random.Generator) -> None:
    """Rows of 784 bytes, and a hundredth as many for the test."""
    x_train = random.integers(0, 256, (rows, 784), np.uint8)
    np.savez(path, x_train=x_train, x_test=x_train[: max(rows // 100, 100)])


def csv(path: Path, rows: int, random: np.random.Generator) -> None:
    """Rows of 20 cells with four decimals, under headings."""
    heading = ",".join(f"c{column}" for column in range(20))
    np.savetxt(path, random.random((rows, 20)), "%.4f", ",", header=heading, comments="")


def npy(path: Path, rows: int, random: np.random.Generator) -> None:
    """Ten series of three features; all their steps together are half of the rows."""
    np.save(path, random.random((10, rows // 20, 3), np.float32))


if __name__ == "__main__":
    writers = {"npz": npz, "csv": csv, "npy": npy}
    writers[sys.argv[1]](Path(sys.argv[2]), int(sys.argv[3]), np.random.default_rng(0))
