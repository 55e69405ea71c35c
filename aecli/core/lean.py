"""Importing Keras without what it tries to import besides, which takes as long as Keras itself.

Keras looks for scikit-learn (with scipy and joblib), pandas and Matplotlib, for wrappers and plots that we don't use.
While it is imported they are kept out; afterwards all of them, and Keras's own use of them, work as ever.
"""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from aecli.core.lazy import lazy

KEPT_OUT = ("joblib", "matplotlib", "scipy", "sklearn")
"""Libraries that Keras does without if they aren't installed."""

THEIR_USERS = ("wrappers", "visualization")
"""What of Keras uses them: imported anew when somebody asks for it."""


class _ByName(type):
    """A class that stands for one of pandas's, which nothing can be an instance of while pandas isn't imported."""

    def __instancecheck__(cls, thing: object) -> bool:
        pandas = sys.modules.get("pandas")
        return pandas is not None and isinstance(thing, getattr(pandas, cls.__name__))


@contextmanager
def lean_import() -> Iterator[None]:
    """Inside, Keras is imported without its extras, and without the garbage collector.

    That would walk a million new objects again and again, none of which is garbage; afterwards they are put where it
    doesn't look, which also spares it the walk at the program's end.
    """
    if "keras" in sys.modules:
        yield
        return
    absent: dict[str, Any] = {name: None for name in KEPT_OUT if name not in sys.modules}
    if "pandas" not in sys.modules:
        pandas = ModuleType("pandas")
        for name in ("DataFrame", "Series"):
            setattr(pandas, name, _ByName(name, (), {}))
        absent["pandas"] = pandas
    sys.modules.update(absent)
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        for name in absent:
            del sys.modules[name]
        if was_enabled:
            gc.enable()
    gc.freeze()
    _forget(THEIR_USERS)


def _forget(parts: tuple[str, ...]) -> None:
    """Takes parts of Keras out again, which are imported when they are first used."""
    keras = sys.modules["keras"]
    for part in parts:
        for name in [
            name for name in sys.modules if f"{name}.".startswith((f"keras.{part}.", f"keras.src.{part}."))
        ]:
            del sys.modules[name]
        setattr(keras, part, lazy(f"keras.{part}"))
