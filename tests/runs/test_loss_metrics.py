"""Which metrics a run's loss tells before it is evaluated."""

import pytest

from aecli.config.load import open_config
from aecli.config.overrides import parse_set
from aecli.runs.loss_metrics import loss_metrics
from tests.runs.test_record import record


@pytest.mark.parametrize(
    ("recipe", "changes", "unit", "told"),
    [
        ("conv", [], "nats/pixel", {"reconstruction.bce": "reconstruction"}),
        ("vae", [], "nats/image", {"likelihood.negative_elbo": "total"}),
        ("vae", ["objective.warmup=5"], "nats/image", {"likelihood.negative_elbo": "total"}),
        ("vae", ["objective.beta=4"], "nats/image", {}),
        ("vae", ["objective.free_bits=0.5"], "nats/image", {}),
        ("iwae", [], "nats/image", {}),
        ("images", [], "squared error", {}),
    ],
)
def test_a_loss_is_the_metric_that_it_estimates(recipe, changes, unit, told):
    config = open_config(recipe, [parse_set(change) for change in changes]).config
    assert loss_metrics(config, record(unit=unit)) == told
