import pytest

from aecli.models.conv import Conv
from aecli.models.dense import Dense
from aecli.models.lstm import Lstm
from aecli.models.spec import ModelSpec
from aecli.models.vae import Vae

DENSE = 784 * 128 + 128 * 32 + 32 * 128 + 128 * 784
# Output pixels × kernel × channels in × channels out, from the image to the code and back.
CONV = 9 * (
    (28 * 28 * 1 * 16 + 14 * 14 * 16 * 8 + 7 * 7 * 8 * 8)
    + (4 * 4 * 8 * 8 + 8 * 8 * 8 * 8 + 14 * 14 * 8 * 16 + 28 * 28 * 16 * 1)
)
# Rows × gates × (features + state) × units, and the layer that reads each step.
LSTM = 28 * (4 * (20 + 6) * 6 + 4 * (6 + 10) * 10 + 10 * 20)
VAE = 784 * 256 + 2 * 256 * 2 + 2 * 256 + 256 * 784


@pytest.mark.usefixtures("tensorflow")
@pytest.mark.parametrize(
    ("spec", "shape", "cost", "dense"),
    [
        (Dense(hidden=(128,)), (28, 28), DENSE, True),
        (Conv(), (28, 28), CONV, False),
        (Lstm(latent_dim=6, decoder_units=10), (28, 20), LSTM, False),
        (Vae(), (28, 28), VAE, True),
    ],
    ids=["dense", "conv", "lstm", "vae"],
)
def test_multiply_adds_are_those_counted_by_hand(
    spec: ModelSpec, shape: tuple[int, ...], cost: int, dense: bool
) -> None:
    from aecli.models.network.cost import multiply_adds, only_dense

    network = spec.build(shape)
    assert multiply_adds(network) == cost
    assert only_dense(network) == dense
