"""`aecli reconstruct`: inputs → what the network makes of them."""

from aecli.cli.arguments import (
    RUNS_DIR,
    FolderOption,
    InputArgument,
    LabelOption,
    OverwriteOption,
    PluginOption,
    QuietOption,
    RunArgument,
    RunsDirOption,
)
from aecli.cli.output import report
from aecli.runs.opened import open_run


def command(
    run: RunArgument,
    inputs: InputArgument,
    output: FolderOption,
    overwrite: OverwriteOption = False,
    label: LabelOption = None,
    plugin: PluginOption = None,
    runs_dir: RunsDirOption = RUNS_DIR,
    quiet: QuietOption = False,
) -> None:
    """Reconstruct inputs, which is how a denoiser denoises.

    Images become images of the same names and sizes, arrays become reconstructions.npz.
    """
    opened = open_run(run, runs_dir)
    from aecli.inference.inputs.opening import open_inputs
    from aecli.inference.reconstruct import reconstruct

    report(
        "Reconstructed",
        reconstruct(opened, open_inputs(inputs, opened, label, whole=True), output, overwrite),
    )
