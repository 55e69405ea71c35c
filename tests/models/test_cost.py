import pytest

from aecli.models.latents.gaussian import Gaussian
from aecli.models.networks.conv import Conv
from aecli.models.networks.dense import Dense
from aecli.models.networks.lstm import Lstm
from aecli.models.networks.network import Network

DENSE = 784 * 128 + 128 * 32 + 32 * 128 + 128 * 784
# Output pixels × kernel × channels in × channels out, from the image to the code and back.
CONV = 9 * (
    (28 * 28 * 1 * 16 + 14 * 14 * 16 * 8 + 7 * 7 * 8 * 8)
    + (4 * 4 * 8 * 8 + 8 * 8 * 8 * 8 + 14 * 14 * 8 * 16 + 28 * 28 * 16 * 1)
)
# Rows × gates × (features + state) × units, and the layer that reads each step.
LSTM = 28 * (4 * (20 + 6) * 6 + 4 * (6 + 10) * 10 + 10 * 20)
GAUSSIAN = 784 * 256 + 2 * 256 * 2 + 2 * 256 + 256 * 784


@pytest.mark.usefixtures("tensorflow")
@pytest.mark.parametrize(
    ("model", "shape", "cost", "dense", "xla"),
    [
        (Dense(hidden=(128,)), (28, 28), DENSE, True, True),
        (Conv(), (28, 28), CONV, False, False),
        (Lstm(encoder_units=6, decoder_units=10), (28, 20), LSTM, False, True),
        (Dense(hidden=(256,), latent=Gaussian()), (28, 28), GAUSSIAN, True, True),
    ],
    ids=["dense", "conv", "lstm", "gaussian"],
)
def test_multiply_adds_are_those_counted_by_hand(
    model: Network, shape: tuple[int, ...], cost: int, dense: bool, xla: bool
) -> None:
    from aecli.models.build import build
    from aecli.models.cost import multiply_adds, only_dense, suits_xla

    network = build(model, shape)
    assert multiply_adds(network) == cost
    assert only_dense(network) == dense
    assert suits_xla(network) == xla
