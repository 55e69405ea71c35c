"""`run.json`."""

import json
from pathlib import Path
from typing import Any

import pytest

from aecli.core.errors import RunError
from aecli.data.facts import Facts
from aecli.runs.record import Record, Status


def names(folder: Path) -> list[str]:
    """What is in a folder."""
    return [path.name for path in folder.iterdir()]


FACTS: Facts = {
    "name": "mnist5k",
    "origin": "aecli",
    "kind": "images",
    "train_samples": 4000,
    "validation_samples": 0,
    "test_samples": 1000,
    "sample_shape": [28, 28],
    "scaling": {"method": "dtype", "dtype": "uint8", "offset": [0.0], "divisor": [255.0]},
    "binarized": None,
    "framing": None,
    "columns": None,
    "skipped": 0,
    "repeated": 0,
    "test_in_training": 0,
    "train_fingerprint": "0123456789abcdef",
    "test_fingerprint": "fedcba9876543210",
}


def record(**changes: Any) -> Record:
    fields: dict[str, Any] = {
        "id": "20260101-000000-conv",
        "status": Status.RUNNING,
        "model": "conv",
        "latent": "plain",
        "objective": "reconstruction",
        "command": "aecli train conv",
        "seed": 0,
        "versions": {"aecli": "0.1.0"},
        "host": "here",
        "platform": "Linux x86_64",
        "device": "CPU",
        "data": FACTS,
        "monitored": "test",
        "parameters": 10,
        "latent_shape": [4, 4, 8],
        "started": "2026-01-01T00:00:00Z",
        "epochs": 3,
        "unit": "nats/pixel",
    }
    return Record(**(fields | changes))


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    written = record(
        status=Status.FAILED, reason="é\n🙂", metrics={"total": 0.1 + 0.2}, seconds=1 / 3, git_commit="abc+"
    )
    written.write(path)
    assert Record.read(path) == written
    assert json.loads(path.read_text(encoding="utf-8"))["status"] == "failed"


def test_changes_are_written_down_and_the_old_record_stays_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    old = record()
    new = old.updated(path, status=Status.COMPLETED, epochs_done=3)
    assert (old.status, old.epochs_done) == (Status.RUNNING, 0)
    assert (new.status, new.epochs_done) == (Status.COMPLETED, 3)
    assert Record.read(path) == new
    assert names(tmp_path) == ["run.json"]


def test_a_command_line_that_is_no_text_can_be_written_down(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    record(command="aecli train caf\udce9.yaml").write(path)
    assert Record.read(path).command == "aecli train caf?.yaml"


@pytest.mark.parametrize(
    ("where", "value"),
    [
        ("metrics", {"total": float("nan")}),
        ("test", {"reconstruction": float("inf")}),
        ("test", {"reconstruction": "0.1"}),
        ("seconds", -1.0),
        ("seconds", True),
        ("epochs", 2**63),
        ("epochs_done", 1.5),
        ("latent_shape", [2**40] * 9),
        ("latent_shape", [0]),
        ("monitored", "the test"),
        ("checkpoint", "encoder"),
        ("network", "../../elsewhere"),
        ("resumptions", {}),
        ("versions", ["aecli"]),
        ("data", {}),
        ("data", FACTS | {"sample_shape": "28x28"}),
        ("data", FACTS | {"kind": "songs"}),
        ("data", FACTS | {"train_samples": -1}),
        ("data", FACTS | {"columns": [1, 2]}),
    ],
    ids=lambda part: str(part)[:40],
)
def test_a_value_that_no_run_has_is_named(tmp_path: Path, where: str, value: Any) -> None:
    path = tmp_path / "run.json"
    path.write_text(json.dumps(record().model_dump(mode="json") | {where: value}))
    with pytest.raises(RunError) as caught:
        Record.read(path)
    assert str(caught.value).startswith(f"{path}: damaged: {where}")


def test_a_record_of_a_later_version_with_more_in_it_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    path.write_text(json.dumps(record().model_dump(mode="json") | {"news": [1]}))
    assert Record.read(path) == record()


GOOD = json.dumps(record().model_dump(mode="json")).encode()


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"5",
        GOOD[: len(GOOD) // 2],
        GOOD + b"}",
        b"\xff\xfe\x00",
        b"\x00" * 100,
        b"[" * 100_000,
        GOOD.replace(b'"running"', b'"dancing"'),
        GOOD.replace(b'"epochs": 3', b'"epochs": "many"'),
        GOOD.replace(b'"model": "conv"', b'"model": null'),
        b'{"epochs": ' + b"9" * 5000 + b"}",
    ],
    ids=lambda raw: repr(raw[:12]),
)
def test_a_damaged_record_is_an_error_that_names_the_file(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "run.json"
    path.write_bytes(raw)
    with pytest.raises(RunError) as caught:
        Record.read(path)
    assert str(caught.value).startswith(f"{path}: damaged: ")
    assert len(str(caught.value)) < len(str(path)) + 200


def test_a_missing_record_is_an_error_that_names_the_file(tmp_path: Path) -> None:
    with pytest.raises(RunError) as caught:
        Record.read(tmp_path / "run.json")
    assert str(caught.value) == f"{tmp_path / 'run.json'}: can't be read: No such file or directory"


def test_a_folder_in_place_of_a_record_is_an_error_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "run.json").mkdir()
    with pytest.raises(RunError) as caught:
        Record.read(tmp_path / "run.json")
    assert str(caught.value) == f"{tmp_path / 'run.json'}: can't be read: not a regular file"


@pytest.mark.parametrize("named", [None, 1, 3], ids=["of before", "older", "newer"])
def test_a_record_in_another_format_is_refused_in_a_sentence(tmp_path: Path, named: int | None) -> None:
    path = tmp_path / "run.json"
    plain = record().model_dump(mode="json") | {"versions": {"aecli": "0.0.7"}, "format": named}
    path.write_text(json.dumps({key: value for key, value in plain.items() if value is not None}))
    with pytest.raises(RunError) as caught:
        Record.read(path)
    message = str(caught.value)
    assert message.startswith(f"{path}: made by aecli 0.0.7, in a format of run folders that this version (")
    assert message.endswith("use that version, or train again")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"kind": "sequences", "sample_shape": [8]}, "sequences don't have the shape"),
        ({"kind": "images", "sample_shape": [8]}, "images don't have the shape"),
        ({"kind": "rows"}, "rows don't have the shape"),
        ({"kind": "rows", "sample_shape": [8], "columns": ["a", "b"]}, "2 headings for 8 columns"),
    ],
)
def test_samples_that_can_not_be_what_they_are_called_are_damage(
    tmp_path: Path, changes: dict[str, Any], said: str
) -> None:
    record(data=FACTS | changes).write(tmp_path / "run.json")
    with pytest.raises(RunError, match=f"damaged: {said}"):
        Record.read(tmp_path / "run.json")
