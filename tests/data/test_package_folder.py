"""Data in installed packages, found without importing them."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from aecli.core.errors import DataError
from aecli.data.package_folder import in_package
from aecli.data.sources.images import Images

PHOTOS = "package:sklearn/datasets/images"


def test_the_photos_of_scikit_learn_are_read() -> None:
    source = Images(path=PHOTOS)
    raw = source.read()
    assert raw.train.samples.shape == raw.test.samples.shape == (1, 427, 640, 3)
    assert list(source.absent()) == []
    assert raw.source == source, "a run keeps the package's name, not this machine's folders"


def test_the_package_is_not_imported() -> None:
    code = (
        "import sys; from aecli.data.package_folder import in_package as p; "
        f"print(p('{PHOTOS}').is_dir(), 'sklearn' in sys.modules)"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.split() == ["True", "False"]


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("package:sklern/datasets", "no package 'sklern' is installed here"),
        ("package:typing_extensions/x", "'typing_extensions' is a single module"),
        ("package:__main__/x", "no package '__main__'|single module"),
        ("package:", "names no package: expected package:NAME/PATH/IN/IT"),
        ("package:sklearn.datasets/images", "names no package"),
        ("package:../x", "names no package"),
    ],
)
def test_a_mistake_is_told(path: str, said: str) -> None:
    with pytest.raises(DataError, match=said):
        in_package(path)
    ((option, message),) = Images(path=path).absent()
    assert option == "path"
    assert path in message


def test_a_path_that_the_package_does_not_have(aecli: Any, tmp_path: Path) -> None:
    config = tmp_path / "c.yaml"
    config.write_text("model: {type: conv}\ndata: {name: images, path: 'package:sklearn/datasets/image'}\n")
    ended = aecli("data", config)
    assert ended.code == 2
    assert "c.yaml:2:28: data.path: there is no " in ended.err
    assert "sklearn/datasets/image\n" in ended.err
