"""The recipes' networks in PyTorch, eager, with a DataLoader, the way its tutorials write them.

Run as `python -m benchmarks.torch_loop RECIPE EPOCHS SAMPLES`.
"""

import sys
from itertools import pairwise
from typing import Any

import torch
from torch import nn
from torch.nn import functional
from torch.utils.data import DataLoader, TensorDataset

from benchmarks.clock import Clock
from benchmarks.digits import digits


class Dense(nn.Module):
    """784 → hidden → 32 → hidden → 784; returns logits and the penalty."""

    def __init__(self, hidden: tuple[int, ...], l1: float = 0.0) -> None:
        super().__init__()
        self.l1 = l1
        sizes = [784, *hidden, 32]
        self.down = nn.ModuleList(nn.Linear(a, b) for a, b in pairwise(sizes))
        sizes.reverse()
        self.up = nn.ModuleList(nn.Linear(a, b) for a, b in pairwise(sizes))

    def forward(self, x: Any) -> Any:
        """Images → logits, penalty."""
        shape, x = x.shape, x.flatten(1)
        for layer in self.down:
            x = functional.relu(layer(x))
        penalty = self.l1 * x.abs().sum() / len(x)
        for layer in self.up[:-1]:
            x = functional.relu(layer(x))
        return self.up[-1](x).view(shape), penalty


class Conv(nn.Module):
    """Convolutions with pooling and upsampling."""

    def __init__(self, down: tuple[int, ...], up: tuple[tuple[int, int], ...]) -> None:
        super().__init__()
        stack: list[nn.Module] = []
        channels = 1
        for filters in down:
            stack += [nn.Conv2d(channels, filters, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2, ceil_mode=True)]
            channels = filters
        for filters, padding in up:
            stack += [
                nn.Conv2d(channels, filters, 3, padding=padding),
                nn.ReLU(),
                nn.Upsample(scale_factor=2),
            ]
            channels = filters
        self.stack = nn.Sequential(*stack, nn.Conv2d(channels, 1, 3, padding=1))

    def forward(self, x: Any) -> Any:
        """Images → logits, penalty."""
        return self.stack(x[:, None])[:, 0], 0.0


class Lstm(nn.Module):
    """LSTM → code → LSTM on the rows of a digit."""

    def __init__(self) -> None:
        super().__init__()
        self.down = nn.LSTM(28, 32, batch_first=True)
        self.up = nn.LSTM(32, 128, batch_first=True)
        self.read = nn.Linear(128, 28)

    def forward(self, x: Any) -> Any:
        """Images → logits, penalty."""
        _, (code, _) = self.down(x)
        states, _ = self.up(code[0][:, None].expand(-1, 28, -1))
        return self.read(states), 0.0


class Vae(nn.Module):
    """784 → 256 → a 2-D Gaussian code → 256 → 784."""

    def __init__(self) -> None:
        super().__init__()
        self.down, self.mean, self.log_var = nn.Linear(784, 256), nn.Linear(256, 2), nn.Linear(256, 2)
        self.up, self.read = nn.Linear(2, 256), nn.Linear(256, 784)

    def forward(self, x: Any) -> Any:
        """Images → logits, KL divergence."""
        hidden = functional.relu(self.down(x.flatten(1)))
        mean, log_var = self.mean(hidden), self.log_var(hidden)
        kl = 0.5 * (mean**2 + log_var.exp() - 1 - log_var).sum(1).mean()
        z = mean + (0.5 * log_var).exp() * torch.randn_like(mean)
        return self.read(functional.relu(self.up(z))).view(x.shape), kl


NETWORKS: dict[str, Any] = {
    "simple": lambda: Dense(()),
    "sparse": lambda: Dense((), 1e-4),
    "deep": lambda: Dense((128, 64)),
    "conv": lambda: Conv((16, 8, 8), ((8, 1), (8, 1), (16, 0))),
    "denoising": lambda: Conv((32, 32), ((32, 1), (32, 1))),
    "seq2seq": Lstm,
    "vae": Vae,
}


def main(recipe: str, epochs: int, samples: int) -> None:
    """Trains, and prints what the clock reports."""
    torch.manual_seed(0)
    network = NETWORKS[recipe]()
    train, test = (torch.from_numpy(images) for images in digits(samples))
    noisy = [train, test]
    if recipe == "denoising":
        noisy = [(x + 0.5 * torch.randn_like(x)).clip(0, 1) for x in noisy]
    batch = 128 if recipe in ("conv", "denoising") else 256
    batches = DataLoader(TensorDataset(noisy[0], train), batch_size=batch, shuffle=True)
    checks = DataLoader(TensorDataset(noisy[1], test), batch_size=batch)
    optimizer: Any = torch.optim.Adadelta(network.parameters(), lr=1.0, rho=0.95, eps=1e-7)
    if recipe == "vae":
        optimizer = torch.optim.RMSprop(network.parameters(), lr=1e-3, alpha=0.9, eps=1e-7)
    elif recipe == "seq2seq":
        optimizer = torch.optim.Adam(network.parameters(), lr=3e-3)
    scale = 784.0 if recipe == "vae" else 1.0

    def loss_of(inputs: Any, targets: Any) -> Any:
        logits, penalty = network(inputs)
        return scale * functional.binary_cross_entropy_with_logits(logits, targets) + penalty

    clock, loss = Clock(), 0.0
    for _ in range(epochs):
        network.train()
        for inputs, targets in batches:
            optimizer.zero_grad()
            value = loss_of(inputs, targets)
            value.backward()
            optimizer.step()
        network.eval()
        with torch.no_grad():
            losses = [loss_of(inputs, targets).item() * len(inputs) for inputs, targets in checks]
        loss = sum(losses) / len(test)
        clock.tick()
    print(clock.report(loss))


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
