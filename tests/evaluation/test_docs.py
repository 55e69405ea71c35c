"""Every metric is explained."""

import re
from pathlib import Path

METRICS = (Path(__file__).resolve().parents[2] / "docs" / "METRICS.md").read_text()


def test_every_metric_is_in_the_documentation():
    source = "\n".join(
        path.read_text()
        for path in (Path(__file__).resolve().parents[2] / "aecli" / "evaluation").glob("*.py")
    )
    names = set(
        re.findall(r'"(?:latent|baseline|likelihood|probe|denoising|cost|training)\.([a-z_]+)"', source)
    )
    assert len(names) > 20
    for name in names:
        assert f"`{name}`" in METRICS or f"`{name}." in METRICS or f"{name}`" in METRICS, name
