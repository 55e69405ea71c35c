"""The whole effective config as YAML, with where each value came from."""

from collections.abc import Iterator
from typing import Any

from aecli.config.load import Loaded
from aecli.config.problems import Path_
from aecli.config.yaml_text import dump_value


def annotate(loaded: Loaded) -> str:
    """A loaded config as YAML that can be trained again; each line ends in a comment on its origin.

    Args:
        loaded: The config and its origins.

    Returns:
        The text, ending in a newline.
    """
    lines = list(_lines(loaded.config.model_dump(mode="json"), (), loaded))
    width = max(len(text) for text, origin in lines if origin)
    return "".join(f"{text:<{width}}  # {origin}\n" if origin else f"{text}\n" for text, origin in lines)


def _lines(section: dict[str, Any], path: Path_, loaded: Loaded) -> Iterator[tuple[str, str]]:
    for key, value in section.items():
        here = (*path, key)
        indent = "  " * len(path)
        if isinstance(value, dict):
            yield f"{indent}{key}:", ""
            yield from _lines(value, here, loaded)
        else:
            yield f"{indent}{key}: {dump_value(value)}", _origin(here, loaded)


def _origin(path: Path_, loaded: Loaded) -> str:
    """The place of a value; one that was given nowhere is a default."""
    return str(loaded.origins[path]) if path in loaded.origins else "default"
