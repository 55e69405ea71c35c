"""What the code looks like: its size, how much of it is used, and what the prior charges for it."""

import numpy as np

from aecli.evaluation.report import Findings
from aecli.evaluation.subject import Floats, Subject
from aecli.models.network.code import GaussianCode

DEAD = 1e-6
"""A number of the code that varies less than this over all test samples is dead."""

ACTIVE = 0.01
"""Variance of a dimension's mean over the samples above which it is active (Burda et al., 2016)."""


def latent(subject: Subject) -> Findings:
    """Metrics of the mean codes of the test samples."""
    found, codes = Findings(), subject.codes
    found.add("latent.size", codes.shape[1], "dimensions")
    found.add_mean("latent.mean", codes.mean(axis=1), "")
    found.add("latent.std", float(codes.std(dtype=np.float64)), "")
    found.add_mean("latent.zeros", (codes == 0).mean(axis=1), "fraction")
    found.add("latent.dead", int(np.sum(np.ptp(codes, axis=0) <= DEAD)), "dimensions", "lower")
    names = ("latent.active_units", "latent.kl", "latent.kl_per_dimension")
    if not isinstance(subject.network.code, GaussianCode):
        found.lacks("the code has no prior (this isn't a variational autoencoder)", *names)
        return found
    kl, unit = kl_per_dimension(subject), f"nats/{subject.noun}"
    active = int(np.sum(codes.var(axis=0) > ACTIVE))
    found.add("latent.active_units", active, "dimensions", "higher")
    found.add_mean("latent.kl", kl.sum(axis=1), unit)
    found.add_series("latent.kl_per_dimension", kl.mean(axis=0), unit, "dimension")
    return found


def kl_per_dimension(subject: Subject) -> Floats:
    """KL divergence from the prior of each dimension of each sample's code, (samples, numbers of a code)."""
    network, rows = subject.network, []
    assert isinstance(network.code, GaussianCode)
    for start in range(0, len(subject.inputs), network.batch_size):
        encoded = network.encoder(subject.inputs[start : start + network.batch_size], training=False)
        rows.append(np.asarray(network.code.kl_per_dimension(encoded)))
    return np.concatenate(rows)
