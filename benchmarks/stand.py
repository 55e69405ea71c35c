"""Where processes are started and measured: in a folder of their own, with the aecli of one tree."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
OURS = HERE.parent
"""The tree that this file is of."""

Measured = dict[str, float]
"""Seconds of the wall (`wall`) and of all cores together (`cpu`), the most memory (`mib`), and the like."""


@dataclass(frozen=True)
class Ended:
    """A process that has ended well.

    Attributes:
        cost: What the whole of it took.
        output: What it printed.
    """

    cost: Measured
    output: str

    @property
    def told(self) -> dict[str, Any]:
        """What it measured itself: the JSON in its last line."""
        return dict(json.loads(self.output.splitlines()[-1]))


@dataclass(frozen=True)
class Stand:
    """A place for processes.

    Attributes:
        tree: Where aecli comes from.
        folder: Where processes start; `benchmarks` in it is always that of this file.
    """

    tree: Path
    folder: Path

    def fresh(self) -> Path:
        """A new folder, which goes with the stand."""
        return Path(tempfile.mkdtemp(dir=self.folder))

    def python(self, *arguments: str, **environment: str) -> Ended:
        """Runs Python with arguments, and measures it.

        A child's peak begins at that of the process it is started by: whoever calls this must stay small.

        Raises:
            SystemExit: It failed.
        """
        told = {"PYTHONPATH": str(self.tree), "TF_CPP_MIN_LOG_LEVEL": "3", **environment}
        with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as errors:
            begun = time.perf_counter()
            process = subprocess.Popen(
                [sys.executable, *arguments],
                cwd=self.folder,
                env={**os.environ, **told},
                stdout=out,
                stderr=errors,
            )
            try:
                _, status, used = os.wait4(process.pid, 0)
            except BaseException:
                process.kill()
                process.wait()
                raise
            wall = time.perf_counter() - begun
            process.returncode = os.waitstatus_to_exitcode(status)
            out.seek(0)
            errors.seek(0)
            if process.returncode != 0:
                raise SystemExit(f"python {' '.join(arguments)} failed:\n{errors.read()[-2000:]}")
            cost = {"wall": wall, "cpu": used.ru_utime + used.ru_stime, "mib": used.ru_maxrss / 1024}
            return Ended(cost, out.read())


@contextmanager
def stand(tree: Path = OURS) -> Iterator[Stand]:
    """A stand for the aecli of a tree; its folder is taken away at the end."""
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as name:
        folder = Path(name)
        (folder / "benchmarks").symlink_to(HERE)
        yield Stand(tree, folder)
