"""How fast `aecli encode` is, beside the bare encoder, and how much memory it takes.

Run as `python -m benchmarks.encoding RUN [COUNT]`: the images are made up, 28×28, in an `.npy` file.
"""

import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.memory import peak_mib


def write_images(path: Path, count: int) -> None:
    """An `.npy` file of noise, written some at a time."""
    images = np.lib.format.open_memmap(path, "w+", np.uint8, (count, 28, 28))
    random = np.random.default_rng(0)
    for start in range(0, count, 10_000):
        part = images[start : start + 10_000]
        part[:] = random.integers(0, 256, part.shape, np.uint8)
    images.flush()


def bare_rate(run: object, seconds: float = 10.0) -> float:
    """Images a second through the compiled encoder alone, fed with one ready batch again and again."""
    import tensorflow as tf

    network = run.network  # type: ignore[attr-defined]
    signature = [tf.TensorSpec((None, *network.sample_shape))]
    encode = tf.function(network.encode, input_signature=signature)
    batch = tf.constant(np.random.default_rng(0).random((network.batch_size, 28, 28), np.float32))
    encode(batch)
    count, begun = 0, time.perf_counter()
    while time.perf_counter() - begun < seconds:
        np.asarray(encode(batch))
        count += network.batch_size
    return count / (time.perf_counter() - begun)


def main() -> None:
    """Measures, and prints what was measured."""
    from aecli.core import backend

    backend.load()
    from aecli.inference.encode import encode
    from aecli.inference.inputs.opening import open_inputs
    from aecli.runs.opened import open_run

    run = open_run(sys.argv[1], Path("runs"))
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.npy"
        write_images(path, count)
        few = Path(folder) / "few.npy"
        np.save(few, np.load(path, mmap_mode="r")[:10_000])
        before_bare = bare_rate(run)
        encode(run, open_inputs([str(few)], run), Path(folder) / "few.npz")
        before = peak_mib()
        outcome = encode(run, open_inputs([str(path)], run), Path(folder) / "c.npz")
        after, rate = peak_mib(), outcome.done / outcome.seconds
        bare = (before_bare + bare_rate(run)) / 2
        print(f"{run.record.model}: {outcome.done:,} images of {path.stat().st_size / 2**20:,.0f} MiB")
        print(f"  aecli encode {rate:,.0f} images/s, bare encoder {bare:,.0f}: {rate / bare:.2f} of it")
        print(f"  most memory {after:,.0f} MiB; {before:,.0f} MiB after 10,000 images")


if __name__ == "__main__":
    main()
