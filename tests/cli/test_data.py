"""`aecli data`: what would be read, before anything is trained."""

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.data.own import pictures, save_pictures, save_tables, waves


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for label in ("cat", "dog"):
        save_pictures(tmp_path / "images" / label, pictures(12, 10, 12, 3))
    (tmp_path / "c.yaml").write_text(
        "model: {type: conv}\ndata: {name: images, path: images, validation_split: 0.25}\n"
    )
    return tmp_path


def test_counts_shapes_ranges_and_labels_are_shown(aecli: Any, place: Path) -> None:
    ended = aecli("data", "c.yaml")
    assert (ended.code, ended.err) == (0, "")
    lines = [line.split() for line in ended.out.splitlines()]
    assert ["holds", *["images", "of", "10", "×", "12", "×", "3,", "uint8"]] in lines
    assert ["scaling", "÷", "255"] in lines
    assert ["framing", *["10×12", "rgb,", "8", "bits,", "resize"]] in lines
    assert ["from", str(place / "images")] in lines
    assert any(line[:2] == ["training", "14"] for line in lines)
    assert any(line[:2] == ["validation", "5"] for line in lines)
    assert any(line[:2] == ["test", "5"] for line in lines)
    assert {line[0] for line in lines[-2:]} == {"cat", "dog"}
    assert sum(int(cell) for line in lines[-2:] for cell in line[1:]) == 24


def test_json_says_the_same(aecli: Any, place: Path) -> None:
    found = json.loads(aecli("data", "c.yaml", "--json").out)
    assert found["sample_shape"] == [10, 12, 3]
    assert found["splits"]["training"]["count"] == 14
    assert found["splits"]["training"]["stored_range"][1] == pytest.approx(229, abs=1)
    assert found["splits"]["training"]["scaled_range"][1] == pytest.approx(229 / 255, abs=0.01)
    assert found["framing"]["colour"] == "rgb"
    assert sum(found["labels"]["cat"].values()) == 12


def test_a_contact_sheet_has_a_row_for_each_label(aecli: Any, place: Path) -> None:
    ended = aecli("data", "c.yaml", "-o", "sheet.png")
    assert ended.out.splitlines()[-1] == "sheet.png"
    with Image.open("sheet.png") as image:
        assert image.size[0] > 600
        assert (np.asarray(image.convert("L")) < 100).mean() > 0.1


def test_sequences_show_how_long_they_are(aecli: Any, place: Path) -> None:
    save_tables(place / "waves", waves())
    data = "{name: sequences, path: waves, range: [-2, 2]}"
    ended = aecli("data", "c.yaml", "--set", "model={type: lstm}", "--set", f"data={data}", "-o", "s.png")
    assert ended.code == 0, ended.err
    assert "10 to 20" in ended.out
    assert "sequences of 20 × 2, float64" in ended.out
    assert (place / "s.png").is_file()


def test_what_is_skipped_is_counted(aecli: Any, place: Path) -> None:
    (place / "images" / "cat" / "000.png").write_text("no image")
    ended = aecli("data", "c.yaml")
    assert ended.code == 2
    assert "1 of 24 images can't be read" in ended.err
    ended = aecli("data", "c.yaml", "--set", "data.skip_broken=true")
    assert ended.code == 0
    assert ["skipped", "1"] in [line.split() for line in ended.out.splitlines()]
    assert "000.png" in ended.err


def test_a_model_that_can_not_take_it_is_told_after_what_there_is(aecli: Any, place: Path) -> None:
    np.savez(place / "rows.npz", x=np.random.default_rng(0).random((9, 4)))
    ended = aecli("data", "c.yaml", "--set", "data={name: npz, path: rows.npz}")
    assert ended.code == 2
    assert "rows of 4, float64" in ended.out
    assert ended.err.startswith("model.type: conv takes images, and this data holds rows (4)")


@pytest.mark.parametrize("command", ["data", "train", "validate"])
def test_a_path_that_leads_nowhere_is_named_at_its_line(aecli: Any, place: Path, command: str) -> None:
    (place / "bad.yaml").write_text("model: {type: conv}\ndata:\n  name: images\n  path: nowhere\n")
    ended = aecli(command, "bad.yaml")
    assert ended.code == 2
    assert ended.err.strip() == f"bad.yaml:4:9: data.path: there is no {place}/nowhere"
    ended = aecli(command, "c.yaml", "--set", "data.path=nowhere")
    assert ended.err.startswith("--set data.path=nowhere: data.path: there is no")


@pytest.mark.parametrize("name", ["sheet.jpg", "none/sheet.png"])
def test_a_sheet_that_can_not_be_written_is_refused_at_once(aecli: Any, place: Path, name: str) -> None:
    ended = aecli("data", "c.yaml", "-o", name)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith(f"-o {name}: must be a .png file")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_may_not_be_read_is_named(aecli: Any, place: Path) -> None:
    (place / "images" / "cat").chmod(0)
    ended = aecli("data", "c.yaml")
    assert "can't be read: Permission denied" in ended.err
