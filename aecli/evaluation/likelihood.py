"""ELBO and importance-sampled log-likelihood of a variational autoencoder, in nats per sample.

With K draws z₁ … z_K from the encoder's q(z | x), and weights wₖ = p(x | zₖ) p(zₖ) / q(zₖ | x):

    ELBO       =  mean of log p(x | zₖ) over k, minus KL(q(z | x) ‖ p(z)) in closed form
    log p(x)  ≈  log of the mean of wₖ over k

The second never exceeds log p(x) in expectation, and approaches it as K grows (Burda, Grosse &
Salakhutdinov, 2016), so what is reported as NLL is an upper bound.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import tensorflow as tf
from keras import ops

from aecli.core.seeds import Role, number
from aecli.evaluation.report import Findings
from aecli.evaluation.subject import Floats, Subject
from aecli.models.network.autoencoder import Autoencoder
from aecli.models.network.code import GaussianCode

NAMES = ("reconstruction", "kl", "negative_elbo", "nll", "effective_draws")
BATCH = 500

LogLikelihood = Callable[[Any, Any], Any]
"""(samples, decoder's outputs) → log p(x | z), (batch,)."""


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
    found, config = Findings(), subject.run.config
    names = [f"likelihood.{name}" for name in NAMES]
    if not isinstance(subject.network.code, GaussianCode):
        found.lacks("the model gives samples no likelihood (this isn't a variational autoencoder)", *names)
    elif config.training.loss != "binary_crossentropy":
        found.lacks(
            f"a squared error isn't a likelihood in nats (training.loss is {config.training.loss})", *names
        )
    elif subject.form.weights is not None:
        found.lacks("the sequences are padded, and padding has no likelihood", *names)
    else:
        bounds = estimate(
            subject.network, subject.inputs, subject.samples, bernoulli, max(draws, 1), subject.seed
        )
        unit = f"nats/{subject.noun}"
        found.add_mean("likelihood.reconstruction", bounds.reconstruction, unit, "lower")
        found.add_mean("likelihood.kl", bounds.kl, unit)
        found.add_mean("likelihood.negative_elbo", bounds.reconstruction + bounds.kl, unit, "lower")
        if draws:
            found.add_mean("likelihood.nll", bounds.nll, unit, "lower")
            found.add_mean("likelihood.effective_draws", bounds.effective_draws, "fraction")
        else:
            found.lacks("not asked for (--nll-samples 0)", *names[-2:])
    return found


def estimate(
    network: Autoencoder,
    inputs: Floats,
    samples: Floats,
    log_likelihood: LogLikelihood,
    draws: int,
    seed: int,
) -> Bounds:
    """Estimates the bounds of each sample; they hold whatever the encoder looks at.

    Args:
        network: A network whose code is Gaussian.
        inputs: What goes into the encoder, (samples, *sample_shape).
        samples: The samples whose likelihood is estimated, of the same shape.
        log_likelihood: Of samples under the decoder's outputs.
        draws: Draws a sample, at least 1.
        seed: The config's seed.
    """
    code = network.code
    assert isinstance(code, GaussianCode)
    base, batch_size = number(seed, Role.LIKELIHOOD), min(BATCH, network.batch_size)

    @tf.function(reduce_retracing=True)  # type: ignore[untyped-decorator]
    def bounds(seen: Any, batch: Any, first_draw: Any) -> tuple[Any, ...]:
        encoded = network.encoder(seen, training=False)
        nothing = tf.zeros(tf.shape(batch)[0])

        def draw(k: Any, total: Any, log_sum: Any, log_squares: Any) -> tuple[Any, ...]:
            z = code.draw(encoded, tf.stack([base, first_draw + k]))
            fit = log_likelihood(batch, network.decoder(z, training=False))
            weight = fit + code.log_prior_ratio(encoded, z)
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
        kl = code.penalties(encoded)["kl"]
        count = float(draws)
        nll = np.log(count) - log_sum
        return -total / count, kl, nll, tf.exp(2 * log_sum - log_squares) / count

    batches = [
        bounds(
            tf.constant(inputs[start : start + batch_size]),
            tf.constant(samples[start : start + batch_size]),
            tf.constant(start // batch_size * draws),
        )
        for start in range(0, len(samples), batch_size)
    ]
    return Bounds(*(np.concatenate(parts) for parts in zip(*batches, strict=True)))


def bernoulli(samples: Any, outputs: Any) -> Any:
    """Σ x log y + (1 - x) log(1 - y) over a sample's numbers, (batch,): minus the training's loss."""
    pixels = ops.binary_crossentropy(samples, outputs)
    return -ops.sum(pixels, axis=tuple(range(1, len(pixels.shape))))
