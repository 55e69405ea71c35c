"""How much memory this machine has left, and whether something fits."""

import re
from pathlib import Path

from aecli.core.errors import DataError

MEMINFO = Path("/proc/meminfo")
CGROUP = Path("/sys/fs/cgroup")
OWN_GROUP = Path("/proc/self/cgroup")
"""Where Linux tells of the machine, and of the container or job that this runs in."""

UNKNOWN = 8 * 2**30
"""What is taken for granted where no one says."""


def available() -> int:
    """Bytes of memory that a process can still take; of a container or job with a limit, what that leaves."""
    found = [left for left in (_of_machine(), *map(_of_group, _groups())) if left is not None]
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


def _of_group(group: Path) -> int | None:
    try:
        limit, used = (int(_text(group / name)) for name in ("memory.max", "memory.current"))
        kept_of_files = int(
            re.findall(r"^inactive_file (\d+)$", _text(group / "memory.stat"), re.MULTILINE)[0]
        )
        return max(limit - used + kept_of_files, 0)  # what the system keeps of files it has read, it gives up
    except (OSError, ValueError, IndexError):  # no such files, or no limit: "max"
        return None


def _groups() -> list[Path]:
    """The control groups (version 2) of this process: its own, as a cluster gives each job, and all above it."""
    try:
        names = re.findall(r"^0::/(.*)$", _text(OWN_GROUP), re.MULTILINE)[0].split("/")
    except (OSError, ValueError, IndexError):
        names = []
    return [CGROUP.joinpath(*names[:depth]) for depth in range(len(names) + 1)]


def _text(path: Path) -> str:
    return path.read_text(encoding="ascii").strip()
