"""Small runs, trained once."""

import pytest

from aecli.config.load import load_config
from aecli.config.overrides import Override
from aecli.config.recipes import find_config


def train(recipe, runs_dir, **more):
    """A recipe on a few of the digits that need no network."""
    from aecli.core import backend

    backend.load()
    from aecli.experiment import train as experiment

    values = {
        ("data",): {"name": "mnist5k", "limit": 300},
        ("training", "epochs"): 1,
        **{tuple(key.split("__")): value for key, value in more.items()},
    }
    overrides = [Override(path, value, "test") for path, value in values.items()]
    config = load_config(find_config(recipe), overrides).config
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "aecli.experiment.train.draw_figures", lambda *_, **__: []
        )  # they take longer than the rest
        return experiment.train(config, recipe, runs_dir, "test")


@pytest.fixture(scope="session")
def plain_run(tmp_path_factory):
    return train("simple", tmp_path_factory.mktemp("runs"))


@pytest.fixture(scope="session")
def vae_run(tmp_path_factory):
    return train("vae", tmp_path_factory.mktemp("runs"))


@pytest.fixture(scope="session")
def denoising_run(tmp_path_factory):
    return train("denoising", tmp_path_factory.mktemp("runs"), model__filters=[4, 4])
