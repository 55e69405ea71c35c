"""Pages in Chromium: the network in them is Keras's, and everything on them can be touched."""

import json
import re
from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import pytest

from aecli.config.recipes import recipes
from aecli.runs.folder import RunFolder
from tests.reports.explore.chromium import CHROMIUM, Opened, chromium, opened
from tests.whole_runs import SMALL

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here")

DRAG = 16
"""Milliseconds from a drag to the picture of a digit, at most, the median of many."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def page_of(
    run_of: Callable[[str], RunFolder], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], Path]:
    """The page of one of the small runs, written when it is first asked for."""
    place, made = tmp_path_factory.mktemp("pages"), dict[str, Path]()

    def page(name: str) -> Path:
        if name not in made:
            made[name] = written(run_of(name), place / f"{name}.html")
        return made[name]

    return page


def written(folder: RunFolder, path: Path) -> Path:
    """Writes the page of a run."""
    from aecli.reports.explore.page import explorer
    from aecli.runs.opened import open_run

    path.write_text(explorer(open_run(str(folder.path), folder.path.parent)), encoding="utf-8")
    return path


def in_keras(folder: RunFolder, samples: np.ndarray, labels: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """Codes and reconstructions by Keras, flat."""
    from aecli.runs.opened import open_run

    run = open_run(str(folder.path), folder.path.parent)
    told = np.eye(run.network.classes, dtype=np.float32)[labels] if run.network.classes else None
    codes = run.network.encode_all(samples.reshape(-1, *run.network.sample_shape), told)
    return codes.reshape(len(codes), -1), run.network.decode_all(codes, told).reshape(len(codes), -1)


def check(page: Opened, folder: RunFolder) -> None:
    """What holds of every page: silent, alone, and right; and a drag is followed at once."""
    page.settle()
    samples = np.array(page.run("[0, 1, 2, 3, 4].map(aecli.sample)"), np.float32)
    labels = page.run("[0, 1, 2, 3, 4].map((i) => aecli.labelOf(i))")
    codes, outputs = in_keras(folder, samples, labels)
    for sample, label, code, output in zip(samples, labels, codes, outputs, strict=True):
        found = np.array(page.run("([x, label]) => aecli.encode(x, label)", [sample.tolist(), label]))
        away = np.abs(found - code) / max(np.abs(codes).max(), 1e-6)
        if page.run("aecli.facts.agreement.flips") == 0:
            assert away.max() < 1e-2
        else:
            assert (away > 1e-2).mean() < 0.05
        decoded = np.array(page.run("([z, label]) => aecli.decode(z, label)", [code.tolist(), label]))
        assert np.abs(decoded - output).max() < 1e-2 * max(1.0, np.abs(outputs).max())
    before = page.run("Array.from(aecli.now.output)")
    drag(page, 0.2, -0.15)
    assert page.run("Array.from(aecli.now.output)") != before
    if page.run("aecli.facts.sample_shape") == [28, 28]:
        assert median(page.run("aecli.drags")) <= DRAG
    assert page.said == []
    assert page.asked == []


def drag(page: Opened, across: float, up: float, steps: int = 25) -> None:
    """Drags the point from the middle of the plane."""
    box = page.page.locator("#plane").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.page.mouse.move(x, y)
    page.page.mouse.down()
    page.page.mouse.move(x + across * box["width"], y + up * box["height"], steps=steps)
    page.page.mouse.up()


@pytest.mark.parametrize("name", SMALL)
def test_the_network_in_the_page_is_the_one_in_keras(
    name: str, browser: Any, page_of: Callable[[str], Path], run_of: Callable[[str], RunFolder]
) -> None:
    with opened(browser, page_of(name)) as page:
        check(page, run_of(name))


@pytest.mark.slow
@pytest.mark.parametrize("recipe", recipes(), ids=lambda recipe: recipe.name)
def test_the_page_of_every_recipe(
    recipe: Any, browser: Any, tmp_path: Path, mnist5k_cache: Path, tensorflow: Any
) -> None:
    from aecli.config.load import load_config
    from aecli.config.overrides import parse_set
    from aecli.experiment import train as experiment

    few = [parse_set("data.limit=300"), parse_set("training.epochs=1")]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("aecli.experiment.train.draw_figures", lambda *_, **__: [])
        patch.setenv("AECLI_CACHE_DIR", str(mnist5k_cache))
        config = load_config(recipe.path, few).config
        folder = experiment.train(config, recipe.name, tmp_path / "runs", "aecli train")
        path = written(folder, tmp_path / "page.html")
        weights = folder.read_record().parameters
        assert path.stat().st_size <= 2.7 * weights + 1_000_000
        with opened(browser, path) as page:
            check(page, folder)


def test_keys_move_the_point_and_go_through_the_samples(browser: Any, page_of: Callable[[str], Path]) -> None:
    with opened(browser, page_of("vae")) as page:
        page.settle()
        page.page.locator("#plane").focus()
        before = page.run("Array.from(aecli.now.latent)")
        page.page.keyboard.press("ArrowRight")
        page.page.keyboard.press("Shift+ArrowUp")
        right, up = np.subtract(page.run("Array.from(aecli.now.latent)"), before)
        assert 0 < right < up
        page.page.keyboard.press("n")
        assert page.run("aecli.now.which") == 1
        page.page.keyboard.press("p")
        assert page.run("aecli.now.which") == 0
        assert "percent" not in page.page.locator("#loss").inner_text()
        assert "% of the training samples" in page.page.locator("#loss").inner_text()


def test_an_image_file_can_be_dropped_and_a_digit_drawn(browser: Any, page_of: Callable[[str], Path]) -> None:
    from io import BytesIO

    from PIL import Image

    grey = np.zeros((28, 28), np.uint8)
    grey[5:20, 10:14] = 200
    file = BytesIO()
    Image.fromarray(grey).save(file, "PNG")
    with opened(browser, page_of("dense")) as page:
        page.settle()
        drop(page, "mine.png", file.getvalue())
        page.page.locator("#which", has_text="mine.png").wait_for()
        assert page.run("aecli.now.which") == -1
        assert np.allclose(page.run("Array.from(aecli.now.sample)"), grey.ravel() / 255, atol=0.01)
        drop(page, "letter.txt", b"no picture")
        page.page.locator("#message").wait_for()
        assert (
            "letter.txt: this browser can't read it as an image" in page.page.locator("#message").inner_text()
        )
        page.page.locator("#clear").click()
        assert max(page.run("Array.from(aecli.now.sample)")) == 0
        box = page.page.locator("#input").bounding_box()
        page.page.mouse.move(box["x"] + 20, box["y"] + 20)
        page.page.mouse.down()
        page.page.mouse.move(box["x"] + 60, box["y"] + 60, steps=5)
        page.page.mouse.up()
        drawn = np.array(page.run("Array.from(aecli.now.sample)")).reshape(28, 28)
        assert drawn.max() == 1
        assert drawn[0].max() == drawn[:, 27].max() == 0
        assert page.said == []


def drop(page: Opened, name: str, content: bytes) -> None:
    """Drops a file onto the page."""
    page.run(
        """([name, coded]) => {
            const transfer = new DataTransfer();
            transfer.items.add(new File([Uint8Array.from(atob(coded), (c) => c.charCodeAt(0))], name));
            document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: transfer, bubbles: true }));
        }""",
        [name, b64encode(content).decode()],
    )


def test_a_label_is_switched_by_hand(browser: Any, page_of: Callable[[str], Path]) -> None:
    with opened(browser, page_of("conditional")) as page:
        page.settle()
        before = page.run("Array.from(aecli.now.output)")
        page.page.locator("#label").select_option(index=7)
        assert page.run("aecli.now.label") == 7
        assert page.run("Array.from(aecli.now.output)") != before


def test_an_entry_of_a_codebook_is_put_elsewhere(browser: Any, page_of: Callable[[str], Path]) -> None:
    with opened(browser, page_of("vq")) as page:
        page.settle()
        page.page.locator("#map").click()
        before = np.array(page.run("Array.from(aecli.now.latent)"))
        buttons = page.page.locator("#palette button")
        assert buttons.count() == 32
        changed = 0
        for entry in range(3):
            buttons.nth(entry).click()
            changed = max(changed, int((np.array(page.run("Array.from(aecli.now.latent)")) != before).sum()))
        dim = page.run("aecli.facts.latent_shape[2]")
        assert 0 < changed <= dim


def test_a_lasso_lists_the_samples_inside(browser: Any, page_of: Callable[[str], Path]) -> None:
    with opened(browser, page_of("vae")) as page:
        page.settle()
        page.page.locator("#lasso").click()
        box = page.page.locator("#plane").bounding_box()
        corners = [(0.01, 0.01), (0.99, 0.01), (0.99, 0.99), (0.01, 0.99)]
        places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in corners]
        page.page.mouse.move(*places[0])
        page.page.mouse.down()
        for place in places[1:]:
            page.page.mouse.move(*place, steps=4)
        page.page.mouse.up()
        names = page.page.locator("#names").input_value().split("\n")
        assert len(names) == page.run("aecli.count")
        assert names[0] == "test sample 1, label 0"


def test_the_way_between_two_samples(browser: Any, page_of: Callable[[str], Path]) -> None:
    with opened(browser, page_of("dense")) as page:
        page.settle()
        start = np.array(page.run("Array.from(aecli.now.latent)"))
        page.page.locator("#from").click()
        page.page.keyboard.press("n")
        end = np.array(page.run("Array.from(aecli.now.latent)"))
        page.page.locator("#to").click()
        assert page.page.locator("#frames canvas").count() == 8
        page.page.locator("#between").fill("0.5")
        assert np.allclose(page.run("Array.from(aecli.now.latent)"), (start + end) / 2, atol=1e-5)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_text_has_enough_contrast(dark: bool, browser: Any, page_of: Callable[[str], Path]) -> None:
    with opened(browser, page_of("vae"), dark=dark) as page:
        pairs = page.run(
            """() => [...document.querySelectorAll("h1, p, label, button, select, figcaption, summary, footer")]
                .filter((each) => each.textContent.trim() && !each.disabled)
                .map((each) => {
                    const clear = (some) => getComputedStyle(some).backgroundColor === "rgba(0, 0, 0, 0)";
                    let ground = each;
                    while (ground !== document.body && clear(ground)) ground = ground.parentElement;
                    return [getComputedStyle(each).color, getComputedStyle(ground).backgroundColor];
                })"""
        )
        assert len(pairs) > 20
        for ink, paper in {tuple(pair) for pair in pairs}:
            assert contrast(ink, paper) >= 4.5, (ink, paper)


def contrast(ink: str, paper: str) -> float:
    """Of two colours, as WCAG 2 defines it."""

    def luminance(colour: str) -> float:
        parts = np.array([float(part) / 255 for part in re.findall(r"[\d.]+", colour)[:3]])
        linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
        return float(linear @ [0.2126, 0.7152, 0.0722])

    low, high = sorted([luminance(ink), luminance(paper)])
    return (high + 0.05) / (low + 0.05)


def test_a_phone_needs_no_scrolling_sideways(browser: Any, page_of: Callable[[str], Path]) -> None:
    with opened(browser, page_of("vq"), width=390, height=844) as page:
        page.settle()
        assert page.run("document.documentElement.scrollWidth") <= 390


def test_a_hostile_run_runs_nothing(browser: Any, run_of: Callable[[str], RunFolder], tmp_path: Path) -> None:
    """Names and labels from a run folder are text, even where they were put there by somebody else."""
    from dataclasses import replace

    from aecli.reports.explore.page import explorer
    from aecli.runs.opened import open_run

    folder = run_of("dense")
    run = open_run(str(folder.path), folder.path.parent)
    evil = "</script><script>window.evil = 1</script><img src=x onerror='window.evil = 2'>"
    record = run.record.model_copy(
        update={"id": evil, "unit": evil, "data": {**run.record.data, "name": evil}}
    )
    path = tmp_path / "page.html"
    path.write_text(explorer(replace(run, record=record)), encoding="utf-8")
    with opened(browser, path) as page:
        page.settle()
        assert page.run("window.evil") is None
        assert evil in page.page.locator("h1").inner_text()
        assert page.asked == []


@pytest.mark.parametrize(("name", "told"), [("conv", ""), ("conditional", " and told the label 0")])
def test_where_the_network_can_not_be_in_the_page_there_is_a_grid(
    name: str,
    told: str,
    browser: Any,
    run_of: Callable[[str], RunFolder],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("aecli.reports.explore.content.MOST_BYTES", 1000)
    path = written(run_of(name), tmp_path / "page.html")
    with opened(browser, path) as page:
        page.settle()
        assert f"points of the plane, decoded beforehand{told}." in page.page.locator("#foot").inner_text()
        assert "can't reconstruct the sample" in page.page.locator("#loss").inner_text()
        before = page.run("Array.from(aecli.now.output)")
        drag(page, 0.2, 0.1)
        assert page.run("Array.from(aecli.now.output)") != before
        assert page.said == []
        assert json.loads(page.page.locator("#facts").text_content())["programs"] is None
