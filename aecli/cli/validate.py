"""`aecli validate`: are these configs right?"""

from typing import Annotated

import typer

from aecli.cli.arguments import SetOption


def command(
    configs: Annotated[
        list[str], typer.Argument(metavar="CONFIG...", help="YAML files, or names of recipes.")
    ],
    set_: SetOption = None,
) -> None:
    """Check configs without training."""
    from aecli.config import load_config, parse_set
    from aecli.config.recipes import find_config
    from aecli.errors import ConfigError

    overrides = [parse_set(assignment) for assignment in set_ or []]
    mistakes = []
    for config in configs:
        try:
            load_config(find_config(config), overrides).require_data()
            print(f"{config}: right")  # noqa: T201
        except ConfigError as error:
            mistakes.append(str(error))
    if mistakes:
        raise ConfigError("\n".join(mistakes))
