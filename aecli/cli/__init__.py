"""The command line: one command a file, each of which parses, calls and prints."""

import ast
import os
import shutil
import sys
from collections.abc import Mapping
from contextlib import suppress
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from textwrap import fill
from types import ModuleType
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command_from_info, get_group
from typer.models import CommandInfo

from aecli.cli.examples import example
from aecli.core import log
from aecli.core.errors import AecliError
from aecli.core.text import plain

GROUPS = {
    "Train, as in: aecli train conv": ("train", "sweep", "reproduce"),
    "Look, as in: aecli visualize latest": ("visualize", "explore", "report", "compare"),
    "Measure, as in: aecli evaluate latest": ("evaluate", "score"),
    "Use, as in: aecli sample latest -o new": ("encode", "decode", "reconstruct", "sample", "export"),
    "Manage, as in: aecli runs": ("runs", "list", "show", "validate", "data", "schema", "doctor"),
}
"""The commands in the order in which help lists them; each is the function `command` of its file."""

GROUP_OF = {command: group for group, commands in GROUPS.items() for command in commands}


class LazyCommands(TyperGroup):
    """Imports a command's file when the command is run, and no other."""

    package = "aecli.cli"
    """Where the commands' files are."""
    words: str = ""
    """What is typed between `aecli` and one of them."""
    panels: Mapping[str, str | None] = GROUP_OF
    """The commands, each with the heading that help lists it under."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.commands: dict[str, Any] = dict.fromkeys(self.panels)  # what a mistyped name is compared with

    def list_commands(self, ctx: Any) -> list[str]:
        """All names."""
        return list(self.panels)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """What a command is for, read without importing its file; None if there is no such command."""
        if cmd_name not in self.panels:
            return None
        spec = find_spec(self._module(cmd_name))
        assert spec is not None
        source = Path(str(spec.origin)).read_text(encoding="utf-8")
        functions = (node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef))
        command = next(function for function in functions if function.name == "command")
        return TyperCommand(cmd_name, help=ast.get_docstring(command), rich_help_panel=self.panels[cmd_name])

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that is to be run, whole."""
        name, _, rest = super().resolve_command(ctx, args)
        return name, _whole(f"{self.words}{name}", import_module(self._module(str(name)))), rest

    def _module(self, command: str) -> str:
        return f"{self.package}.{FILES.get(command, command)}"


FILES = {"list": "list_"}
"""Files that can't be called as their commands are."""


def _whole(typed: str, module: ModuleType) -> Any:
    """A command, or a group of those that its module names in `SUBCOMMANDS`, each in a file of the module's folder."""
    ways: dict[str, Any] = {
        "name": typed.rsplit(maxsplit=1)[-1],
        "callback": module.command,
        "help": _flowing(module.command.__doc__ or ""),
        "epilog": example(typed),
    }
    words = getattr(module, "SUBCOMMANDS", ())
    if not words:
        return get_command_from_info(
            CommandInfo(**ways), pretty_exceptions_short=False, rich_markup_mode="rich"
        )
    inner = {"package": module.__name__, "words": f"{typed} ", "panels": dict.fromkeys(words)}
    group = typer.Typer(
        **ways, cls=type("LazySubcommands", (LazyCommands,), inner), invoke_without_command=True
    )
    return get_group(group)


def _flowing(text: str) -> str:
    """Paragraphs without the line breaks of their source: a terminal breaks lines where it ends."""
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in text.split("\n\n"))


app = typer.Typer(
    name="aecli",
    cls=LazyCommands,
    help="Autoencoder experiments: one YAML file in, a run folder that explains itself out.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback(invoke_without_command=True)
def _options(
    version: bool = typer.Option(False, "--version", help="Print the version and stop.", is_eager=True),
) -> None:
    if version:
        from importlib.metadata import version as version_of

        print(version_of("aecli"))  # noqa: T201
        raise typer.Exit


def main() -> None:
    """Runs the command line; every error of ours ends as its text and its exit code."""
    _have_streams()
    log.start()
    code = 0
    try:
        app()
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except AecliError as error:
        code = error.exit_code
        _complain(str(error))
    except KeyboardInterrupt:
        code = 130
    except MemoryError as error:
        code = 1
        _complain(f"out of memory: {error}. Give it less at a time: --limit, or smaller files")
    except OSError as error:  # what files can do, wherever they are; without a name, it was a stream
        code = 1
        where = "standard output" if error.filename is None else str(error.filename)
        if not isinstance(error, BrokenPipeError):
            _complain(f"{where}: can't be read or written: {error.strerror or error}")
    sys.exit(_flushed(code))


def _have_streams() -> None:
    """Gives the process the streams that it was started without, and makes every text printable.

    Else the first file that is opened would become standard output.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
        if getattr(sys, name) is None:
            setattr(sys, name, open(number, "r" if number == 0 else "w", closefd=False))  # noqa: SIM115
        if number and hasattr(getattr(sys, name), "reconfigure"):
            getattr(sys, name).reconfigure(errors="backslashreplace")


def _complain(text: str) -> None:
    """An error on standard error, if that is there; on a terminal, broken between words."""
    with suppress(OSError, ValueError):
        lines = plain(text).split("\n")
        if sys.stderr.isatty():
            width = shutil.get_terminal_size().columns
            lines = [fill(line, width, break_long_words=False, break_on_hyphens=False) for line in lines]
        sys.stderr.write("\n".join(lines) + "\n")


def _flushed(code: int) -> int:
    """The exit code, once all that was printed is written; a pipe that nobody reads is quiet, as in any tool."""
    try:
        sys.stdout.flush()
    except OSError as error:
        sys.stdout = open(os.devnull, "w")  # noqa: PTH123, SIM115 - for the interpreter, which flushes again
        if not isinstance(error, BrokenPipeError):
            _complain(f"standard output can't be written: {error.strerror}")
        return code or 1
    return code
