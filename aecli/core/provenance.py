"""Where a run comes from: versions, source, machine. What a record and a bug report say of them."""

import os
import platform
import subprocess
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

LIBRARIES = ("tensorflow", "keras", "numpy", "matplotlib", "scikit-learn", "tensorboard", "pydantic")


def versions() -> dict[str, str]:
    """Versions of aecli, Python and the libraries, read without importing them."""
    found = {"aecli": version("aecli"), "python": platform.python_version()}
    for library in LIBRARIES:
        try:
            found[library] = version(library)
        except PackageNotFoundError:
            found[library] = "not installed"
    return found


def changed(recorded: Mapping[str, str]) -> list[str]:
    """What has another version here than it had then: `keras 3.10.0 → 3.11.0`."""
    now = versions()
    return [
        f"{name} {old} → {now.get(name, 'unknown')}" for name, old in recorded.items() if now.get(name) != old
    ]


def git_commit() -> str | None:
    """The commit of aecli's own source, with `+` for local changes; None if it isn't run from a checkout."""
    source = Path(__file__).resolve().parent.parent
    try:
        commit = _git(source, "rev-parse", "--short=12", "HEAD")
        top = Path(_git(source, "rev-parse", "--show-toplevel"))
        if top != source.parent:  # installed inside someone else's checkout
            return None
        return commit + ("+" if _git(source, "status", "--porcelain", "--untracked-files=no") else "")
    except (OSError, subprocess.SubprocessError):
        return None


def machine() -> str:
    """Operating system and processor."""
    return f"{platform.system()} {platform.release()} {platform.machine()}"


def host() -> str:
    """The machine's name."""
    return platform.node()


def device() -> str:
    """What TensorFlow trains on: the GPUs it sees, or the CPU."""
    import tensorflow as tf

    gpus = tf.config.list_physical_devices("GPU")
    return ", ".join(gpu.name.removeprefix("/physical_device:") for gpu in gpus) or "CPU"


def _git(folder: Path, *arguments: str) -> str:
    command = ["git", "-C", str(folder), *arguments]
    said = subprocess.run(command, capture_output=True, check=True, timeout=5).stdout  # noqa: S603
    return os.fsdecode(said).removesuffix("\n")  # a folder's name may hold bytes that aren't text
