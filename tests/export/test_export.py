"""The command, and what a reader of its documentation does with what it wrote."""

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from aecli.export.formats import format as formats
from aecli.export.formats.format import FORMATS
from aecli.runs.folder import RunFolder
from tests.whole_runs import opened, train, write_digits

DOCUMENT = (Path(__file__).resolve().parents[2] / "docs" / "EXPORT.md").read_text()
SNIPPETS = re.findall(r"```python\n(.*?)```", DOCUMENT, re.S)

VAE = (
    "model: {type: dense, hidden: [16], latent: {type: gaussian}}\nobjective: {type: elbo}\n"
    "training: {epochs: 1, batch_size: 32}\n"
)

pytestmark = pytest.mark.usefixtures("tensorflow")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory, tensorflow: Any) -> RunFolder:
    """A small VAE."""
    place = tmp_path_factory.mktemp("place")
    write_digits(place / "mnist.npz")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AECLI_DATA_DIR", str(place))
        patch.setattr("aecli.experiment.train.draw_figures", lambda *_, **__: [])
        return train(VAE, place / "runs")


def names(folder: Path) -> list[str]:
    """All that is in a folder, hidden or not."""
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize(
    ("name", "snippet"), list(zip(["keras", "saved_model", "onnx", "litert"], SNIPPETS, strict=True))
)
def test_an_export_can_be_used_as_the_documentation_says(
    name: str, snippet: str, run: RunFolder, aecli: Any, monkeypatch: pytest.MonkeyPatch
) -> None:

    ended = aecli("export", run.path, "--format", name)
    assert ended.code == 0, ended.err
    folder = run.exports / name
    assert ended.out == f"{folder}\n"
    assert re.findall(r"^(\w+): (\w+) differs", ended.err, re.M) == [
        ("encoder", "code"),
        ("encoder", "z_log_var"),
        ("decoder", "reconstruction"),
        ("autoencoder", "reconstruction"),
    ]
    assert len(ended.err.splitlines()) == 4, "converters chatter"

    suffix = FORMATS[name]().suffix
    assert names(folder) == sorted(
        ["export.json", *(f"{n}{suffix}" for n in ("encoder", "decoder", "autoencoder"))]
    )
    manifest = json.loads((folder / "export.json").read_text())
    assert manifest["run"] == run.id
    assert manifest["test_samples"] == 60
    encoder = manifest["networks"]["encoder"]
    assert list(encoder["inputs"]) == ["image"]
    assert encoder["inputs"]["image"]["shape"] == [None, 28, 28]
    low, high = encoder["inputs"]["image"]["range"]
    assert 0.0 <= low < high <= 1.0
    assert encoder["outputs"]["code"]["shape"] == [None, 2]
    assert encoder["outputs"]["code"]["difference"] <= encoder["outputs"]["code"]["allowed"] == 1e-4
    assert manifest["networks"]["autoencoder"]["outputs"]["reconstruction"]["allowed"] == 1e-5

    assert "aecli" not in snippet
    monkeypatch.chdir(folder)
    used: dict[str, Any] = {}
    exec(snippet, used)
    network = opened(run).network
    codes = network.encode_all(used["images"])
    np.testing.assert_allclose(used["codes"], codes, rtol=0, atol=1e-4 * np.abs(codes).max())
    np.testing.assert_allclose(used["reconstructions"], network.decode_all(codes), rtol=0, atol=1e-5)


def test_one_network_goes_where_it_is_told(run: RunFolder, aecli: Any, tmp_path: Path) -> None:
    folder = tmp_path / "new" / "decoder"
    ended = aecli("export", run.path, "--format", "keras", "--part", "decoder", "-o", folder, "--quiet")
    assert (ended.code, ended.out, ended.err) == (0, f"{folder}\n", "")
    assert names(folder) == ["decoder.keras", "export.json"]
    assert names(folder.parent) == ["decoder"]


@pytest.mark.parametrize("kind", ["folder", "file", "link"])
def test_nothing_is_overwritten(kind: str, run: RunFolder, aecli: Any, tmp_path: Path) -> None:
    place = tmp_path / "there"
    if kind == "folder":
        place.mkdir()
        (place / "mine").touch()
    elif kind == "file":
        place.write_text("mine")
    else:
        place.symlink_to(tmp_path / "elsewhere")
    ended = aecli("export", run.path, "--format", "keras", "-o", place)
    assert ended.code == 2
    assert ended.err == f"{place}: is there already, and nothing is overwritten; name a new folder with -o\n"
    assert names(tmp_path) == ["there"]


def test_where_nothing_can_be_written(run: RunFolder, aecli: Any, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    ended = aecli("export", run.path, "--format", "keras", "-o", tmp_path / "file" / "x")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith(f"{tmp_path / 'file' / 'x'}: can't be written: ")
    assert names(tmp_path) == ["file"]


def test_an_unknown_format_and_one_that_is_not_installed(
    run: RunFolder, aecli: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = aecli("export", run.path, "--format", "omnx")
    assert (ended.code, ended.err) == (2, "--format omnx: no such format; did you mean 'onnx'?\n")
    monkeypatch.setattr(formats, "find_spec", lambda package: None if package == "tf2onnx" else package)
    ended = aecli("export", run.path, "--format", "onnx")
    assert ended.code == 2
    assert ended.err == (
        "--format onnx: needs tf2onnx; install what is missing with "
        "pip install 'aecli[onnx]', in a checkout pip install -e '.[onnx]'\n"
    )


def wrong(activation: str) -> formats.Format:
    """A format that takes a liberty with the last activation."""

    class Wrong(FORMATS["keras"]):  # type: ignore[misc]
        def layer(self, layer: Any) -> Any:
            changed = {"activation": activation} if layer.name == "pixels" else {}
            return formats.layer_like(layer, **changed)

    return Wrong()


@pytest.mark.parametrize("activation", ["tanh", "log_softmax"])
def test_what_does_not_agree_is_no_export(activation: str, run: RunFolder, tmp_path: Path) -> None:
    from aecli.core.errors import ExportFailed
    from aecli.export.export import export_run

    with pytest.raises(ExportFailed) as failed:
        export_run(opened(run), wrong(activation), ["decoder"], tmp_path / "x")
    pattern = (
        r"decoder\.keras: reconstruction differs from the network's by ([0-9.]+) \(absolute; allowed: 1e-05\)"
    )
    found = re.match(pattern, str(failed.value))
    assert found, failed.value
    assert float(found[1]) > 0.1
    assert names(tmp_path) == []


def test_what_can_not_be_converted_is_said(
    run: RunFolder, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    from aecli.core.errors import ExportFailed
    from aecli.export.export import export_run

    class Damaged(FORMATS["keras"]):  # type: ignore[misc]
        def write(self, model: Any, path: Path) -> None:
            path.write_bytes(b"PK")

    with pytest.raises(ExportFailed, match=r"autoencoder\.keras: this network can't be exported as keras: "):
        export_run(opened(run), Damaged(), ["autoencoder"], tmp_path / "x")
    assert names(tmp_path) == []


def test_a_run_that_did_not_end_has_nothing_to_compare_on(run: RunFolder, aecli: Any, tmp_path: Path) -> None:
    (path,) = run.networks.glob("*/reference.npz")
    reference = path.read_bytes()
    path.unlink()
    try:
        ended = aecli("export", run.path, "--format", "keras", "-o", tmp_path / "x")
    finally:
        path.write_bytes(reference)
    assert ended.code == 2
    assert "reference.npz: no such file" in ended.err
    assert names(tmp_path) == []
