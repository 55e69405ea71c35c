"""Every network with every latent in every format: what was written does what the network does."""

from pathlib import Path

import numpy as np
import pytest

from aecli.export.destination import ALL
from aecli.export.formats.format import FORMATS
from aecli.models.latents.gaussian import Gaussian
from aecli.models.latents.latent import LATENTS
from aecli.models.networks.conv import Conv
from aecli.models.networks.dense import Dense
from aecli.models.networks.network import NETWORKS
from tests.export.networks import built, export, images

pytestmark = pytest.mark.usefixtures("tensorflow")

ODD = (5, 11)
"""Not divisible by the pooling, so that maps are cropped; and few steps for the LSTM that is unrolled."""


KINDS = list(NETWORKS)
PRODUCT = [(kind, latent, name) for kind in KINDS for latent in LATENTS for name in FORMATS]
ONCE = [
    (KINDS[(row + column) % len(KINDS)], latent, name)
    for row, latent in enumerate(LATENTS)
    for column, name in enumerate(FORMATS)
]
"""Each latent in each format; the others of the product take minutes."""


@pytest.mark.parametrize(
    ("kind", "latent", "name"),
    [pytest.param(*each, marks=[] if each in ONCE else [pytest.mark.slow]) for each in PRODUCT],
)
def test_every_network_and_latent_in_every_format(kind: str, latent: str, name: str, tmp_path: Path) -> None:
    own = NETWORKS[kind]()
    model = own if type(own.latent) is LATENTS[latent] else NETWORKS[kind](latent=LATENTS[latent]())
    network, samples = built(model, ODD), images(ODD)
    exported = export(network, name, tmp_path, samples)
    assert list(exported) == list(ALL)
    target = FORMATS[name]()
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        f"{part}{target.suffix}" for part in ALL
    )

    # Read and compared here once more, against the network itself, with a batch of another size.
    def loaded(part: str, inputs: np.ndarray) -> dict[str, np.ndarray]:
        return target.load(tmp_path / exported[part]["file"])(inputs)

    few = samples[:3]
    codes, outputs = network.encode_all(few), network.decode_all(network.encode_all(few))
    encoded = loaded("encoder", few)
    np.testing.assert_allclose(encoded["code"], codes, rtol=0, atol=1e-4 * np.abs(codes).max())
    np.testing.assert_allclose(loaded("decoder", codes)["reconstruction"], outputs, rtol=0, atol=1e-5)
    np.testing.assert_allclose(loaded("autoencoder", few)["reconstruction"], outputs, rtol=0, atol=1e-5)
    others = network.encoder(few)
    assert len(encoded) == (len(others) if isinstance(others, list) else 1)
    if latent == "plain":
        assert set(encoded) == {"code"}
    if latent == "gaussian":
        assert set(encoded) == {"code", "z_log_var"}
        np.testing.assert_allclose(encoded["z_log_var"], np.asarray(others[1]), rtol=0, atol=1e-4)


@pytest.mark.parametrize("name", list(FORMATS))
def test_large_odd_images_in_colour(name: str, tmp_path: Path) -> None:
    network = built(Conv(filters=(4, 2)), (33, 47, 3))
    export(network, name, tmp_path, images((33, 47, 3)), ("autoencoder",))


@pytest.mark.parametrize("name", list(FORMATS))
def test_a_network_that_is_told_labels(name: str, tmp_path: Path) -> None:
    network = built(Dense(hidden=(6,), condition="label", latent=Gaussian(dim=3)), ODD, classes=4)
    samples, labels = images(ODD), np.eye(4, dtype=np.float32)[np.arange(7) % 4]
    exported = export(network, name, tmp_path, samples, labels=labels)
    assert list(exported["encoder"]["inputs"]) == ["image", "label"]
    assert list(exported["decoder"]["inputs"]) == ["code", "label"]
    decoder = FORMATS[name]().load(tmp_path / exported["decoder"]["file"])
    codes = network.encode_all(samples, labels)
    for told in (labels, np.roll(labels, 1, axis=0)):
        outputs = network.decode_all(codes, told)
        np.testing.assert_allclose(decoder(codes, told)["reconstruction"], outputs, rtol=0, atol=1e-5)
