"""Labels left out of a training: out of it they are, and their loss gives them away as much as it says."""

from typing import Any

import numpy as np
import pytest

from aecli.core.errors import DataError
from aecli.data.sources.mnist5k import Mnist5k
from aecli.data.sources.source import RawData
from aecli.data.splits import prepare
from aecli.data.stored import Stored
from aecli.runs.folder import RunFolder
from tests.evaluation.conftest import train
from tests.whole_runs import opened


def raw(labels: Any, **options: Any) -> RawData:
    samples = np.random.default_rng(0).integers(0, 256, (40, 5, 5), np.uint8)
    stored = Stored(samples, None if labels is None else np.resize(labels, 40))
    return RawData(stored.take(slice(20)), stored.take(slice(20, None)), Mnist5k(**options), "here")


@pytest.mark.parametrize(
    ("labels", "without"), [([1, 2, 8, 9], (8,)), ([1, 2, 8, 9], ("8",)), (["a", "b", "8", "c"], ("8",))]
)
def test_a_label_is_taken_out_of_all_but_the_test_samples(labels: list[Any], without: Any) -> None:
    data = prepare(raw(labels, train_without=without, validation_split=0.2), seed=0)
    assert (len(data.train), len(data.validation or ())) == (12, 3)
    for part in (data.train, data.validation):
        assert part is not None
        assert "8" not in part.labels.astype(str)
    assert (data.test.labels.astype(str) == "8").sum() == 5
    everything = prepare(raw(labels), seed=0)
    assert data.record["test_fingerprint"] == everything.record["test_fingerprint"]
    assert data.record["train_fingerprint"] != everything.record["train_fingerprint"]


@pytest.mark.parametrize(
    ("labels", "without", "said"),
    [
        ([1, 2], (7,), "no sample has the label '7'; there are 1, 2$"),
        (list(range(30)), (77,), "there are 0, 1, 2, .*, 19, …$"),
        ([1, 2], (1, 2), "there is no training sample left"),
        (None, (1,), "the samples of here have no labels"),
    ],
)
def test_a_label_that_cannot_be_left_out(labels: Any, without: Any, said: str) -> None:
    with pytest.raises(DataError, match=said):
        prepare(raw(labels, train_without=without), seed=0)


def test_the_fallback_of_mnist_leaves_it_out_too(monkeypatch: pytest.MonkeyPatch) -> None:
    from aecli.data.sources import mnist
    from aecli.data.sources.mnist import Mnist

    monkeypatch.setattr(mnist, "find", lambda *_: (None, []))

    def no_network(*_: Any) -> None:
        raise DataError("no network")

    monkeypatch.setattr(mnist, "download", no_network)
    source = Mnist(fallback="mnist5k", limit=50, validation_split=0.1, train_without=(3,))
    used = source.read().source
    assert used == Mnist5k(limit=50, validation_split=0.1, train_without=(3,))


def test_the_area_is_how_often_a_pair_is_in_order() -> None:
    from aecli.evaluation.anomaly import auroc, auroc_error

    chance = np.random.default_rng(0)
    positive = chance.random(300) < 0.2
    scores = (chance.normal(size=300) + positive).round(1).astype(np.float32)  # with ties
    pairs = scores[positive][:, np.newaxis] - scores[~positive]
    assert auroc(scores, positive) == pytest.approx((pairs > 0).mean() + (pairs == 0).mean() / 2)
    draws = [auroc((chance.normal(size=300) + positive).astype(np.float32), positive) for _ in range(200)]
    assert auroc_error(float(np.mean(draws)), positive) == pytest.approx(np.std(draws), rel=0.2)


@pytest.fixture(scope="module")
def without_two(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    data = {"name": "mnist5k", "limit": 1000, "train_without": [2]}
    return train("anomaly", tmp_path_factory.mktemp("runs"), data=data, training__epochs=8)


@pytest.mark.usefixtures("tensorflow")
def test_a_digit_that_was_never_seen_has_a_high_loss(without_two: RunFolder) -> None:
    from aecli.evaluation.evaluate import evaluate

    report = evaluate(opened(without_two), 0, [Mnist5k(limit=100)])
    found = report.own.metrics["anomaly.auroc"]
    assert 0.7 < found.value < 1.0
    assert found.se is not None
    assert 0.01 < found.se < 0.05
    # The losses are those that `aecli score` would give: here, those of the run's own test samples.
    losses = opened(without_two).reference.test_losses
    labels = prepare(Mnist5k(limit=1000).read(), 0).test.labels
    assert labels is not None
    odd = labels == 2
    pairs = losses[odd][:, np.newaxis] > losses[~odd]
    assert found.value == pytest.approx(pairs.mean(), abs=1e-3)
    assert "anomaly.auroc" not in report.others[0].metrics


@pytest.mark.usefixtures("tensorflow")
def test_it_is_absent_where_no_label_was_left_out(plain_run: RunFolder) -> None:
    from aecli.evaluation.evaluate import evaluate

    report = evaluate(opened(plain_run), 0, [])
    assert "no label was left out" in report.own.absent["anomaly.auroc"]
