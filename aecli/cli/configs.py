"""CONFIG as a user types it → a checked config."""

from collections.abc import Callable, Sequence
from pathlib import Path

from aecli.config import Loaded, Override, load_config
from aecli.plugins import load_plugins_of


def checked_config(path: Path, overrides: Sequence[Override], say: Callable[[str], None]) -> Loaded:
    """Reads and checks a config that the user named, after the plugins that it names.

    Args:
        path: The file.
        overrides: Values from the command line.
        say: Told of plugins.

    Raises:
        RequestError: Something is wrong with it, or with a plugin.
    """
    load_plugins_of(path, overrides, say)
    return load_config(path, overrides)
