import csv
import io
import json
import subprocess
import sys
import time

import pytest

from aecli.core.errors import RequestError
from aecli.reports.comparison.compared import read_run
from aecli.reports.comparison.comparison import compare, sort
from aecli.reports.comparison.curves import write_curves
from aecli.reports.comparison.differences import differing, labels
from aecli.reports.comparison.formats import as_csv, as_json, as_markdown, cells, headings
from aecli.reports.comparison.groups import group_by_seed
from aecli.reports.comparison.layout import aligned, tables, troubles
from aecli.reports.comparison.plot import write_plot


def table(*folders, metrics=()):
    return compare([read_run(folder) for folder in folders], metrics)


def column(comparison, name):
    index = headings(comparison).index(name)
    return [row[index] for row in cells(comparison)]


def test_equal_settings_are_hidden(make_run):
    comparison = table(make_run(), make_run(model={"latent": {"dim": 8}}, seed=3))
    assert comparison.settings == ["model.latent.dim", "seed"]
    assert column(comparison, "model.latent.dim") == ["32", "8"]


def test_options_of_another_choice_are_hidden_but_not_the_choice():
    settings = [{"o.type": "adam", "o.beta": "1"}, {"o.type": "sgd"}, {"o.type": "adam", "o.beta": "1"}]
    assert differing(settings) == ["o.type"]
    settings[2] = {"o.type": "adam", "o.beta": "2"}
    assert differing(settings) == ["o.type", "o.beta"]


def test_a_choice_that_only_one_run_made_is_shown():
    assert differing([{"corruption": "null"}, {"corruption.type": "gaussian"}]) == ["corruption.type"]


def test_labels_are_short_where_that_is_clear():
    settings = [{"a.type": "x", "a.size": "1", "b.size": "2", "seed": "0"}]
    assert labels(settings, list(settings[0])) == ["x, a.size 1, b.size 2, seed 0"]


def test_the_best_is_marked_either_way(make_run):
    metrics = [{"reconstruction.psnr": (value, "dB", "higher")} for value in (20.0, 21.0)]
    comparison = table(make_run(reached=0.2, metrics=metrics[0]), make_run(reached=0.3, metrics=metrics[1]))
    assert column(comparison, "test.reconstruction (nats/pixel)") == ["0.2*", "0.3"]
    assert column(comparison, "reconstruction.psnr (dB)") == ["20", "21*"]


def test_numbers_of_different_units_stand_in_different_columns_if_asked_for(make_run):
    runs = [make_run(), make_run(reached=150.0, unit="nats/image")]
    assert not any("reconstruction" in name for name in headings(table(*runs)))
    comparison = table(*runs, metrics=["test.reconstruction"])
    assert column(comparison, "test.reconstruction (nats/pixel)") == ["0.2", "–"]
    assert column(comparison, "test.reconstruction (nats/image)") == ["–", "150"]


def test_other_test_samples_are_marked_and_never_compete(make_run):
    comparison = table(
        make_run(reached=0.2), make_run(reached=0.1, fingerprint="bbbb"), make_run(reached=0.3)
    )
    assert column(comparison, "data") == ["mnist5k [A]", "mnist5k [B]", "mnist5k [A]"]
    assert column(comparison, "test.reconstruction (nats/pixel)") == ["0.2*", "0.1", "0.3"]
    assert "bbbb" in comparison.notes[0]


def test_greys_and_binary_images_never_compete(make_run):
    comparison = table(*(make_run(binarized=mode) for mode in (None, "static", "dynamic")))
    assert column(comparison, "data") == ["mnist5k [A]", "mnist5k [B]", "mnist5k [B]"]
    assert "(aaaa, binary)" in comparison.notes[0]


def test_damaged_runs_are_listed_as_such(make_run):
    sound, torn, odd = make_run(), make_run(), make_run()
    torn.record_file.write_text("{")
    odd.config.write_text("model: [")
    status = column(table(sound, torn, odd), "status")
    assert status[0] == "completed"
    assert all(text.startswith("damaged: ") for text in status[1:])


def test_metrics_of_an_older_network_are_left_out(make_run):
    run = make_run(metrics={"latent.mean": (7.0, "", None)})
    run.read_record().updated(run.record_file, weights="another")
    comparison = table(run)
    assert "latent.mean" not in headings(comparison)
    assert "evaluate again" in column(comparison, "status")[0]


def test_sorting_puts_the_best_first_and_gaps_last(make_run):
    runs = [
        make_run(metrics={"reconstruction.psnr": (20.0, "dB", "higher")}, model={"latent": {"dim": 8}}),
        make_run(),
        make_run(metrics={"reconstruction.psnr": (22.0, "dB", "higher")}, model={"latent": {"dim": 16}}),
    ]
    ids = [row.runs[0] for row in sort(table(*runs), "reconstruction.psnr").rows]
    assert ids == [runs[2].id, runs[0].id, runs[1].id]
    ids = [row.runs[0] for row in sort(table(*runs), "model.latent.dim").rows]
    assert ids == [runs[0].id, runs[2].id, runs[1].id]


def test_what_is_sorted_by_is_shown(make_run):
    runs = [read_run(make_run(metrics={"latent.mean": (value, "", "lower")})) for value in (2.0, 1.0)]
    comparison = sort(compare(runs, sorted_by="latent.mean"), "latent.mean")
    assert column(comparison, "latent.mean") == ["1*", "2"]


def test_unknown_columns_are_named(make_run):
    with pytest.raises(RequestError, match=r"--sort test.recon.*did you mean 'test.reconstruction'"):
        sort(table(make_run()), "test.recon")
    with pytest.raises(RequestError, match="--metric x: none"):
        table(make_run(), metrics=["x"])


def test_seeds_are_folded_into_mean_and_deviation(make_run):
    runs = [make_run(reached=0.1 * (seed + 1), seed=seed) for seed in range(3)]
    other = make_run(reached=0.5, model={"latent": {"dim": 8}})
    grouped = group_by_seed(table(*runs, other))
    assert grouped.settings == ["model.latent.dim"]
    assert [len(row.runs) for row in grouped.rows] == [3, 1]
    assert column(grouped, "test.reconstruction (nats/pixel)") == ["0.2 ± 0.1*", "0.5"]


def test_the_formats_hold_every_digit(make_run):
    comparison = table(make_run(reached=0.123456789), make_run(reached=0.2, seed=1))
    rows = list(csv.DictReader(io.StringIO(as_csv(comparison))))
    assert rows[0]["test.reconstruction (nats/pixel)"] == "0.123456789"
    assert rows[1]["seed"] == "1"
    first = json.loads(as_json(comparison))["rows"][0]["metrics"][0]
    assert first == {"name": "test.reconstruction", "unit": "nats/pixel", "value": 0.123456789, "best": True}
    assert "**0.1235**" in as_markdown(comparison)


def test_settings_in_json_are_what_they_were(make_run):
    runs = [make_run(), make_run(model={"latent": {"dim": 8}}, data={"limit": 10}, seed=1)]
    first, second = json.loads(as_json(table(*runs)))["rows"]
    assert first["settings"] == {"model.latent.dim": 32, "data.limit": None, "seed": 0}
    assert second["settings"] == {"model.latent.dim": 8, "data.limit": 10, "seed": 1}


def on_screen(comparison, width):
    """The lines of all tables, as wide as they are printed."""
    found = []
    for heading, rows in tables(comparison, width):
        widths = [
            max(len(line) for cell in column for line in cell.split("\n"))
            for column in zip(heading, *rows, strict=True)
        ]
        assert sum(widths) + 2 * (len(widths) - 1) <= width
        found.append((heading, rows))
    return found


def many(make_run, **latent):
    metrics = {"reconstruction.psnr": (17.5, "dB", "higher"), "probe.linear_accuracy": (0.91, "", "higher")}
    return [
        make_run(f"a_rather_long_name{i}", metrics=metrics, seed=i, model={"latent": {"dim": i} | latent})
        for i in range(12)
    ]


def test_twelve_runs_of_two_settings_are_a_line_each_at_80_columns(make_run):
    runs = many(make_run)
    ((heading, rows),) = on_screen(table(*runs), 80)
    assert [row[0] for row in rows] == [run.id for run in runs]
    assert heading[1:3] == ["dim", "seed"]
    assert [name.split()[0] for name in heading[3:]] == ["reconstruction", "psnr", "linear_"]


def test_settings_that_do_not_fit_stand_below_in_words(make_run):
    runs = [*many(make_run, type="gaussian"), make_run(model={"hidden": [512, 256], "output": "sigmoid"})]
    (_, numbers), (_, words) = tables(table(*runs), 80)
    assert [row[0] for row in numbers] == [row[0] for row in words] == [run.id for run in runs]
    assert words[3][1] == "gaussian, dim 3, seed 3"


def test_where_rows_are_too_long_each_run_is_a_column_and_no_id_is_torn(make_run):
    runs = many(make_run)
    found = on_screen(table(*runs, metrics=["all"]), 80)
    ids = [name.replace("\n", "").replace(" ", "") for heading, _ in found for name in heading[1:]]
    assert ids == [run.id for run in runs]
    names = [row[0] for row in found[0][1]]
    assert "model.latent.dim" in names
    assert "test.reconstruction (nats/pixel)" in names


def test_numbers_stand_under_one_another_by_their_points():
    assert aligned(["0.1*", "23.45", "–", "1,234"]) == ["    0.1*", "   23.45", "    –   ", "1,234   "]


def test_what_is_damaged_is_said_below(make_run):
    runs = [make_run() for _ in range(5)]
    for run in runs[1:]:
        run.record_file.write_text("{")
    comparison = table(*runs)
    ((_, rows),) = tables(comparison, 80)
    assert [row[1] for row in rows] == ["completed", *["damaged"] * 4]
    notes = troubles(comparison)
    assert runs[1].id in notes[0]
    assert notes[-1].startswith("and 1 more")


def test_grouped_csv_has_a_column_for_the_deviation(make_run):
    comparison = group_by_seed(table(make_run(reached=0.1), make_run(reached=0.3, seed=1)))
    (row,) = csv.DictReader(io.StringIO(as_csv(comparison)))
    assert float(row["test.reconstruction (nats/pixel) sd"]) == pytest.approx(0.02**0.5)


def test_the_curves_are_drawn(make_run, tmp_path):
    runs = [read_run(make_run(seed=seed)) for seed in range(12)]
    runs.append(read_run(make_run(unit="nats/image", reached=150.0)))
    assert write_curves(runs[-2:], tmp_path / "c.png") == 2
    assert (tmp_path / "c.png").read_bytes().startswith(b"\x89PNG")
    assert write_curves(runs, tmp_path / "c.png") == 10


def test_without_curves_there_is_no_image(make_run, tmp_path):
    run = make_run()
    run.metrics.unlink()
    assert write_curves([read_run(run)], tmp_path / "c.png") == 0
    assert not (tmp_path / "c.png").exists()


def command(*arguments):
    """The command in a process of its own; also says which heavy libraries it imported."""
    code = (
        "import sys\n"
        "from aecli.cli import main\n"
        "try:\n    main()\n"
        "finally:\n"
        "    heavy = {'tensorflow', 'keras', 'numpy', 'matplotlib'} & set(sys.modules)\n"
        "    print('HEAVY', sorted(heavy), file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "compare", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def test_the_command_imports_nothing_heavy_for_the_table(make_run):
    make_run("older")
    newest = make_run("newest", seed=1)
    code, out, err = command("--runs-dir", make_run.runs_dir, "--last", 1, "--no-figure")
    assert code == 0, err
    assert newest.id in out
    assert "older" not in out
    assert "HEAVY []" in err


def test_the_command_draws_without_tensorflow(make_run):
    make_run()
    code, _, err = command("--runs-dir", make_run.runs_dir, "--format", "json")
    assert code == 0, err
    assert "HEAVY ['matplotlib', 'numpy']" in err
    assert (make_run.runs_dir / "comparison.png").is_file()


def test_without_runs_the_command_says_how_to_make_one(tmp_path):
    code, _, err = command("--runs-dir", tmp_path)
    assert code == 2
    assert "aecli train" in err


def test_a_hundred_runs_take_no_two_seconds(make_run):
    metrics = {f"m.{i}": (float(i), "", "lower") for i in range(50)}
    folders = [make_run(metrics=metrics, seed=seed) for seed in range(100)]
    started = time.process_time()
    as_json(sort(table(*folders, metrics=["all"]), "m.3"))
    assert time.process_time() - started < 1.5


def test_a_metric_is_plotted_against_a_setting(make_run, tmp_path, monkeypatch):
    from aecli.figures import style

    drawn = []
    monkeypatch.setattr(style, "save_figure", lambda figure, path: drawn.append(figure))
    runs = []
    for dim in (2, 8, 128):
        for seed in (0, 1):
            psnr = {"reconstruction.psnr": (15.0 + dim + seed, "dB", "higher")}
            runs.append(read_run(make_run(seed=seed, model={"latent": {"dim": dim}}, metrics=psnr)))
    assert write_plot(runs, "model.latent.dim", "reconstruction.psnr", tmp_path / "x.png") == 3
    (axes,) = drawn[0].axes
    (bars,) = axes.containers
    assert bars[0].get_xdata().tolist() == [2.0, 8.0, 128.0]
    assert bars[0].get_ydata().tolist() == [17.5, 23.5, 143.5]
    assert axes.get_xscale() == "log"
    with pytest.raises(RequestError, match=r"--x model.latent.dmi: .*; did you mean 'model.latent.dim'"):
        write_plot(runs, "model.latent.dmi", "reconstruction.psnr", tmp_path / "x.png")
