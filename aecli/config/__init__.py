"""YAML text → a typed, checked `Config`: overrides, where each value came from, errors with their place."""

from aecli.config.load import Loaded, load_config
from aecli.config.overrides import Override, parse_set
from aecli.config.schema import Config

__all__ = ["Config", "Loaded", "Override", "load_config", "parse_set"]
