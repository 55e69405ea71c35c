"""The recipe `vae` by pythae's own trainer, with networks of the recipe's shape, after its documentation (0.1).

Run as `python -m benchmarks.pythae_trainer vae EPOCHS SAMPLES`.
"""

import sys
import tempfile
from typing import Any

import torch
from pythae.data.datasets import BaseDataset
from pythae.models import VAE, VAEConfig
from pythae.models.base.base_utils import ModelOutput
from pythae.models.nn import BaseDecoder, BaseEncoder
from pythae.trainers import BaseTrainer, BaseTrainerConfig
from pythae.trainers.training_callbacks import TrainingCallback
from torch import nn

from benchmarks.clock import Clock
from benchmarks.digits import digits


class Encoder(BaseEncoder):
    """784 → 256 → mean and log-variance of a 2-D code."""

    def __init__(self) -> None:
        super().__init__()
        self.hidden = nn.Sequential(nn.Flatten(), nn.Linear(784, 256), nn.ReLU())
        self.mean, self.log_var = nn.Linear(256, 2), nn.Linear(256, 2)

    def forward(self, x: Any) -> Any:
        """Images → the code's distribution."""
        hidden = self.hidden(x)
        return ModelOutput(embedding=self.mean(hidden), log_covariance=self.log_var(hidden))


class Decoder(BaseDecoder):
    """2 → 256 → 784."""

    def __init__(self) -> None:
        super().__init__()
        self.read = nn.Sequential(nn.Linear(2, 256), nn.ReLU(), nn.Linear(256, 784), nn.Sigmoid())

    def forward(self, z: Any) -> Any:
        """Codes → images."""
        return ModelOutput(reconstruction=self.read(z).view(-1, 1, 28, 28))


class Ticks(TrainingCallback):
    """Takes the time when an epoch's losses are logged, evaluation included."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.loss = 0.0

    def on_log(self, training_config: Any, logs: dict[str, float], **_: Any) -> None:
        """Takes the time."""
        self.clock.tick()
        self.loss = float(logs["eval_epoch_loss"])


def main(epochs: int, samples: int) -> None:
    """Trains, and prints what the clock reports."""
    parts = (torch.from_numpy(images)[:, None] for images in digits(samples))
    train, test = (BaseDataset(part, torch.zeros(len(part))) for part in parts)
    ticks = Ticks(Clock())
    with tempfile.TemporaryDirectory() as folder:
        config = BaseTrainerConfig(
            output_dir=folder,
            num_epochs=epochs,
            learning_rate=1e-3,
            per_device_train_batch_size=256,
            per_device_eval_batch_size=256,
            optimizer_cls="RMSprop",
            optimizer_params={"alpha": 0.9, "eps": 1e-7},
            no_cuda=True,
            seed=0,
        )
        settings = VAEConfig(input_dim=(1, 28, 28), latent_dim=2, reconstruction_loss="bce")
        network = VAE(settings, encoder=Encoder(), decoder=Decoder())
        BaseTrainer(network, train, test, training_config=config, callbacks=[ticks]).train()
    print(ticks.clock.report(ticks.loss))


if __name__ == "__main__":
    main(*map(int, sys.argv[2:]))
