"""The folder for what is downloaded or parsed once."""

import os
from pathlib import Path


def cache_folder() -> Path:
    """The user's cache folder of aecli: `$AECLI_CACHE_DIR`, or the place the operating system has for it."""
    if folder := os.environ.get("AECLI_CACHE_DIR"):
        return Path(folder).expanduser()
    from platformdirs import user_cache_path

    return user_cache_path("aecli", appauthor=False)
