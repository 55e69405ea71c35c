"""The outermost kernels as images."""

from typing import Any

import numpy as np
import pytest

from aecli.models.build import build
from aecli.models.kernels import atoms, filters
from aecli.models.networks.conv import Conv
from aecli.models.networks.dense import Dense
from aecli.models.networks.lstm import Lstm


@pytest.mark.usefixtures("tensorflow")
@pytest.mark.parametrize(
    ("model", "sample_shape", "first", "last"),
    [
        (Dense(), (6, 5), (32, 6, 5, 1), (32, 6, 5, 1)),
        (Dense(hidden=(9,), condition="label"), (6, 5, 3), (9, 6, 5, 3), (9, 6, 5, 3)),
        (Conv(condition="label"), (8, 8, 3), (16, 3, 3, 3), (16, 3, 3, 3)),
        (Conv(), (8, 8), (16, 3, 3, 1), (16, 3, 3, 1)),
        (Dense(), (7,), None, None),
        (Lstm(), (7, 2), None, None),
    ],
)
def test_outermost_kernels_have_the_shape_of_images(
    model: Any, sample_shape: tuple[int, ...], first: tuple[int, ...] | None, last: tuple[int, ...] | None
) -> None:
    network = build(model, sample_shape, classes=4 if model.condition else 0)
    assert [None if found is None else found.shape for found in (filters(network), atoms(network))] == [
        first,
        last,
    ]


@pytest.mark.usefixtures("tensorflow")
def test_a_filter_and_an_atom_are_what_a_unit_sees_and_adds() -> None:
    network = build(Dense(output="linear"), (6, 5))
    unit = np.zeros((1, 32), np.float32)
    base, unit[0, 3] = np.asarray(network.decode_all(unit)), 1.0
    np.testing.assert_allclose(network.decode_all(unit)[0] - base[0], atoms(network)[3, ..., 0], atol=1e-5)
    found = filters(network)
    assert found is not None
    code = network.encode_all(found[3:4, ..., 0])[0, 3]
    assert code == pytest.approx(float(np.square(found[3]).sum()), rel=1e-4)
