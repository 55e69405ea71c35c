import pytest

from aecli.evaluation.headline import against_pca
from aecli.evaluation.report import Findings


@pytest.mark.parametrize(
    ("psnr", "sentence"),
    [
        (21.0, "Better than PCA with as many numbers, by 3.0 dB: PSNR 21 dB against 18 dB"),
        (10.25, "WORSE than PCA with as many numbers, by 7.8 dB: PSNR 10.25 dB against 18 dB"),
        (18.02, "As good as PCA with as many numbers: PSNR 18.02 dB against 18 dB"),
    ],
)
def test_the_network_stands_beside_pca(psnr, sentence):
    found = Findings()
    found.add("reconstruction.psnr", psnr, "dB", "higher")
    assert against_pca(found) is None
    found.add("baseline.pca.psnr", 18.0, "dB", "higher")
    assert against_pca(found) == sentence
