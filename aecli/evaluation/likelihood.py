"""ELBO and importance-sampled log-likelihood of a variational autoencoder, in nats per sample.

With K draws z₁ … z_K from the encoder's q(z | x), and weights wₖ = p(x | zₖ) p(zₖ) / q(zₖ | x):

    ELBO       =  mean of log p(x | zₖ) over k, minus KL(q(z | x) ‖ p(z)) in closed form
    log p(x)  ≈  log of the mean of wₖ over k

The second never exceeds log p(x) in expectation, and approaches it as K grows (Burda, Grosse &
Salakhutdinov, 2016), so what is reported as NLL is an upper bound.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log, pi, prod, sqrt
from typing import Any

import numpy as np
import tensorflow as tf
from keras import ops

from aecli.core.seeds import Role, generator, number
from aecli.evaluation.report import Findings
from aecli.evaluation.subject import Floats, Subject
from aecli.models.autoencoder import Autoencoder
from aecli.models.latents.latent import Step
from aecli.objectives.distortion import Distortion

NAMES = ("reconstruction", "kl", "negative_elbo", "nll", "effective_draws")
BATCH = 500


@dataclass(frozen=True)
class Bounds:
    """Estimates for each sample, in nats, (samples,).

    Attributes:
        reconstruction: -log p(x | z), the mean over the draws.
        kl: KL(q(z | x) ‖ p(z)), in closed form.
        nll: -log p(x), importance-sampled.
        effective_draws: (Σw)² / Σw², over the number of draws: 1 if all weigh alike, 1/K if one decides.
    """

    reconstruction: Floats
    kl: Floats
    nll: Floats
    effective_draws: Floats


def likelihood(subject: Subject, draws: int) -> Findings:
    """ELBO and, if draws are asked for, the importance-sampled likelihood of the clean test samples.

    Args:
        subject: The network and the data.
        draws: Draws a sample; with 0 the ELBO is estimated from one, and there is no likelihood.
    """
    found, network, distortion = Findings(), subject.network, subject.run.distortion
    names = [f"likelihood.{name}" for name in NAMES]
    if "density" not in network.latent.serves:
        found.lacks("the model gives samples no likelihood (this isn't a variational autoencoder)", *names)
    elif not distortion.is_likelihood:
        found.lacks(f"{distortion.name} isn't a likelihood in nats (it is the objective's error)", *names)
    elif subject.form.weights is not None:
        found.lacks("the sequences are padded, and padding has no likelihood", *names)
    else:
        samples = subject.samples
        if distortion.name == "gaussian" and (width := subject.data.scaling.step):
            samples = dequantised(samples, width, subject.seed)
        bounds = estimate(
            network, subject.inputs, samples, subject.labels, distortion, max(draws, 1), subject.seed
        )
        unit = f"nats/{subject.noun}"
        found.add_mean("likelihood.reconstruction", bounds.reconstruction, unit, "lower")
        found.add_mean("likelihood.kl", bounds.kl, unit)
        found.add_mean("likelihood.negative_elbo", bounds.reconstruction + bounds.kl, unit, "lower")
        if draws:
            found.add_mean("likelihood.nll", bounds.nll, unit, "lower")
            found.add_mean("likelihood.effective_draws", bounds.effective_draws, "fraction")
        else:
            found.lacks("not asked for (--nll-samples 0)", "likelihood.nll", "likelihood.effective_draws")
        found.merge(_bits(subject, bounds))
    return found


def _bits(subject: Subject, bounds: Bounds) -> Findings:
    """What a Gaussian likelihood says of single numbers.

    Its learned standard deviation stands beside that of what it leaves over; and the ELBO of a density over stored
    whole numbers is told in bits a number, which compare across images of any size.
    """
    found, distortion = Findings(), subject.run.distortion
    bits, sigmas = "likelihood.bits_per_number", ("likelihood.sigma", "likelihood.residual")
    if distortion.name != "gaussian":
        found.lacks("the likelihood isn't a density of the numbers as they are stored", bits, *sigmas)
        return found
    size, sigma = prod(subject.samples.shape[1:]), distortion.learned["sigma"]
    squares = (
        2.0 * float(bounds.reconstruction.mean(dtype=np.float64)) / size - log(2.0 * pi) - 2.0 * log(sigma)
    )
    found.add("likelihood.sigma", sigma, "")
    found.add("likelihood.residual", sigma * sqrt(squares), "")
    if not (width := subject.data.scaling.step):
        found.lacks("the numbers of this data aren't stored as whole ones", bits)
        return found
    # A density over steps of that width, turned into the probability of a whole number.
    nats = (bounds.reconstruction + bounds.kl) / size - log(width)
    found.add_mean(bits, nats / log(2.0), "bits/number", "lower")
    return found


def dequantised(samples: Floats, width: float, seed: int) -> Floats:
    """Samples spread evenly over the steps that their numbers were rounded to (Theis et al., 2016).

    Args:
        samples: (samples, *sample_shape).
        width: Between two neighbouring numbers.
        seed: The config's seed.
    """
    spread = generator(seed, Role.DEQUANTISATION).random(samples.shape, np.float32) - np.float32(0.5)
    return samples + np.float32(width) * spread


def estimate(
    network: Autoencoder,
    inputs: Floats,
    samples: Floats,
    labels: Floats | None,
    distortion: Distortion,
    draws: int,
    seed: int,
) -> Bounds:
    """Estimates the bounds of each sample; they hold whatever the encoder looks at.

    Args:
        network: A network whose latent has a density.
        inputs: What goes into the encoder, (samples, *sample_shape).
        samples: The samples whose likelihood is estimated, of the same shape.
        labels: Where the network has a condition, their labels, one-hot, (samples, classes); else None.
        distortion: Minus the logarithm of the likelihood of samples under the decoder's outputs.
        draws: Draws a sample, at least 1.
        seed: The config's seed.
    """
    base, batch_size = number(seed, Role.LIKELIHOOD), min(BATCH, network.batch_size)

    @tf.function(reduce_retracing=True)  # type: ignore[untyped-decorator]
    def bounds(seen: Any, batch: Any, told: Any, first_draw: Any) -> tuple[Any, ...]:
        encoded = network.encoded(seen, told)
        counted = tf.ones(tf.shape(batch)[0])
        nothing = tf.zeros(tf.shape(batch)[0])

        def draw(k: Any, total: Any, log_sum: Any, log_squares: Any) -> tuple[Any, ...]:
            step = Step(tf.stack([base, first_draw + k]), counted, training=False)
            drawn = network.draw(encoded, step)
            fit = -distortion.losses(batch, network.decode(drawn.latent, told))
            weight = fit + drawn.prior_ratio[0]
            return (
                k + 1,
                total + fit,
                ops.logaddexp(log_sum, weight),
                ops.logaddexp(log_squares, 2 * weight),
            )

        _, total, log_sum, log_squares = tf.while_loop(
            lambda k, *_: k < draws,
            draw,
            (0, nothing, nothing - np.inf, nothing - np.inf),
            parallel_iterations=1,
        )
        kl = ops.sum(network.latent.kl_per_dimension(encoded), axis=-1)
        count = float(draws)
        nll = np.log(count) - log_sum
        return -total / count, kl, nll, tf.exp(2 * log_sum - log_squares) / count

    batches = [
        bounds(
            tf.constant(inputs[start : start + batch_size]),
            tf.constant(samples[start : start + batch_size]),
            None if labels is None else tf.constant(labels[start : start + batch_size]),
            tf.constant(start // batch_size * draws),
        )
        for start in range(0, len(samples), batch_size)
    ]
    return Bounds(*(np.concatenate(parts) for parts in zip(*batches, strict=True)))
