import pytest

from aecli.config.expectations import Expectation
from aecli.evaluation.report import Findings
from aecli.reports.reproduction.verdicts import Verdict, cells, judge, lines


def expectation(value=0.1, tolerance=0.01, source="post", metric="reconstruction.bce"):
    return Expectation(
        metric=metric,
        value=value,
        tolerance=tolerance,
        data="mnist",
        source=source,
        epochs=1,
        cpu_minutes=1.0,
    )


def report(**metrics):
    found = Findings(absent={"likelihood.nll": "no VAE"})
    for name, (value, better) in metrics.items():
        found.add(name.replace("__", "."), value, "nats/pixel", better)
    return found


@pytest.mark.parametrize(
    ("value", "better", "verdict"),
    [
        (0.105, "lower", Verdict.OK),
        (0.095, "lower", Verdict.OK),
        (0.12, "lower", Verdict.DRIFT),
        (0.08, "lower", Verdict.BETTER),
        (0.12, "higher", Verdict.BETTER),
        (0.08, "higher", Verdict.DRIFT),
        (0.12, None, Verdict.DRIFT),
        (0.08, None, Verdict.DRIFT),
    ],
)
def test_a_number_is_judged_by_its_tolerance_and_its_direction(value, better, verdict):
    assert judge(value, expectation(), better) is verdict


def test_without_a_tolerance_nothing_is_judged():
    assert judge(9.9, expectation(tolerance=None), "lower") is Verdict.NONE


def test_the_mean_of_the_seeds_is_judged():
    reports = [report(reconstruction__bce=(value, "lower")) for value in (0.09, 0.125)]
    (line,) = lines("simple", [expectation()], reports)
    assert line.verdict is Verdict.OK
    assert cells([line]) == [
        ["simple", "reconstruction.bce", "nats/pixel", "0.1 (±0.01)", "–", "–", "0.1075 ± 0.02", "2", "ok"]
    ]


def test_the_worst_verdict_of_several_sources_counts():
    (line,) = lines(
        "simple",
        [expectation(), expectation(0.05, 0.001, "measured")],
        [report(reconstruction__bce=(0.1, "lower"))],
    )
    assert line.verdict is Verdict.DRIFT


def test_an_absent_metric_is_drift_with_its_reason():
    (line,) = lines("simple", [expectation(metric="likelihood.nll")], [report()])
    assert line.verdict is Verdict.DRIFT
    assert "absent: no VAE" in cells([line])[0]


def test_a_recipe_that_expects_nothing_shows_what_it_reached():
    (line,) = lines("mine", [], [report(reconstruction__bce=(0.1, "lower"))])
    assert (line.metric, line.verdict) == ("reconstruction.bce", Verdict.NONE)
