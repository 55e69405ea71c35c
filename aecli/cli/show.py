"""`aecli show`: the whole effective config."""

from aecli.cli.arguments import ConfigArgument, PluginOption, SetOption
from aecli.cli.output import show
from aecli.config.annotate import annotate
from aecli.config.load import open_config
from aecli.config.overrides import parse_set


def command(config: ConfigArgument, set_: SetOption = None, plugin: PluginOption = None) -> None:
    """Show the whole effective config, with where each value came from."""
    show(annotate(open_config(config, [parse_set(assignment) for assignment in set_ or []])).rstrip())
