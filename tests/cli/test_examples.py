"""The example that the help of each command ends with."""

import shlex

import click
import pytest

from aecli.cli import GROUP_OF, LazyCommands
from aecli.cli.examples import EXAMPLES, example
from aecli.cli.runs import SUBCOMMANDS


def test_every_command_has_one() -> None:
    assert set(EXAMPLES) == {*GROUP_OF, *(f"runs {word}" for word in SUBCOMMANDS)}


@pytest.mark.parametrize("words", EXAMPLES)
def test_help_ends_with_an_example_that_the_command_takes(aecli, words: str) -> None:
    said = " ".join(aecli(*words.split(), "--help").out.split())
    assert said.endswith(example(words))
    _, *typed = shlex.split(example(words).removeprefix("Example: ").partition(" >")[0])
    group, rest = LazyCommands(name="aecli"), typed
    for _ in words.split():
        name, command, rest = group.resolve_command(click.Context(click.Command("aecli")), rest)
        group = command
    assert name == words.rsplit(maxsplit=1)[-1]
    command.make_context(name, rest, resilient_parsing=False)
