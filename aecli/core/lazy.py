"""Heavy modules by name, imported when something of them is first asked for.

Option classes compute with TensorFlow and Keras, and a command that only checks a config must not wait for them.
"""

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from importlib import import_module
from typing import Any

Around = Callable[[], AbstractContextManager[Any]]


class _Lazy:
    """Stands for a module."""

    def __init__(self, name: str, around: Around) -> None:
        self._name = name
        self._around = around

    def __getattr__(self, attribute: str) -> Any:
        """Whatever the module has, which is imported now."""
        if self._name not in sys.modules:
            with self._around():
                import_module(self._name)
        return getattr(import_module(self._name), attribute)


def lazy(name: str, around: Around = nullcontext) -> Any:
    """A module that isn't imported yet.

    Args:
        name: Its dotted name, such as `keras.ops`.
        around: A context in which it is imported.
    """
    return _Lazy(name, around)
