"""What a page holds, without a browser."""

import numpy as np
import pytest

from aecli.core.errors import ExportFailed
from aecli.reports.explore.page import SCRIPTS, _as_data


def test_data_can_not_end_its_element() -> None:
    assert "<" not in _as_data({"name": "</script><script>"})


def test_what_is_no_number_is_refused() -> None:
    with pytest.raises(ExportFailed, match="no numbers"):
        _as_data({"losses": [float("nan")]})


def test_every_module_is_in_the_script() -> None:
    from importlib.resources import files

    folder = files("aecli.reports.explore") / "browser"
    assert sorted(SCRIPTS) == sorted(
        path.name.removesuffix(".js") for path in folder.iterdir() if path.name.endswith(".js")
    )


@pytest.mark.usefixtures("tensorflow")
def test_labels_are_called_as_their_classes_are() -> None:
    from aecli.reports.explore.content import _labels

    assert _labels(np.array([8.0, 1.0, 8.0])) == (["1", "8"], ["8", "1", "8"])
    assert _labels(np.array([0.5, 1.0])) == (None, ["0.5", "1.0"])
    assert _labels(None) == (None, None)


@pytest.mark.usefixtures("tensorflow")
def test_principal_components_are_those_of_scikit_learn() -> None:
    from sklearn.decomposition import PCA

    from aecli.reports.explore.axes import principal

    codes = np.random.default_rng(0).normal(size=(50, 7)).astype(np.float32) * np.arange(1, 8)
    found, expected = principal(codes), PCA(2).fit(codes).components_
    signs = np.sign((found * expected).sum(axis=1, keepdims=True))
    np.testing.assert_allclose(found, signs * expected, atol=1e-4)
