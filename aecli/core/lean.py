"""Importing Keras and scikit-learn without what they try to import besides, which takes as long as they do.

Keras looks for scikit-learn (with scipy and joblib), pandas and Matplotlib, for wrappers and plots that we don't use,
and scikit-learn for pandas. While they are imported these are kept out; afterwards all of them, and what Keras and
scikit-learn do with them, work as ever.
"""

import gc
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from aecli.core.lazy import lazy

THEIR_USERS = ("wrappers", "visualization")
"""What of Keras uses them: imported anew when somebody asks for it."""


class _ByName(type):
    """A class that stands for one of pandas's, which nothing can be an instance of while pandas isn't imported."""

    def __instancecheck__(cls, thing: object) -> bool:
        pandas = sys.modules.get("pandas")
        return pandas is not None and isinstance(thing, getattr(pandas, cls.__name__))


@contextmanager
def lean_import() -> Iterator[None]:
    """Inside, Keras is imported without its extras."""
    if "keras" in sys.modules:
        yield
        return
    pandas = ModuleType("pandas")
    for name in ("DataFrame", "Series"):
        setattr(pandas, name, _ByName(name, (), {}))
    with _without({**dict.fromkeys(("joblib", "matplotlib", "scipy", "sklearn")), "pandas": pandas}):
        yield
    _forget(THEIR_USERS)


def scikit_learn(part: str) -> Any:
    """A part of scikit-learn, which is imported when it is first used.

    Args:
        part: Such as `decomposition`.
    """
    return lazy(f"sklearn.{part}", lambda: _without({"pandas": None}))


@contextmanager
def _without(absent: Mapping[str, ModuleType | None]) -> Iterator[None]:
    """Inside, modules are imported without some others, and without the garbage collector.

    That would walk a million new objects again and again, none of which is garbage; afterwards they are put where it
    doesn't look, which also spares it the walk at the program's end.

    Args:
        absent: Names of modules that are taken for not installed, and what stands in for those that must be there.
    """
    hidden: dict[str, Any] = {name: module for name, module in absent.items() if name not in sys.modules}
    sys.modules.update(hidden)
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]
        if was_enabled:
            gc.enable()
    gc.freeze()


def _forget(parts: tuple[str, ...]) -> None:
    """Takes parts of Keras out again, which are imported when they are first used."""
    keras = sys.modules["keras"]
    for part in parts:
        for name in [
            name for name in sys.modules if f"{name}.".startswith((f"keras.{part}.", f"keras.src.{part}."))
        ]:
            del sys.modules[name]
        setattr(keras, part, lazy(f"keras.{part}"))
