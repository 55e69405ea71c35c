"""What the measurements were made on."""

import os
import platform
from pathlib import Path


def machine() -> str:
    """Cores, processor and system."""
    return f"{os.cpu_count()} cores of {processor()}, {platform.system()} {platform.machine()}"


def processor() -> str:
    """The processor's own name, where the system tells it."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.is_file() else []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor() or "an unknown processor")
