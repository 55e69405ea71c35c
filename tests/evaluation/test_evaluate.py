"""The whole of an evaluation, on small runs."""

import json
import shutil

import numpy as np
import pytest

from aecli.core.errors import DataError, RequestError, RunError
from aecli.data.named import named_source
from aecli.evaluation.report import Findings, Report
from aecli.runs.folder import RunFolder
from tests.whole_runs import opened


def evaluate(folder, nll_draws=3, others=()):
    from aecli.evaluation.evaluate import evaluate as evaluate_

    return evaluate_(opened(folder), nll_draws, others)


@pytest.fixture(scope="module")
def plain(plain_run):
    return evaluate(plain_run)


@pytest.fixture(scope="module")
def vae(vae_run):
    return evaluate(vae_run)


@pytest.fixture(scope="module")
def denoised(denoising_run):
    return evaluate(denoising_run)


def copy(run, tmp_path):
    return RunFolder(shutil.copytree(run.path, tmp_path / run.id))


def test_the_report_is_in_the_folder(plain_run, plain):
    assert Report.read(plain_run.evaluation) == plain
    assert json.loads(plain_run.evaluation.read_text())["own"]["metrics"]["latent.size"]["value"] == 32


def test_a_plain_runs_bce_is_the_loss_its_training_reported(plain_run, plain):
    reported = plain_run.read_record().test["reconstruction"]
    assert plain.own.metrics["reconstruction.bce"].value == pytest.approx(reported, rel=1e-4)


def test_a_denoising_run_sees_the_same_noise_as_its_training(denoising_run, denoised):
    reported = denoising_run.read_record().test["reconstruction"]
    assert denoised.own.metrics["reconstruction.bce"].value == pytest.approx(reported, rel=1e-4)


def test_a_vaes_kl_is_the_one_its_training_reported(vae_run, vae):
    reported = vae_run.read_record().test["kl"]
    assert vae.own.metrics["likelihood.kl"].value == pytest.approx(reported, rel=1e-4)
    assert vae.own.metrics["latent.kl"].value == pytest.approx(reported, rel=1e-4)
    assert sum(vae.own.series["latent.kl_per_dimension"].values) == pytest.approx(reported, rel=1e-4)


def test_the_likelihood_is_no_worse_than_the_elbo(vae):
    metrics = vae.own.metrics
    assert metrics["likelihood.nll"].value < metrics["likelihood.negative_elbo"].value


def test_what_has_no_meaning_is_absent_with_a_reason(plain, vae):
    assert "variational" in plain.own.absent["likelihood.nll"]
    assert "corruption" in plain.own.absent["denoising.gain"]
    for report in (plain, vae):
        assert not set(report.own.absent) & set(report.own.metrics)
        assert all(report.own.absent.values())


def test_the_gain_is_what_lies_between_input_and_output(denoised):
    metrics = denoised.own.metrics
    gain = metrics["reconstruction.psnr"].value - metrics["denoising.input.psnr"].value
    assert metrics["denoising.gain"].value == pytest.approx(gain, abs=1e-4)


def test_the_denoising_curve_is_there_as_numbers_and_as_a_figure(denoising_run, denoised):
    curve = denoised.own.series["denoising.curve_input_psnr"]
    assert curve.over == "stddev"
    assert curve.positions[:2] == [0.0, 0.125]
    assert curve.values == sorted(curve.values, reverse=True)
    assert (denoising_run.figures / "denoising_curve.png").is_file()


def test_one_sample_is_sent_through_at_each_level_of_the_curve(denoising_run, denoised):
    from aecli.evaluation.denoising import at_levels

    run = opened(denoising_run)
    noisy, outputs = at_levels(run)
    assert len(noisy) == len(denoised.own.series["denoising.curve_input_psnr"].positions)
    errors = np.square(noisy - run.reference.samples[0]).mean(axis=tuple(range(1, noisy.ndim)))
    assert errors[0] == 0.0
    assert (np.diff(errors) > 0).all()
    np.testing.assert_allclose(outputs, run.network.decode_all(run.network.encode_all(noisy)), atol=1e-5)


def test_the_size_of_a_code_counts_in_baselines_and_cost(denoised):
    assert denoised.own.metrics["latent.size"].value == 196
    assert "baseline.pca.mse" in denoised.own.metrics
    assert denoised.own.metrics["cost.compression"].value == pytest.approx(4.0)


def test_all_but_the_clock_comes_out_the_same_again(vae_run, vae, tmp_path):
    again = evaluate(copy(vae_run, tmp_path))
    timeless = [
        {name: metric for name, metric in report.own.metrics.items() if not metric.timed}
        for report in (vae, again)
    ]
    assert timeless[0] == timeless[1]


def test_no_draws_leave_the_likelihood_out_but_not_the_elbo(vae_run, tmp_path):
    own = evaluate(copy(vae_run, tmp_path), nll_draws=0).own
    assert "likelihood.negative_elbo" in own.metrics
    assert "--nll-samples" in own.absent["likelihood.nll"]


def test_as_many_samples_are_measured_as_a_limit_holds(plain_run, tmp_path, caplog):
    from aecli.evaluation.evaluate import evaluate as evaluate_

    report = evaluate_(opened(copy(plain_run, tmp_path)), 0, [], memory_limit_mb=1)
    most = 2**20 // (3 * 4 * 28 * 28)
    assert report.own.data["test_samples"] == most
    assert f"measured on {most} of 300 test samples" in caplog.text
    assert report.memory_limit_mb == 1


def test_other_data_stands_beside_the_runs_own(plain_run, tmp_path):
    random = np.random.default_rng(0)
    images = random.integers(0, 256, (30, 28, 28), np.uint8)
    labels = np.arange(30) % 3
    path = tmp_path / "noise.npz"
    np.savez(path, x_train=images, y_train=labels, x_test=images[:20], y_test=labels[:20])
    report = evaluate(copy(plain_run, tmp_path), others=[named_source(str(path))])
    (there,) = report.others
    assert there.data["test_samples"] == 20
    assert there.data["test_fingerprint"] != report.own.data["test_fingerprint"]
    assert there.metrics["reconstruction.bce"].value > report.own.metrics["reconstruction.bce"].value
    assert not any(name.startswith("cost.") for name in there.metrics)


def test_samples_of_another_shape_are_refused(plain_run, tmp_path):
    images, labels = np.zeros((4, 8, 8), np.uint8), np.arange(4)
    np.savez(tmp_path / "small.npz", x_train=images, y_train=labels, x_test=images, y_test=labels)
    with pytest.raises(DataError, match=r"expected samples of shape \(28, 28\).*received \(8, 8\)"):
        evaluate(plain_run, others=[named_source(str(tmp_path / "small.npz"))])


def test_changed_data_is_an_error(plain_run, tmp_path):
    run = copy(plain_run, tmp_path)
    record = json.loads(run.record_file.read_text())
    record["data"]["test_fingerprint"] = "0" * 16
    run.record_file.write_text(json.dumps(record))
    with pytest.raises(DataError, match=r"trained on other data: the test samples of .*0000000000000000"):
        evaluate(run)
    assert not run.evaluation.exists() or Report.read(run.evaluation)


def test_unknown_data_is_an_error():
    with pytest.raises(RequestError, match="did you mean 'mnist5k'"):
        named_source("mnist5")


def test_a_number_that_is_none_is_absent():
    found = Findings()
    found.add("latent.mean", float("nan"), "")
    assert found.absent == {"latent.mean": "came out as nan"}
    assert not found.metrics


def test_damaged_metrics_are_called_so(tmp_path):
    (tmp_path / "metrics.json").write_text("{")
    with pytest.raises(RunError, match="damaged"):
        Report.read(tmp_path / "metrics.json")
    with pytest.raises(RunError, match="aecli evaluate"):
        Report.read(tmp_path / "none.json")


def test_the_tables_show_every_metric(plain, denoised):
    from aecli.evaluation.tables import tables

    for report in (plain, denoised):
        text = str(list(tables(report)))
        for name, metric in report.own.metrics.items():
            assert name in text or f"{metric.value:.4g}" in text or "size" in name, name
