"""`aecli doctor`: one screen to paste into a bug report."""

import os

from aecli.cli.output import print_table
from aecli.config.recipes import recipes_folder
from aecli.core import backend, provenance
from aecli.data.cache import cache_folder
from aecli.data.sources.own import OwnData
from aecli.data.sources.source import DATA_SETS


def command() -> None:
    """Show versions, devices, and where each data set would come from."""
    rows = list(provenance.versions().items())
    rows += [("commit", provenance.git_commit() or "not run from a checkout")]
    rows += [("platform", provenance.machine()), ("processors", str(os.cpu_count()))]
    backend.load()
    rows += [("device", provenance.device())]
    rows += [("recipes", str(recipes_folder())), ("cache", str(cache_folder()))]
    rows += [
        (variable, os.environ.get(variable, "not set")) for variable in ("AECLI_DATA_DIR", "AECLI_RUNS_DIR")
    ]
    rows += [
        (f"data: {name}", source().whereabouts())
        for name, source in DATA_SETS.items()
        if not issubclass(source, OwnData)
    ]
    print_table(["what", "found"], rows)
