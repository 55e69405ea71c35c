"""The command line: one command a file, each of which parses, calls and prints."""

import sys

import typer

from aecli.cli import (
    compare,
    data,
    decode,
    doctor,
    encode,
    evaluate,
    export,
    list_,
    reconstruct,
    reproduce,
    runs,
    sample,
    schema,
    score,
    show,
    train,
    validate,
    visualize,
)
from aecli.errors import AecliError

app = typer.Typer(
    name="aecli",
    help="Autoencoder experiments: one YAML file in, a run folder that explains itself out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for name, module in {
    "train": train,
    "data": data,
    "visualize": visualize,
    "evaluate": evaluate,
    "encode": encode,
    "decode": decode,
    "reconstruct": reconstruct,
    "score": score,
    "sample": sample,
    "export": export,
    "compare": compare,
    "reproduce": reproduce,
    "runs": runs,
    "list": list_,
    "show": show,
    "validate": validate,
    "schema": schema,
    "doctor": doctor,
}.items():
    app.command(name)(module.command)


@app.callback(invoke_without_command=True)
def _options(
    version: bool = typer.Option(False, "--version", help="Print the version and stop.", is_eager=True),
) -> None:
    if version:
        from aecli import __version__

        print(__version__)  # noqa: T201
        raise typer.Exit


def main() -> None:
    """Runs the command line; every error of ours ends as its text and its exit code."""
    try:
        app()
    except AecliError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(error.exit_code)
