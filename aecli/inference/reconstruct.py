"""Inputs → what a network makes of them: what a denoiser is for."""

from __future__ import annotations

from pathlib import Path

from aecli.core.progress import Bar
from aecli.inference.functions import reconstructor
from aecli.inference.image_format import ImageFormat
from aecli.inference.inputs.batch import Inputs, Skipped
from aecli.inference.outcome import Outcome, require_some
from aecli.inference.outputs.image_folder import ImageFolder
from aecli.inference.outputs.place import prepare_folder
from aecli.inference.outputs.results import ArrayResults, ImageResults, Results
from aecli.inference.whole import whole_reconstructor
from aecli.runs.opened import OpenedRun

FILE = "reconstructions.npz"


def reconstruct(run: OpenedRun, inputs: Inputs, folder: Path, overwrite: bool) -> Outcome:
    """Reconstructs inputs into a folder: images as images of the same names and sizes, else one array.

    Images of a run that was trained on tiles are reconstructed whole.

    Args:
        run: What reconstructs.
        inputs: What is reconstructed; of a run on tiles, whole images.
        folder: Where results go.
        overwrite: Whether the folder may hold something already.

    Raises:
        RequestError: The folder can't be used, or nothing can be read.
    """
    results: Results
    place = prepare_folder(folder, overwrite, inputs)
    if inputs.folder is None:
        results, function = ArrayResults(place / FILE, run.scaling), reconstructor(run)
    else:
        results = ImageResults(ImageFolder(place, overwrite), ImageFormat.of(run))
        in_tiles = run.framing is not None and run.framing.fit == "tiles"
        function = whole_reconstructor(run) if in_tiles else reconstructor(run)
    skipped = Skipped()
    with Bar("Reconstructing", inputs.count) as bar, results:
        for batch in inputs.batches(run.network.batch_size, skipped):
            bar.advance(results.add(batch.named, function(batch.samples, batch.told), skipped))
        require_some(bar.done, skipped, inputs.origin)
    return Outcome([results.path], bar.done, skipped.count, bar.seconds)
