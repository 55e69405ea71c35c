"""What a file format offers, and the registry that finds them all."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from aecli.core.errors import RequestError
from aecli.core.options import Options, Registry
from aecli.core.text import did_you_mean, printable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FORMATS: Registry[Format] = Registry("format", tag="name", package="aecli.export.formats")

Loaded: TypeAlias = "Callable[..., dict[str, NDArray[np.float32]]]"
"""An export as a function: a batch, and with a condition its one-hot labels → the outputs by name."""


class Format(Options, ABC):
    """A file format that networks are exported to.

    Attributes:
        suffix: How the name of an exported network ends; empty where it is a folder.
        packages: What writing and reading it needs beside aecli's own dependencies, as it is imported; the
            extra of the format's name installs it.
    """

    suffix: ClassVar[str]
    packages: ClassVar[tuple[str, ...]] = ()

    name: str
    """Which format."""

    def layer(self, layer: Any) -> Any:
        """A new layer without weights that does what a network's does, in a way that the format can hold.

        Args:
            layer: A layer of Keras's own; by default its like is made from its configuration.
        """
        return layer_like(layer)

    @abstractmethod
    def write(self, model: Any, path: Path) -> None:
        """Writes a network.

        Args:
            model: A Keras model of one named input, or of a list of them, whose outputs are a dict.
            path: Where to; there is nothing yet.
        """

    @abstractmethod
    def load(self, path: Path) -> Loaded:
        """Reads what `write` wrote as any other program would, without the model."""

    def versions(self) -> dict[str, str]:
        """Versions of the packages."""
        return {package: version(package) for package in self.packages}


def given(inputs: Sequence[Any]) -> Any:
    """What a Keras model of so many inputs takes: one as it is, several as a list of tensors."""
    if len(inputs) == 1:
        return inputs[0]
    from keras import ops

    return [ops.convert_to_tensor(each) for each in inputs]


def layer_like(layer: Any, **changed: Any) -> Any:
    """A new layer with a layer's configuration, but for what is changed."""
    return type(layer).from_config({**layer.get_config(), **changed})


def find_format(name: str) -> Format:
    """The format that a user means.

    Raises:
        RequestError: There is none of that name, or what it needs isn't installed.
    """
    if name not in list(FORMATS):
        raise RequestError(f"--format {printable(name)}: no such format; {did_you_mean(name, FORMATS)}")
    missing = [package for package in FORMATS[name].packages if find_spec(package) is None]
    if missing:
        raise RequestError(
            f"--format {name}: needs {' and '.join(missing)}; install what is missing with "
            f"pip install 'aecli[{name}]', in a checkout pip install -e '.[{name}]'"
        )
    return FORMATS[name].model_validate({"name": name})
