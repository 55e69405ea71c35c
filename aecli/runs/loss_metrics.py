"""The losses of a run that are metrics of `metrics.json` too, so that what is expected of those holds for them."""

from aecli.config.schema import Config
from aecli.runs.record import Record


def loss_metrics(config: Config, record: Record) -> dict[str, str]:
    """Names of metrics, each with the part of the loss that estimates it.

    Args:
        config: The run's config.
        record: Its record, which knows the unit of its loss.
    """
    found = {"reconstruction.bce": "reconstruction"} if record.unit == "nats/pixel" else {}
    if total := config.objective.total_metric:
        found[total] = "total"
    return found
