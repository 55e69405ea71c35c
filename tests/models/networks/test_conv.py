from typing import TYPE_CHECKING, Any

import pytest

from aecli.models.latents.gaussian import Gaussian
from aecli.models.networks.conv import Conv
from aecli.models.networks.network import Network

if TYPE_CHECKING:
    from aecli.models.autoencoder import Autoencoder

pytestmark = pytest.mark.usefixtures("tensorflow")


def built(model: Network, shape: tuple[int, ...], classes: int = 0) -> "Autoencoder":
    from aecli.models.build import build

    return build(model, shape, classes)


def listed(model: Any) -> list[tuple[Any, ...]]:
    """A model's layers in order: type, what sets it apart, and its output's shape without the batch."""
    rows: list[tuple[Any, ...]] = []
    for layer in model.layers:
        kind = type(layer).__name__
        shape = tuple(layer.output.shape[1:])
        if kind == "Conv2D":
            rows.append(
                (kind, layer.filters, layer.kernel_size, layer.padding, layer.activation.__name__, shape)
            )
        elif kind == "MaxPooling2D":
            rows.append((kind, layer.pool_size, layer.strides, layer.padding, shape))
        elif kind == "UpSampling2D":
            rows.append((kind, layer.size, layer.interpolation, shape))
        elif kind == "Activation":
            rows.append((kind, layer.activation.__name__, shape))
        elif kind == "Cropping2D":
            rows.append((kind, tuple(tuple(cut) for cut in layer.cropping), shape))
        elif kind not in ("InputLayer", "Reshape"):
            rows.append((kind, shape))
    return rows


def conv(filters: int, padding: str, shape: tuple[int, ...], activation: str = "relu") -> tuple[Any, ...]:
    return ("Conv2D", filters, (3, 3), padding, activation, shape)


def pool(*shape: int) -> tuple[Any, ...]:
    return ("MaxPooling2D", (2, 2), (2, 2), "same", shape)


def up(*shape: int) -> tuple[Any, ...]:
    return ("UpSampling2D", (2, 2), "nearest", shape)


def test_the_convolutional_autoencoder_is_the_posts_layer_by_layer() -> None:
    network = built(Conv(filters=(16, 8, 8)), (28, 28))
    assert listed(network.encoder) == [
        conv(16, "same", (28, 28, 16)),
        pool(14, 14, 16),
        conv(8, "same", (14, 14, 8)),
        pool(7, 7, 8),
        conv(8, "same", (7, 7, 8)),
        pool(4, 4, 8),
    ]
    assert listed(network.decoder) == [
        conv(8, "same", (4, 4, 8)),
        up(8, 8, 8),
        conv(8, "same", (8, 8, 8)),
        up(16, 16, 8),
        conv(16, "valid", (14, 14, 16)),  # the one without padding
        up(28, 28, 16),
        conv(1, "same", (28, 28, 1), "linear"),
        ("Activation", "sigmoid", (28, 28)),
    ]
    assert network.latent_shape == (4, 4, 8)
    assert network.latent_size == 128


def test_it_has_as_many_parameters_as_the_posts() -> None:
    network = built(Conv(filters=(16, 8, 8)), (28, 28))
    encoder = (9 * 1 * 16 + 16) + (9 * 16 * 8 + 8) + (9 * 8 * 8 + 8)
    decoder = (9 * 8 * 8 + 8) * 2 + (9 * 8 * 16 + 16) + (9 * 16 * 1 + 1)
    assert network.encoder.count_params() == encoder
    assert network.decoder.count_params() == decoder
    assert network.autoencoder.count_params() == 4385


def test_the_denoising_autoencoder_is_the_posts_layer_by_layer() -> None:
    network = built(Conv(filters=(32, 32)), (28, 28))
    assert listed(network.encoder) == [
        conv(32, "same", (28, 28, 32)),
        pool(14, 14, 32),
        conv(32, "same", (14, 14, 32)),
        pool(7, 7, 32),
    ]
    assert listed(network.decoder) == [
        conv(32, "same", (7, 7, 32)),
        up(14, 14, 32),
        conv(32, "same", (14, 14, 32)),
        up(28, 28, 32),
        conv(1, "same", (28, 28, 1), "linear"),
        ("Activation", "sigmoid", (28, 28)),
    ]
    assert network.autoencoder.count_params() == 28_353


def test_what_no_convolution_can_trim_is_cropped_at_the_end() -> None:
    network = built(Conv(filters=(4, 4)), (33, 47))
    assert network.latent_shape == (9, 12, 4)
    assert listed(network.decoder) == [
        conv(4, "same", (9, 12, 4)),
        up(18, 24, 4),
        conv(4, "same", (18, 24, 4)),
        up(36, 48, 4),
        ("Cropping2D", ((1, 2), (0, 1)), (33, 47, 4)),
        conv(1, "same", (33, 47, 1), "linear"),
        ("Activation", "sigmoid", (33, 47)),
    ]


@pytest.mark.parametrize("kernel_size", [1, 2, 4, 5])
@pytest.mark.parametrize("size", [(28, 28), (30, 17), (3, 2), (1, 1)])
def test_any_size_and_kernel_come_back_in_the_same_size(kernel_size: int, size: tuple[int, int]) -> None:
    network = built(Conv(filters=(2, 3, 4), kernel_size=kernel_size), size)
    assert tuple(network.decoder.output_shape[1:]) == size
    kernels = {layer.kernel_size for layer in network.decoder.layers if type(layer).__name__ == "Conv2D"}
    assert kernels == {(kernel_size, kernel_size)}


def test_colours_go_in_and_come_out() -> None:
    network = built(Conv(filters=(4,)), (8, 8, 3))
    assert listed(network.encoder)[0] == conv(4, "same", (8, 8, 4))
    assert network.encoder.get_weights()[0].shape == (3, 3, 3, 4)
    assert listed(network.decoder)[-2:] == [
        conv(3, "same", (8, 8, 3), "linear"),
        ("Activation", "sigmoid", (8, 8, 3)),
    ]


def test_a_latent_of_numbers_stands_between_maps_and_maps() -> None:
    network = built(Conv(filters=(4, 2), hidden=(9,), latent=Gaussian(dim=3)), (13, 9))
    assert [layer.units for layer in network.encoder.layers if type(layer).__name__ == "Dense"] == [9, 3, 3]
    assert [layer.units for layer in network.decoder.layers if type(layer).__name__ == "Dense"] == [
        9,
        4 * 3 * 2,
    ]
    assert network.latent_shape == (3,)
    assert tuple(network.decoder.output_shape[1:]) == (13, 9)


def test_a_class_is_a_channel_of_the_image_and_of_the_maps() -> None:
    network = built(Conv(filters=(4,), condition="label"), (8, 8, 3), classes=5)
    kernels = [weights.shape for weights in network.encoder.get_weights() if weights.ndim == 4]
    assert kernels == [(3, 3, 3 + 5, 4)]
    kernels = [weights.shape for weights in network.decoder.get_weights() if weights.ndim == 4]
    assert kernels == [(3, 3, 4 + 5, 4), (3, 3, 4, 3)]
