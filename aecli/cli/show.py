"""`aecli show`: the whole effective config."""

from aecli.cli.arguments import ConfigArgument, PluginOption, SetOption


def command(config: ConfigArgument, set_: SetOption = None, plugin: PluginOption = None) -> None:
    """Show the whole effective config, with where each value came from."""
    from aecli.cli.configs import checked_config
    from aecli.config import parse_set
    from aecli.config.annotate import annotate
    from aecli.config.recipes import find_config
    from aecli.messages import Messages

    overrides = [parse_set(assignment) for assignment in set_ or []]
    loaded = checked_config(find_config(config), overrides, Messages().say)
    print(annotate(loaded), end="")  # noqa: T201
