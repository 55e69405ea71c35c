"""TIFF files as cameras and scanners write them."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from PIL import Image

from aecli.core.errors import DataError
from aecli.data.decoding import PixelBudget, header, read_image, strict_pillow

LANDSCAPE = np.random.default_rng(0).integers(0, 256, (32, 48, 3), np.uint8)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("suffix", [".tif", ".jpg", ".png"])
def test_an_image_stands_as_its_camera_says_once(tmp_path: Path, orientation: int, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    exif = Image.Exif()
    exif[274] = orientation
    Image.fromarray(LANDSCAPE).save(path, exif=exif, quality=95) if suffix == ".jpg" else Image.fromarray(
        LANDSCAPE
    ).save(path, exif=exif)
    upright = {
        1: LANDSCAPE,
        2: LANDSCAPE[:, ::-1],
        3: LANDSCAPE[::-1, ::-1],
        4: LANDSCAPE[::-1],
        5: LANDSCAPE.swapaxes(0, 1),
        6: np.rot90(LANDSCAPE, -1),
        7: np.rot90(LANDSCAPE, -1)[:, ::-1],
        8: np.rot90(LANDSCAPE, 1),
    }[orientation]
    if orientation == 7:
        upright = LANDSCAPE[::-1, ::-1].swapaxes(0, 1)
    with strict_pillow():
        assert header(path).size == upright.shape[:2]
    image = read_image(path)
    assert image.shape == upright.shape
    if suffix != ".jpg":
        np.testing.assert_array_equal(image, upright)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_white_is_white_whichever_number_stands_for_it(tmp_path: Path, dtype: Any) -> None:
    full = np.iinfo(dtype).max
    grey = np.linspace(0, full, 64).astype(dtype).reshape(8, 8)
    tifffile.imwrite(tmp_path / "black.tif", grey, photometric="minisblack")
    tifffile.imwrite(tmp_path / "white.tif", full - grey, photometric="miniswhite")
    np.testing.assert_array_equal(read_image(tmp_path / "black.tif"), grey)
    np.testing.assert_array_equal(read_image(tmp_path / "white.tif"), grey)


def test_a_further_band_is_alpha_only_if_the_file_says_so(tmp_path: Path) -> None:
    bands = np.zeros((8, 8, 4), np.uint8)
    bands[..., 0], bands[..., 3] = 200, 10
    tifffile.imwrite(tmp_path / "alpha.tif", bands, photometric="rgb", extrasamples=["unassalpha"])
    assert read_image(tmp_path / "alpha.tif")[0, 0].tolist() == pytest.approx([253, 245, 245], abs=1)
    tifffile.imwrite(tmp_path / "other.tif", bands, photometric="rgb", extrasamples=["unspecified"])
    with pytest.raises(DataError, match=r"other\.tif: .*4 bands"):
        read_image(tmp_path / "other.tif")


def test_other_numbers_of_bands_are_refused_by_name(tmp_path: Path) -> None:
    tifffile.imwrite(
        tmp_path / "five.tif", np.zeros((8, 8, 5), np.uint8), photometric="minisblack", planarconfig="contig"
    )
    with pytest.raises(DataError, match=r"5 band"):
        read_image(tmp_path / "five.tif")


def test_a_budget_bounds_what_is_decoded_at_once() -> None:
    from concurrent.futures import ThreadPoolExecutor
    from threading import Lock
    from time import sleep

    budget, lock, now, most = PixelBudget(10), Lock(), 0, 0

    def decode(pixels: int) -> None:
        nonlocal now, most
        with budget.taken(pixels):
            with lock:
                now += pixels
                most = max(most, now)
            sleep(0.002)
            with lock:
                now -= pixels

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(decode, [4, 4, 4, 20, 3, 3, 3, 3, 10] * 3))
    assert most == 20, "one alone may be larger, and nothing is decoded beside it"


@pytest.mark.parametrize("orientation", [5, 6, 7, 8])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_a_turned_grey_image_needs_no_compression_to_be_read(
    tmp_path: Path, orientation: int, dtype: Any
) -> None:
    exif = Image.Exif()
    exif[274] = orientation
    Image.fromarray(LANDSCAPE[..., 0].astype(dtype)).save(tmp_path / "a.tif", exif=exif)
    assert read_image(tmp_path / "a.tif").shape == (48, 32)


def test_signed_bytes_are_refused(tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "a.tif", np.array([[1, -3]], np.int8), photometric="minisblack")
    with pytest.raises(DataError, match=r"a\.tif: .*signed bytes"):
        read_image(tmp_path / "a.tif")


def test_the_transparent_grey_of_16_bits_is_white(tmp_path: Path) -> None:
    Image.fromarray(np.array([[0, 1000]], np.uint16)).save(tmp_path / "a.png", transparency=1000)
    assert read_image(tmp_path / "a.png").tolist() == [[0, 65535]]
