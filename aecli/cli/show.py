"""`aecli show`: the whole effective config."""

from aecli.cli.arguments import ConfigArgument, SetOption


def command(config: ConfigArgument, set_: SetOption = None) -> None:
    """Show the whole effective config, with where each value came from."""
    from aecli.config import load_config, parse_set
    from aecli.config.annotate import annotate
    from aecli.config.recipes import find_config

    loaded = load_config(find_config(config), [parse_set(assignment) for assignment in set_ or []])
    print(annotate(loaded), end="")  # noqa: T201
