"""Inputs → what a network makes of them: what a denoiser is for."""

from __future__ import annotations

from pathlib import Path

from aecli.inputs.batch import Inputs, PassedOver
from aecli.inputs.pictures import PictureInputs
from aecli.inputs.tiles import TileInputs
from aecli.messages import Messages
from aecli.outputs.bar import Bar
from aecli.outputs.picture_folder import PictureFolder
from aecli.outputs.place import prepare_folder
from aecli.outputs.results import ArrayResults, PictureResults, Results
from aecli.trained import TrainedRun
from aecli.usage.functions import reconstructor
from aecli.usage.outcome import Outcome, require_some
from aecli.usage.whole import reconstruct_whole

FILE = "reconstructions.npz"


def reconstruct(
    run: TrainedRun, inputs: Inputs, folder: Path, overwrite: bool, messages: Messages
) -> Outcome:
    """Reconstructs inputs into a folder: pictures as pictures of the same names and sizes, else one array.

    Pictures of a run that was trained on tiles are reconstructed whole.

    Args:
        run: What reconstructs.
        inputs: What is reconstructed.
        folder: Where results go.
        overwrite: Whether the folder may hold something already.
        messages: Where progress and warnings go.

    Raises:
        RequestError: The folder can't be used, or nothing can be read.
    """
    if isinstance(inputs, TileInputs):
        return _whole(run, inputs, folder, overwrite, messages)
    results: Results
    if isinstance(inputs, PictureInputs):
        place = PictureFolder(prepare_folder(folder, overwrite, inputs.found.base), overwrite)
        results = PictureResults(place, inputs.form, digits=1)
    else:
        results = ArrayResults(prepare_folder(folder, overwrite) / FILE, run.scaling)
    function, passed_over = reconstructor(run), PassedOver(messages.warn)
    with Bar("Reconstructing", inputs.count, messages) as bar, results:
        for batch in inputs.batches(run.network.batch_size, passed_over):
            outputs = function(batch.items)
            bar.advance(results.add(batch.names, outputs, batch.originals, batch.lengths, passed_over))
        require_some(bar.done, passed_over, inputs.origin)
    return Outcome([results.path], bar.done, passed_over.count, bar.seconds)


def _whole(run: TrainedRun, inputs: TileInputs, folder: Path, overwrite: bool, messages: Messages) -> Outcome:
    """Reconstructs pictures at their own size."""
    place = PictureFolder(prepare_folder(folder, overwrite, inputs.found.base), overwrite)
    passed_over = PassedOver(messages.warn)
    with Bar("Reconstructing", len(inputs.found), messages) as bar:
        reconstruct_whole(run, inputs, place, bar, passed_over)
        require_some(bar.done, passed_over, inputs.origin)
    return Outcome([place.path], bar.done, passed_over.count, bar.seconds)
