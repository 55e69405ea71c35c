"""`aecli schema`: for editors."""

import json

from aecli.cli.output import show
from aecli.config.schema import Config


def command() -> None:
    """Print the JSON schema of configs, for editors that check YAML as you type."""
    show(json.dumps(Config.model_json_schema(), indent=2, ensure_ascii=False))
