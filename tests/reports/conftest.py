"""Run folders written by hand: comparing needs no training."""

import pytest

from aecli.config.yaml_text import dump
from aecli.evaluation.report import Findings, Report
from aecli.runs.folder import RunFolder
from tests.runs.test_record import FACTS, record

CONFIG = {
    "model": {"type": "dense", "latent": {"type": "plain", "dim": 32}},
    "data": {"name": "mnist5k", "limit": None},
    "corruption": None,
    "training": {"epochs": 2, "execution": {"compile": True}},
    "seed": 0,
}


def merged(config, changes):
    result = dict(config)
    for key, value in changes.items():
        old = result.get(key)
        result[key] = merged(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return result


@pytest.fixture
def make_run(tmp_path):
    """Writes a completed run; `metrics` are those of an evaluation: name → (value, unit, better)."""
    count = 0

    def make(
        name="run",
        reached=0.2,
        unit="nats/pixel",
        fingerprint="aaaa",
        metrics=None,
        binarized=None,
        **changes,
    ):
        nonlocal count
        count += 1
        folder = RunFolder(tmp_path / "runs" / f"20261123-{count:06}-{name}")
        folder.path.mkdir(parents=True)
        config = merged(CONFIG, changes)
        folder.config.write_text(dump(config))
        data = FACTS | {"name": config["data"]["name"], "test_samples": 10, "binarized": binarized}
        data |= {"test_fingerprint": fingerprint}
        record(
            id=folder.id,
            status="completed",
            model=config["model"]["type"],
            seed=config["seed"],
            data=data,
            parameters=100,
            latent_shape=[4, 8],
            seconds=5.0,
            epochs=2,
            epochs_done=2,
            test={"reconstruction": reached, "total": reached},
            unit=unit,
            checkpoint="last",
            checkpoint_epoch=2,
            network="epoch-000002-abcdef01",
            weights="abcdef01",
        ).write(folder.record_file)
        folder.metrics.write_text(
            f"epoch,total,test_reconstruction,test_total\n1,1,{2 * reached},2\n2,1,{reached},1\n"
        )
        if metrics is not None:
            found = Findings(data=data)
            for metric, (value, its_unit, better) in metrics.items():
                found.add(metric, value, its_unit, better)
            Report(
                run=folder.id,
                aecli="0",
                checkpoint="last",
                checkpoint_epoch=2,
                weights="abcdef01",
                seed=0,
                nll_draws=0,
                own=found,
            ).write(folder.evaluation)
        return folder

    make.runs_dir = tmp_path / "runs"
    return make
