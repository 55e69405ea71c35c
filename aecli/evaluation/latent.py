"""What the latent space looks like: its size, how much of it is used, what the prior charges for it."""

import logging

import numpy as np
import tensorflow as tf
from keras import ops
from numpy.typing import NDArray

from aecli.core import noise
from aecli.core.seeds import Role, generator, number
from aecli.data.stored import taken
from aecli.evaluation.collapse import DEAD, active_units, collapse, indices_of
from aecli.evaluation.report import Findings
from aecli.evaluation.subject import Floats, Subject
from aecli.models.autoencoder import in_batches
from aecli.models.latents.latent import Step
from aecli.objectives.mmd import discrepancy

log = logging.getLogger(__name__)

COMPARED = 2000
"""Test samples, at most, whose latents are compared with draws of the prior, or whose Jacobian is measured."""

PRODUCTS = 16
"""Products by which a Jacobian's norm is estimated."""


def latent(subject: Subject) -> Findings:
    """Metrics of the latents of the test samples."""
    found, codes = Findings(), subject.codes
    found.add("latent.size", codes.shape[1], "dimensions")
    found.add_mean("latent.mean", codes.mean(axis=1), "")
    found.add("latent.std", float(codes.std(dtype=np.float64)), "")
    found.add_mean("latent.zeros", (codes == 0).mean(axis=1), "fraction")
    found.add("latent.dead", int(np.sum(np.ptp(codes, axis=0) <= DEAD)), "dimensions", "lower")
    indices = indices_of(subject.network, subject.inputs, subject.labels)
    for part in (_density(subject), _prior(subject), _codebook(subject, indices), _jacobian(subject)):
        found.merge(part)
    if said := collapse(subject.network, codes, indices):
        log.warning(said)
    return found


def _density(subject: Subject) -> Findings:
    """What the KL divergence says."""
    found, unit = Findings(), f"nats/{subject.noun}"
    names = ("latent.active_units", "latent.kl", "latent.kl_per_dimension")
    if "density" not in subject.network.latent.serves:
        found.lacks("the latent has no density (this isn't a variational autoencoder)", *names)
        return found
    kl = kl_per_dimension(subject)
    found.add("latent.active_units", active_units(subject.codes), "dimensions", "higher")
    found.add_mean("latent.kl", kl.sum(axis=1), unit)
    found.add_series("latent.kl_per_dimension", kl.mean(axis=0), unit, "dimension")
    return found


def _prior(subject: Subject) -> Findings:
    """How far the latents of all samples together are from the prior."""
    found, network = Findings(), subject.network
    if "free" not in network.latent.serves:
        found.lacks("the latent can't take any value, as draws of N(0, 1) can", "latent.mmd")
        return found
    few, seed = _few(subject), number(subject.seed, Role.PRIOR)
    inputs = subject.inputs[few]
    ones = tf.ones(len(inputs))
    encoded = network.encoded(inputs, taken(subject.labels, few))
    drawn = network.draw(encoded, Step(tf.constant([seed, 0]), ones, training=False)).latent
    prior = noise.normal(tf.shape(drawn), [seed, 1])
    found.add("latent.mmd", float(discrepancy(drawn, prior, ones)), "", "lower")
    return found


def _codebook(subject: Subject, indices: object) -> Findings:
    """How much of a codebook is used: entries, and the perplexity of their frequencies."""
    found = Findings()
    if not isinstance(indices, np.ndarray):
        found.lacks("the latent has no codebook", "latent.codebook_usage", "latent.perplexity")
        return found
    counts = np.bincount(indices.ravel(), minlength=subject.network.latent.codebook_entries)
    shares = counts[counts > 0] / counts.sum()
    found.add("latent.codebook_usage", len(shares) / len(counts), "fraction", "higher")
    found.add("latent.perplexity", float(np.exp(-(shares * np.log(shares)).sum())), "entries", "higher")
    return found


def _jacobian(subject: Subject) -> Findings:
    """The Frobenius norm of the encoder's Jacobian, by Hutchinson's estimate of its square."""
    found, model = Findings(), subject.run.config.model
    if "jacobian" not in model.serves or "smooth" not in model.latent.serves:
        found.lacks("the encoder has no Jacobian that is quick to measure", "latent.jacobian")
        return found
    network, seed = subject.network, number(subject.seed, Role.JACOBIAN)
    few = _few(subject)

    @tf.function(reduce_retracing=True)  # type: ignore[untyped-decorator]
    def squares(samples: object, told: object) -> object:
        def one(product: object) -> object:
            with tf.GradientTape() as tape:
                tape.watch(samples)
                codes = network.encode(samples, told)
                along = tf.reduce_sum(codes * noise.normal(tf.shape(codes), tf.stack([seed, product])))
            gradient = tape.gradient(along, samples)
            return tf.reduce_sum(tf.square(gradient), axis=list(range(1, len(gradient.shape))))

        return tf.reduce_mean(tf.map_fn(one, tf.range(PRODUCTS), fn_output_signature=tf.float32), axis=0)

    samples, labels = subject.inputs[few], taken(subject.labels, few)
    norms = np.sqrt(
        in_batches(lambda *some: squares(*map(_tensor, some)), network.batch_size, samples, labels)
    )
    found.add_mean("latent.jacobian", norms, "", "lower")
    return found


def _few(subject: Subject) -> NDArray[np.integer]:
    """Some test samples, a seeded sample of them."""
    order = generator(subject.seed, Role.TEST_SAMPLE).permutation(len(subject.inputs))
    return np.sort(order[:COMPARED])


def _tensor(array: object) -> object:
    return None if array is None else tf.constant(array)


def kl_per_dimension(subject: Subject) -> Floats:
    """KL divergence from the prior of each dimension of each sample's latent, (samples, numbers of a latent)."""
    network = subject.network

    def some(samples: object, labels: object) -> object:
        return ops.convert_to_numpy(network.latent.kl_per_dimension(network.encoded(samples, labels)))

    found: Floats = in_batches(some, network.batch_size, subject.inputs, subject.labels)
    return found
