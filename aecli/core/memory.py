"""How much memory this machine has left, and whether something fits."""

import re
from pathlib import Path

from aecli.core.errors import DataError

MEMINFO = Path("/proc/meminfo")
CGROUP = Path("/sys/fs/cgroup")
"""Where Linux tells of the machine, and of the container that this runs in."""

UNKNOWN = 8 * 2**30
"""What is taken for granted where no one says."""


def available() -> int:
    """Bytes of memory that a process can still take; of a container with a limit, what that leaves."""
    found = [left for left in (_of_machine(), _of_container()) if left is not None]
    return min(found, default=UNKNOWN)


def check_fits(needed: int, what: str, cure: str) -> None:
    """Makes sure that there is room for data before it is taken.

    Args:
        needed: Bytes, all copies counted.
        what: What needs them, for the message.
        cure: What to change.

    Raises:
        DataError: There isn't.
    """
    if needed > (left := available()):
        raise DataError(
            f"{what}: that takes {needed / 2**30:,.1f} GiB, and {left / 2**30:,.1f} GiB of memory are left. {cure}"
        )


def _of_machine() -> int | None:
    try:
        for line in MEMINFO.read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except (OSError, ValueError, IndexError):
        pass
    return None


def _of_container() -> int | None:
    try:
        limit, used = (int(_text(name)) for name in ("memory.max", "memory.current"))
        kept_of_files = int(re.findall(r"^inactive_file (\d+)$", _text("memory.stat"), re.MULTILINE)[0])
        return max(limit - used + kept_of_files, 0)  # what the system keeps of files it has read, it gives up
    except (OSError, ValueError, IndexError):  # no such files, or no limit: "max"
        return None


def _text(name: str) -> str:
    return (CGROUP / name).read_text(encoding="ascii").strip()
