"""Whether samples on command show what they were told to."""

from __future__ import annotations

import numpy as np

from aecli.core.seeds import Role, generator
from aecli.data.classes import one_hot
from aecli.evaluation.probes import fitted_line, teachers
from aecli.evaluation.report import PROBE_SAMPLES, Findings
from aecli.evaluation.subject import Subject

SAMPLES = 1000
"""New samples that are asked for, in equal parts of each label."""


def conditional(subject: Subject) -> Findings:
    """How often a linear classifier that learned from real samples sees the label that a new one was told."""
    found, classes, name = Findings(), subject.run.classes, "samples.agreement"
    if classes is None:
        found.lacks("the network has no condition", name)
        return found
    if not subject.run.config.objective.prior:
        found.lacks("the objective has no prior to draw new samples from", name)
        return found
    chosen, labels = teachers(subject, PROBE_SAMPLES)
    if labels is None or len(np.unique(labels)) < 2:
        found.lacks("the training samples have no labels that tell them apart", name)
        return found
    line = fitted_line(subject.data.train.samples[chosen].reshape(len(chosen), -1), labels)
    wanted = np.resize(np.array(classes), SAMPLES)
    codes = generator(subject.seed, Role.SAMPLES).standard_normal((SAMPLES, *subject.network.latent_shape))
    told = one_hot(wanted, classes, name)
    samples = subject.network.decode_all(codes.astype(np.float32), told)
    seen = one_hot(line.predict(samples.reshape(SAMPLES, -1)), classes, name)
    found.add_mean(name, (seen == told).all(axis=1), "fraction", "higher")
    return found
