"""Networks that no machine holds are refused before anything is allocated; builders show no tracebacks."""

import resource
from typing import Any

import pytest

from aecli.core.errors import ConfigError

pytestmark = pytest.mark.usefixtures("tensorflow")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("{type: dense, latent: {dim: 1000000000}}", "model.latent.dim"),
        ("{type: dense, hidden: [90000, 90000]}", "model.hidden"),
        ("{type: conv, filters: [3000000]}", "model.filters"),
        ("{type: lstm, encoder_units: 40000000}", "model.encoder_units"),
    ],
)
def test_what_can_not_fit_is_refused_with_its_size(text: str, named: str) -> None:
    from aecli.models.build import build
    from tests.whole_runs import config

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(ConfigError, match=r"[\d,]{9,} weights.*GiB") as refused:
        build(config(f"model: {text}").model, (28, 28), batch_size=256, trained=True)
    assert named in str(refused.value)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 2**20, "kilobytes"


def test_what_lies_between_layers_counts_too(monkeypatch: pytest.MonkeyPatch) -> None:
    from aecli.models import build as module
    from tests.whole_runs import config

    monkeypatch.setattr(module, "available", lambda: 2**28)
    model = config("model: {type: conv, filters: [8]}").model
    assert module.build(model, (64, 64), batch_size=8, trained=True)
    with pytest.raises(ConfigError, match=r"training\.batch_size"):
        module.build(model, (64, 64), batch_size=4096, trained=True)


def test_what_a_builder_raises_is_a_message(monkeypatch: pytest.MonkeyPatch) -> None:
    from aecli.models.build import build
    from aecli.models.networks.dense import Dense

    def broken(self: Any, sample: Any, label: Any) -> Any:
        raise ValueError("no such thing\nat all")

    monkeypatch.setattr(Dense, "encode", broken)
    with pytest.raises(
        ConfigError, match=r"can't be built for samples of shape \(28, 28\) \(ValueError: no such thing\)"
    ):
        build(Dense(), (28, 28))
