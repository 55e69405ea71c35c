"""Files that an installed package brings along: `package:sklearn/datasets/images`."""

from importlib.util import find_spec
from pathlib import Path

from aecli.core.errors import DataError

PREFIX = "package:"


def in_package(path: str) -> Path:
    """The place of `package:NAME/PATH/IN/IT`; the package isn't imported.

    Args:
        path: Begins with `package:`.

    Raises:
        DataError: There is no such package on this machine.
    """
    name, _, inside = path.removeprefix(PREFIX).partition("/")
    if not name.isidentifier():
        raise DataError(
            f"'{path}' names no package: expected {PREFIX}NAME/PATH/IN/IT, such as "
            f"{PREFIX}sklearn/datasets/images"
        )
    try:
        spec = find_spec(name)
    except ValueError:  # a module without a specification, such as __main__
        spec = None
    if spec is None:
        raise DataError(
            f"'{path}': no package '{name}' is installed here (it goes by the name that Python imports it by)"
        )
    if not spec.submodule_search_locations:
        raise DataError(f"'{path}': '{name}' is a single module and brings no files along")
    return Path(next(iter(spec.submodule_search_locations)), inside)
