"""Heavy modules by name, imported when something of them is first asked for.

Option classes compute with TensorFlow and Keras, and a command that only checks a config must not wait for them.
"""

from importlib import import_module
from typing import Any


class _Lazy:
    """Stands for a module."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        """Whatever the module has, which is imported now."""
        return getattr(import_module(self._name), attribute)


def lazy(name: str) -> Any:
    """A module that isn't imported yet.

    Args:
        name: Its dotted name, such as `keras.ops`.
    """
    return _Lazy(name)
