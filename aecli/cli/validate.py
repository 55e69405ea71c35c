"""`aecli validate`: are these configs right?"""

from typing import Annotated

import typer

from aecli.cli.arguments import PluginOption, SetOption


def command(
    configs: Annotated[
        list[str], typer.Argument(metavar="CONFIG...", help="YAML files, or names of recipes.")
    ],
    set_: SetOption = None,
    plugin: PluginOption = None,
) -> None:
    """Check configs without training."""
    from aecli.cli.configs import checked_config
    from aecli.config import parse_set
    from aecli.config.recipes import find_config
    from aecli.errors import RequestError
    from aecli.messages import Messages

    overrides = [parse_set(assignment) for assignment in set_ or []]
    mistakes = []
    for config in configs:
        try:
            checked_config(find_config(config), overrides, Messages().say).require_data()
            print(f"{config}: right")  # noqa: T201
        except RequestError as error:
            mistakes.append(str(error))
    if mistakes:
        raise RequestError("\n".join(mistakes))
