import gzip
import hashlib
import struct
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from aecli.core.errors import DataError
from aecli.data.idx import read_idx
from aecli.data.sources import fashion_mnist
from aecli.data.sources.fashion_mnist import FashionMnist
from tests.data.own import pictures
from tests.data.own import read as read_source

NAMES = list(fashion_mnist.SHA256)


def idx(array: np.ndarray) -> bytes:
    """An array as a gzipped IDX file."""
    start = bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape)
    return gzip.compress(start + array.tobytes(), mtime=0)


def files() -> dict[str, bytes]:
    """A small Fashion-MNIST, by file name."""
    images, labels = pictures(9, 28, 28), np.arange(9, dtype=np.uint8)
    parts = (images[:6], labels[:6], images[6:], labels[6:])
    return {name: idx(part) for name, part in zip(NAMES, parts, strict=True)}


def write(folder: Path, **changed: bytes) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, body in files().items():
        (folder / name).write_bytes(changed.get(name, body))
    return folder


@pytest.fixture(autouse=True)
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Path]:
    """Every place where Fashion-MNIST is searched for, all empty; made-up files have the right sums."""
    monkeypatch.setenv("AECLI_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setenv("AECLI_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("AECLI_FASHION_MNIST_URL", "http://127.0.0.1:9/")
    sums = {name: hashlib.sha256(body).hexdigest() for name, body in files().items()}
    monkeypatch.setattr(fashion_mnist, "SHA256", sums)
    return {
        "data": tmp_path / "data" / "fashion-mnist",
        "keras": tmp_path / "keras" / "datasets" / "fashion-mnist",
        "cache": tmp_path / "cache" / "fashion-mnist",
    }


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """A server on this machine that has the four files; what it was asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            body = files()[self.path.rpartition("/")[2]]
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        monkeypatch.setenv("AECLI_FASHION_MNIST_URL", f"http://127.0.0.1:{running.server_port}/some")
        yield asked
        running.shutdown()
        thread.join()


@pytest.mark.parametrize("place", ["data", "keras", "cache"])
def test_it_is_found_where_it_may_lie(places: dict[str, Path], place: str) -> None:
    write(places[place])
    raw = FashionMnist().read()
    images = pictures(9, 28, 28)
    np.testing.assert_array_equal(raw.train.samples, images[:6])
    np.testing.assert_array_equal(raw.test.samples, images[6:])
    assert raw.test.labels is not None
    assert raw.test.labels.tolist() == [6, 7, 8]
    assert raw.origin == str(places[place])
    assert FashionMnist().whereabouts() == str(places[place])


def test_a_download_lands_in_the_cache_and_is_found_next_time(
    places: dict[str, Path], server: list[str]
) -> None:
    said: list[str] = []
    raw = read_source(FashionMnist(), said)
    assert raw.origin == str(places["cache"])
    assert len(said) == 4
    assert sorted(server) == sorted(f"/some/{name}" for name in NAMES)
    assert FashionMnist().read().origin == str(places["cache"])
    assert len(server) == 4


def test_a_download_of_something_else_is_not_kept(
    places: dict[str, Path], server: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fashion_mnist, "SHA256", dict.fromkeys(NAMES, "0" * 64))
    with pytest.raises(DataError, match="wrong checksum and was not kept"):
        FashionMnist().read()
    assert not list(places["cache"].glob("*.gz"))


def test_without_a_network_it_says_where_it_looked(places: dict[str, Path]) -> None:
    with pytest.raises(DataError) as error:
        FashionMnist().read()
    for place in places.values():
        assert str(place) in str(error.value)
    assert "can't be reached" in str(error.value)
    assert "AECLI_DATA_DIR" in str(error.value)


def test_files_with_the_wrong_sum_are_refused_unless_their_path_is_given(places: dict[str, Path]) -> None:
    folder = write(places["data"], **{NAMES[0]: idx(np.zeros((6, 28, 28), np.uint8))})
    with pytest.raises(DataError, match="wrong checksum"):
        FashionMnist().read()
    assert not FashionMnist(path=str(folder)).read().train.samples.any()


def test_an_npz_file_will_do(tmp_path: Path) -> None:
    images, labels = pictures(4, 28, 28), np.arange(4)
    np.savez(tmp_path / "f.npz", x_train=images, y_train=labels, x_test=images, y_test=labels)
    raw = FashionMnist(path=str(tmp_path / "f.npz")).read()
    np.testing.assert_array_equal(raw.test.samples, images)
    assert list(FashionMnist(path="none").absent()) == [("path", "there is no none")]


def gzipped(header: tuple[int, ...], sizes: tuple[int, ...], pixels: int) -> bytes:
    """A gzipped IDX file that may lie about itself; the same bytes whenever it is made."""
    return gzip.compress(bytes(header) + struct.pack(f">{len(sizes)}I", *sizes) + bytes(pixels), mtime=0)


DAMAGED = {
    "nothing": b"",
    "no gzip": b"no gzip",
    "an empty gzip": gzip.compress(b"", mtime=0),
    "one axis": gzipped((0, 0, 8, 1), (3,), 3),
    "floats": gzipped((0, 0, 13, 3), (1, 1, 1), 4),
    "sizes of a bomb": gzipped((0, 0, 8, 3), (2**31, 2**31, 2**31), 0),
    "a pixel short": gzipped((0, 0, 8, 3), (1, 2, 2), 3),
    "a pixel over": gzipped((0, 0, 8, 3), (1, 2, 2), 5),
    "cut short": idx(np.zeros((2, 3, 4), np.uint8))[:-9],
}


@pytest.mark.parametrize("body", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_idx_file_is_called_so(tmp_path: Path, body: bytes) -> None:
    (tmp_path / "a.gz").write_bytes(body)
    with pytest.raises(DataError, match=r"a\.gz: (not a readable IDX file|damaged)"):
        read_idx(tmp_path / "a.gz", 3)
