"""What a code is worth to a classifier: a linear probe and nearest neighbours (scikit-learn)."""

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aecli.core.lean import scikit_learn
from aecli.core.seeds import Role, generator
from aecli.data.examples import evaluation_examples
from aecli.data.stored import Labels, taken
from aecli.evaluation.report import Findings
from aecli.evaluation.subject import Floats, Subject

exceptions, pipeline, preprocessing = map(scikit_learn, ("exceptions", "pipeline", "preprocessing"))
linear_model, neighbors = map(scikit_learn, ("linear_model", "neighbors"))

NEIGHBOURS = 5
ITERATIONS = 200


def probes(subject: Subject, samples: int) -> Findings:
    """Accuracy on the test samples of classifiers that learned from codes of training samples.

    Training samples go in as test samples do: where the run has a corruption, corrupted.

    Args:
        subject: The network and the data.
        samples: How many training samples, at most, a seeded sample of them, teach the classifiers.
    """
    found = Findings()
    names = ("probe.linear_accuracy", "probe.knn_accuracy", "probe.training_samples")
    train, test = subject.data.train, subject.data.test
    chosen, labels = teachers(subject, samples)
    if labels is None or test.labels is None:
        found.lacks("the data has no labels", *names)
        return found
    if len(np.unique(labels)) < 2:
        found.lacks("the samples have no labels that tell them apart", *names)
        return found
    if labels.dtype.kind == "f" and (labels != np.round(labels)).any():
        found.lacks("the labels are measured numbers, which name no classes", *names)
        return found
    examples = evaluation_examples(
        subject.run.config.corruption, subject.seed, train.take(chosen), subject.run.classes
    )
    known = subject.network.encode_all(examples.inputs, examples.labels).reshape(len(chosen), -1)
    _add(found, "probe", (known, labels), (subject.codes, test.labels))
    found.add("probe.training_samples", len(chosen), "samples")
    return found


def teachers(subject: Subject, samples: int) -> tuple[NDArray[np.integer], Labels | None]:
    """Which of the training samples teach classifiers, and their labels; None where there are none."""
    train = subject.data.train
    order = generator(subject.seed, Role.PROBES).permutation(len(train))
    chosen = np.sort(order[:samples])
    return chosen, taken(train.labels, chosen)


def fitted_line(rows: Floats, labels: Labels) -> Any:
    """A linear classifier of scikit-learn's, fitted to rows (samples, numbers) and their labels."""
    line = linear_model.LogisticRegression(max_iter=ITERATIONS)
    return _fit(pipeline.make_pipeline(preprocessing.StandardScaler(), line), rows, labels)


def _add(found: Findings, prefix: str, known: tuple[Floats, Labels], asked: tuple[Floats, Labels]) -> None:
    """Fits both classifiers on `known` codes and labels, and scores them on `asked` ones."""
    nearest = neighbors.KNeighborsClassifier(min(NEIGHBOURS, len(known[0])), algorithm="brute")
    for name, classifier in (("linear", fitted_line(*known)), ("knn", _fit(nearest, *known))):
        right = classifier.predict(asked[0]) == asked[1]
        found.add_mean(f"{prefix}.{name}_accuracy", right, "fraction", "higher")


def _fit(classifier: Any, rows: Floats, labels: Labels) -> Any:
    from threadpoolctl import threadpool_limits

    # Its many small products would take longer to share out among threads than to do.
    with warnings.catch_warnings(), threadpool_limits(1):
        warnings.simplefilter("ignore", exceptions.ConvergenceWarning)  # the iterations are a budget
        return classifier.fit(rows, labels)
