"""A data set by what a user types: the name of one, or the path of an `.npz` file."""

from pathlib import Path

from aecli.core.errors import RequestError
from aecli.core.text import did_you_mean, printable
from aecli.data.sources.npz import Npz
from aecli.data.sources.own import OwnData
from aecli.data.sources.source import DATA_SETS, DataSource


def named_source(argument: str) -> DataSource:
    """The options of a data set, all of it.

    Args:
        argument: A name (`aecli list datasets`), or the path of an `.npz` file with the arrays x_train and
            x_test, or x.

    Raises:
        RequestError: It is neither.
    """
    if argument in DATA_SETS and not issubclass(DATA_SETS[argument], OwnData):
        return DATA_SETS[argument]()
    if Path(argument).suffix == ".npz":
        return Npz(path=argument)
    raise RequestError(
        f"--data {printable(argument)}: no data set of that name and no .npz file; "
        f"{did_you_mean(argument, DATA_SETS)}"
    )
