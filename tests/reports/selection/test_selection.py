"""Which of many runs: conditions, order, the best; and how a list shows them."""

import json
import re
import time

import pytest

from aecli.core.errors import RequestError, RunError
from aecli.reports.comparison.compared import read_run
from aecli.reports.selection.conditions import parse_condition, select
from aecli.reports.selection.listing import plain, table
from aecli.reports.selection.order import best_run, sort_runs
from aecli.runs.record import Record, Status
from aecli.runs.remarks import Remarks

PSNR = {"reconstruction.psnr": (20.0, "dB", "higher")}


def chosen(runs, *conditions):
    return [run.folder.name for run in select(runs, [parse_condition(text) for text in conditions])]


@pytest.fixture
def runs(make_run):
    """Three runs: a (dense, 0.3), b (conv, 0.1, 21 dB, tagged), c (conv, 0.2, 20 dB, pruned)."""
    a = make_run(name="a", reached=0.3)
    b = make_run(
        name="b",
        reached=0.1,
        model={"type": "conv", "filters": [8, 4]},
        seed=1,
        metrics={"reconstruction.psnr": (21.0, "dB", "higher")},
    )
    c = make_run(name="c", reached=0.2, model={"type": "conv", "latent": {"dim": 8}}, metrics=PSNR)
    Remarks().tagged(["good", "v2"]).write(b)
    Record.read(c.record_file).updated(c.record_file, status=Status.PRUNED)
    return [read_run(run) for run in (a, b, c)]


@pytest.mark.parametrize(
    ("conditions", "names"),
    [
        (["model.type == conv"], ["b", "c"]),
        (["model.type==conv", "status == completed"], ["b"]),
        (["status == pruned"], ["c"]),
        (["status != pruned"], ["a", "b"]),
        (["name == a"], ["a"]),
        (["tag == good"], ["b"]),
        (["tag != good"], ["a", "c"]),
        (["seed == 1"], ["b"]),
        (["test < 0.25"], ["b", "c"]),
        (["test.reconstruction >= 0.2"], ["a", "c"]),
        (["reconstruction.psnr > 20"], ["b"]),
        (["reconstruction.psnr <= 2e1"], ["c"]),
        (["model.latent.dim == 32.0"], ["a", "b"]),
        (["model.filters == [8,4]"], ["b"]),
        (["model.filters != [8,4]"], ["a", "c"]),
        (["corruption == null", "unit == nats/pixel"], ["a", "b", "c"]),
        (["model.type > 3"], []),
    ],
)
def test_conditions_choose(runs, conditions, names):
    assert chosen(runs, *conditions) == names


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ("model.typ == conv", "--where model.typ: no run here has it; did you mean 'model.type'?"),
        ("tset < 1", "--where tset: no run here has it; did you mean 'test'?"),
        ("model.type = conv", "expected NAME OPERATOR VALUE"),
        ("model.type ==", "expected NAME OPERATOR VALUE"),
        ("test < low", "< compares numbers, and low is none"),
        ("model.filters == [8", "not YAML"),
    ],
)
def test_a_condition_that_says_nothing_is_refused_in_words(runs, condition, said):
    with pytest.raises(RequestError, match=re.escape(said)):
        chosen(runs, condition)


@pytest.mark.parametrize(
    ("name", "order"),
    [
        ("test", "bca"),
        ("reconstruction.psnr", "bca"),
        ("model.latent.dim", "cab"),
        ("model.type", "bca"),
        ("status", "abc"),
        ("tag", "bac"),
    ],
)
def test_the_best_comes_first_and_what_lacks_it_last(runs, name, order):
    assert "".join(run.folder.name for run in sort_runs(runs, name)) == order


def test_an_unknown_name_to_sort_by_is_refused(runs):
    with pytest.raises(RequestError, match=r"--sort tests: no run here has it; did you mean 'test'"):
        sort_runs(runs, "tests")


def test_the_best_is_a_complete_run(runs):
    assert best_run(runs, "test").folder.name == "b"
    assert best_run(runs, "reconstruction.psnr").folder.name == "b"
    with pytest.raises(RunError, match="no complete run has it"):
        best_run(runs[2:], "test")
    with pytest.raises(RequestError, match="neither more nor less"):
        best_run(runs, "latent.size")
    with pytest.raises(RequestError, match="did you mean 'test"):
        best_run(runs, "tests")


def test_the_best_of_what_does_not_compare_is_refused_with_what_to_type(make_run):
    units = [make_run(), make_run(reached=100.0, unit="nats/image")]
    with pytest.raises(RequestError, match=r"different units.*--where 'unit == nats/pixel'"):
        best_run([read_run(run) for run in units], "test")
    few = [make_run(), make_run(fingerprint="bbbb", data={"limit": 10})]
    with pytest.raises(RequestError, match=r"different test samples.*--where 'data.limit == null'"):
        best_run([read_run(run) for run in few], "test")


def test_a_list_marks_numbers_on_other_samples_than_most(make_run):
    runs = [read_run(make_run(fingerprint=fingerprint)) for fingerprint in ("aaaa", "bbbb", "aaaa")]
    _, rows, notes = table(runs)
    assert [row[5] for row in rows] == ["0.2", "0.2~", "0.2"]
    assert len(notes) == 1
    assert table(runs[::2])[2] == []


def test_a_list_shows_tags_notes_and_what_it_was_sorted_by(runs):
    headings, rows, _ = table(runs, "model.latent.dim")
    assert headings[-2:] == ["model.latent.dim", "tags"]
    assert [row[-2:] for row in rows] == [["32", ""], ["32", "good, v2"], ["8", ""]]


def test_a_running_run_is_at_the_epoch_of_its_metrics(make_run):
    folder = make_run()
    Record.read(folder.record_file).updated(
        folder.record_file, status=Status.RUNNING, epochs=30, epochs_done=0
    )
    with folder.lock():
        assert table([read_run(folder)])[1][0][3:5] == ["2/30", "running"]


def test_a_damaged_run_stays_in_the_list_and_meets_no_condition(make_run, runs):
    folder = make_run(name="d")
    folder.record_file.write_text("{")
    damaged = read_run(folder)
    assert table([*runs, damaged])[1][3][4] == "damaged"
    assert chosen([*runs, damaged], "test > 0") == ["a", "b", "c"]
    assert chosen([*runs, damaged], "status == damaged") == ["d"]
    assert plain(damaged)["status"] == "damaged"


def test_programs_get_numbers_as_numbers(runs):
    told = json.loads(json.dumps(plain(runs[1]), allow_nan=False))
    assert told["name"] == "b"
    assert told["test"] == {"reconstruction": 0.1, "total": 0.1}
    assert told["metrics"]["reconstruction.psnr"] == 21.0
    assert told["tags"] == ["good", "v2"]
    assert told["epochs_done"] == 2


def test_two_hundred_runs_are_chosen_among_in_a_tenth_of_the_time_that_two_thousand_may_take(make_run):
    folders = [make_run(seed=seed, reached=1 + seed, metrics=PSNR) for seed in range(200)]
    began = time.process_time()
    runs = [read_run(folder) for folder in folders]
    assert best_run(select(runs, [parse_condition("seed >= 100")]), "test").folder == folders[100]
    table(sort_runs(runs, "reconstruction.psnr"))
    assert time.process_time() - began < 0.4  # 0.2, and slack for a busy machine
