"""What a run costs: size of the code and of the network, arithmetic, time."""

import time
from math import prod
from statistics import median

from aecli.core.errors import RunError
from aecli.evaluation.report import Findings
from aecli.evaluation.subject import Subject
from aecli.models.cost import multiply_adds
from aecli.training.history import History

TIMED_IMAGES = 2000


def cost(subject: Subject) -> Findings:
    """Costs of the run; what a clock measured is marked as such."""
    found, record, network = Findings(), subject.run.record, subject.network
    found.add("cost.compression", prod(network.sample_shape) / network.latent_size, "times", "higher")
    found.add("cost.parameters", record.parameters, "numbers", "lower")
    found.add("cost.multiply_adds", multiply_adds(network), "/sample", "lower")
    found.add("cost.epochs", record.epochs_done, "epochs", "lower")
    if record.seconds is None:
        found.lacks("the run never ended", "cost.training_seconds")
    else:
        found.add("cost.training_seconds", record.seconds, "s", "lower", timed=True)
    try:
        speeds = History.read_csv(subject.run.folder.metrics).column("samples_per_second")
        found.add("cost.training_speed", median(speeds), "samples/s", "higher", timed=True)
    except (RunError, KeyError, ValueError) as error:
        found.lacks(f"metrics.csv holds no speeds ({error})", "cost.training_speed")
    found.add("cost.reconstruction_speed", _speed(subject), "samples/s", "higher", timed=True)
    return found


def _speed(subject: Subject) -> float:
    """Samples a second through encoder and decoder, the faster of two times."""
    samples, seconds = subject.inputs[:TIMED_IMAGES], []
    labels = None if subject.labels is None else subject.labels[:TIMED_IMAGES]
    for _ in range(2):
        started = time.perf_counter()
        subject.network.decode_all(subject.network.encode_all(samples, labels), labels)
        seconds.append(time.perf_counter() - started)
    return len(samples) / min(seconds)
