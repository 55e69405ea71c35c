"""`aecli validate`: are these configs right?"""

from pathlib import Path
from typing import Annotated

import typer

from aecli.cli.arguments import PluginOption, SetOption
from aecli.cli.output import show
from aecli.config.load import open_config
from aecli.config.overrides import parse_set
from aecli.core.errors import RequestError
from aecli.sweeps.opening import is_sweep, open_sweep


def command(
    configs: Annotated[
        list[str], typer.Argument(metavar="CONFIG...", help="YAML files, or names of recipes.")
    ],
    set_: SetOption = None,
    plugin: PluginOption = None,
) -> None:
    """Check configs and sweeps without training."""
    overrides = [parse_set(assignment) for assignment in set_ or []]
    mistakes = []
    for config in configs:
        try:
            opened = (
                open_sweep(Path(config), Path(config).stem, overrides)
                if is_sweep(Path(config))
                else open_config(config, overrides)
            )
            opened.require_data()
            show(f"{config}: right")
        except RequestError as error:
            mistakes.append(str(error))
    if mistakes:
        raise RequestError("\n".join(mistakes))
