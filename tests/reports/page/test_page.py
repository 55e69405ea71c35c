"""Pages to send: all in one file, nothing fetched, nothing run, whatever a run folder holds."""

import re
from html.parser import HTMLParser

import pytest

from aecli.core.files import write_text
from aecli.reports.page.several import page_of_runs
from aecli.reports.page.single import page_of_run
from aecli.runs.lookup import find
from aecli.runs.remarks import Remarks
from tests.runs.test_record import record

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>"
PNG = b"\x89PNG\r\n\x1a\nnot much of a picture"


class Elements(HTMLParser):
    """The elements of a page with their attributes, and its text."""

    def __init__(self, page):
        super().__init__()
        self.elements, self.text = [], ""
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))

    def handle_data(self, data):
        self.text += data


def is_self_contained(page):
    parsed = Elements(page)
    for tag, attributes in parsed.elements:
        assert tag not in ("script", "link", "iframe", "object", "embed", "form", "base")
        assert not [name for name in attributes if name.startswith("on")]
        assert attributes.get("src", "data:").startswith("data:image/png;base64,") or "src" not in attributes
        assert "href" not in attributes
    assert "url(" not in page
    assert "default-src 'none'" in page
    return parsed


METRICS = {
    "reconstruction.psnr": (20.0, "dB", "higher"),
    "baseline.pca.psnr": (18.0, "dB", "higher"),
    "probe.linear_accuracy": (0.9, "fraction", "higher"),
}


def test_a_run_says_what_it_is_how_good_and_how_to_make_it_again(make_run):
    folder = make_run(metrics=METRICS)
    folder.figures.mkdir()
    (folder.figures / "reconstructions.png").write_bytes(PNG)
    parsed = is_self_contained(page_of_run(folder))
    for part in (
        "Better than PCA with as many numbers, by 2.0 dB",
        "probe.linear_accuracy",
        "aecli train config.yaml",
        folder.config.read_text(),
        "fingerprint aaaa",
    ):
        assert part in parsed.text
    (image,) = [attributes for tag, attributes in parsed.elements if tag == "img"]
    assert image["alt"].startswith("Originals and their reconstructions")


def test_what_is_not_measured_is_said(make_run):
    assert "It isn't evaluated yet: aecli evaluate" in Elements(page_of_run(make_run())).text


def test_runs_beside_one_another(make_run):
    runs = [make_run(model={"latent": {"dim": dim}}, reached=1 / dim) for dim in (2, 4, 8)]
    from aecli.reports.comparison.compared import read_run

    parsed = is_self_contained(page_of_runs([read_run(run) for run in runs]))
    assert len([tag for tag, _ in parsed.elements if tag == "img"]) == 2
    assert "What complete runs reached against model.latent.dim." in parsed.text
    assert all(run.id in parsed.text for run in runs)


@pytest.mark.parametrize("several", [False, True])
def test_a_hostile_run_is_text(make_run, several):
    from aecli.reports.comparison.compared import read_run

    folder = make_run(metrics={HOSTILE: (1.0, HOSTILE, None)})
    record_ = folder.read_record()
    facts = {**record_.data, "name": HOSTILE, "origin": HOSTILE}
    record(
        **{**record_.model_dump(), "data": facts, "command": HOSTILE, "reason": HOSTILE, "platform": HOSTILE}
    ).write(folder.record_file)
    write_text(folder.config, folder.config.read_text() + f'"{HOSTILE}": 1\n')
    Remarks(note=HOSTILE).write(folder)
    page = page_of_runs([read_run(folder), read_run(make_run())]) if several else page_of_run(folder)
    assert HOSTILE in is_self_contained(page).text


def test_the_command_writes_where_it_is_told(make_run, aecli, tmp_path):
    runs = [make_run(), make_run()]
    where = ["--runs-dir", make_run.runs_dir]
    one = aecli("report", runs[0].id, *where)
    assert one.out.strip() == str(runs[0].path / "report.html")
    assert re.search("<h1>", (runs[0].path / "report.html").read_text())
    both = aecli("report", runs[0].id, runs[1].id, "-o", tmp_path / "both.html", *where)
    assert both.out.strip() == str(tmp_path / "both.html")
    assert find(runs[0].id, make_run.runs_dir).read_record().status == "completed"


def test_a_link_in_a_run_folder_is_refused(make_run, aecli, tmp_path):
    folder = make_run()
    (tmp_path / "secret.png").write_bytes(b"secret")
    folder.figures.mkdir()
    (folder.figures / "loss.png").symlink_to(tmp_path / "secret.png")
    ended = aecli("report", folder.id, "--runs-dir", make_run.runs_dir)
    assert ended.code == 2
    assert "is a link out of the run's folder" in ended.err
