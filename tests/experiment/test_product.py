"""Every network with every latent, under every objective that they serve: trained, measured and used."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from aecli.config.yaml_text import dump
from aecli.core.errors import ConfigError
from aecli.models.latents.latent import LATENTS
from aecli.models.networks.network import NETWORKS
from aecli.objectives.objective import OBJECTIVES
from aecli.training.history import History
from tests.whole_runs import config, opened, resume, rows_without_times, train, weights

LATENT: dict[str, dict[str, Any]] = {
    "plain": {"dim": 4, "activation": "linear"},
    "gaussian": {"dim": 4},
    "vq": {"dim": 4, "codebook_size": 16},
    "topk": {"dim": 16, "k": 4, "revive": 0.1},
}
"""Small ones."""


def configs() -> Iterator[Any]:
    """A config for each of the product that there is."""
    for number, (network, latent, objective) in enumerate(
        (network, latent, objective) for network in NETWORKS for latent in LATENTS for objective in OBJECTIVES
    ):
        plain: dict[str, Any] = {
            "model": {
                "type": network,
                "latent": {"type": latent, **LATENT.get(latent, {})},
                "condition": "label" if number % 3 == 0 else None,
            },
            "objective": {"type": objective},
            "data": {"name": "mnist5k", "limit": 60},
            "training": {"epochs": 2, "batch_size": 16},
        }
        if objective == "masked":
            plain["corruption"] = {"type": "masking", "fraction": 0.5, "patch": 7}
        text = dump(plain)
        try:
            config(text)
        except ConfigError:
            continue
        yield pytest.param(text, id=f"{network} {latent} {objective}")


@pytest.mark.slow
@pytest.mark.usefixtures("tensorflow", "no_figures")
@pytest.mark.parametrize("text", list(configs()))
def test_it_trains_goes_on_is_measured_and_used(text: str, tmp_path: Path) -> None:
    from aecli.evaluation.evaluate import evaluate
    from aecli.inference.sample import new_codes

    folder = train(text, tmp_path / "whole")
    half = train(text.replace("epochs: 2", "epochs: 1"), tmp_path / "half")
    resume(half, epochs=2)
    assert weights(half) == weights(folder)
    assert rows_without_times(half) == rows_without_times(folder)

    run, rows = opened(folder), History.read_csv(folder.metrics)
    charged = {*run.config.objective.charged, *run.config.model.latent.charged}
    for row in rows:
        for prefix in ("", "test_"):
            total = sum(row[f"{prefix}{name}"] for name in charged)
            assert row[f"{prefix}total"] == pytest.approx(total, rel=1e-4, abs=1e-4)

    report = evaluate(run, 2, [])
    assert np.isfinite([metric.value for metric in report.own.metrics.values()]).all()

    network, classes = run.network, len(run.classes or ())
    told = np.eye(classes, dtype=np.float32)[np.arange(5) % classes] if classes else None
    samples = run.reference.samples[:5]
    codes = network.encode_all(samples, told)
    alone = np.concatenate(
        [network.encode_all(samples[i : i + 1], None if told is None else told[i : i + 1]) for i in range(5)]
    )
    np.testing.assert_allclose(codes, alone, rtol=1e-4, atol=1e-5)
    assert network.decode_all(codes, told).shape == samples.shape
    new, _ = new_codes(run, 5, 0)
    np.testing.assert_allclose(network.nearest(new), new, rtol=1e-5, atol=1e-6)
    assert np.isfinite(network.decode_all(new, told)).all()
