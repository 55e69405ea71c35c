"""The study: which values come next, what became of trials, and what is pruned. Optuna's, kept in its journal."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import optuna
from optuna.pruners import BasePruner, HyperbandPruner, MedianPruner, NopPruner
from optuna.samplers import BaseSampler, RandomSampler, TPESampler
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
from optuna.trial import FrozenTrial, Trial, TrialState, create_trial

from aecli.core.files import atomic_write
from aecli.core.seeds import Role, generator
from aecli.sweeps.ranges import Parameter
from aecli.sweeps.sweep import Sweep

WARM_UP = 5
"""Trials that nothing is pruned among, and whose values are drawn by chance."""

SAMPLERS: dict[str, Callable[[int], BaseSampler]] = {
    "tpe": lambda seed: TPESampler(n_startup_trials=WARM_UP, constant_liar=True, seed=seed),
    "random": lambda seed: RandomSampler(seed=seed),
}
"""What makes a sampler of a seed, by name. A grid needs none."""

PRUNERS: dict[str, Callable[[int], BasePruner]] = {
    "none": lambda epochs: NopPruner(),
    "median": lambda epochs: MedianPruner(n_startup_trials=WARM_UP),
    "hyperband": lambda epochs: HyperbandPruner(min_resource=1, max_resource=epochs),
}
"""What makes a pruner for trials of so many epochs, by name."""


class _OneWriter:
    """No lock: the sweep's folder has one, which falls with its process, and this one would outlive it."""

    def acquire(self) -> bool:
        """There is nobody else."""
        return True

    def release(self) -> None:
        """Nothing to give back."""


class Study:
    """A sweep's study.

    Args:
        sweep: The sweep.
        journal: Its file, which is made if it isn't there.
        seed: Where the sampler's chance comes from.
        epochs: Of a trial that isn't pruned.
    """

    def __init__(self, sweep: Sweep, journal: Path, seed: int, epochs: int) -> None:
        optuna.logging.set_verbosity(optuna.logging.ERROR)
        _repair(journal)
        self._sweep = sweep
        self._seed = seed
        self._distributions = {name: searched.distribution for name, searched in sweep.ranges.items()}
        storage = JournalStorage(JournalFileBackend(str(journal), _OneWriter()))  # type: ignore[arg-type]
        begun = optuna.get_all_study_names(storage)  # under the name that its folder had then
        self._study = optuna.create_study(
            storage=storage,
            study_name=begun[0] if begun else sweep.name,
            pruner=PRUNERS[sweep.options.pruner](epochs),
            direction="minimize",
            load_if_exists=True,
        )

    @property
    def trials(self) -> list[FrozenTrial]:
        """All that were asked for, by number."""
        return self._study.get_trials(deepcopy=False)

    @property
    def unfinished(self) -> list[Trial]:
        """Those that nothing was told of yet."""
        running = self._study.get_trials(deepcopy=False, states=(TrialState.RUNNING,))
        return [Trial(self._study, each._trial_id) for each in running]

    @property
    def complete(self) -> list[FrozenTrial]:
        """Those that ran to their end, the best first; of equals the earlier one."""
        done = self._study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
        return sorted(done, key=lambda each: (each.values[0], each.number))

    def ask(self) -> Trial:
        """A new trial. Its chance comes from the seed and its number, so that a stop in between changes nothing."""
        number = len(self.trials)
        if self._sweep.options.sampler == "grid":
            return self._add(self._sweep.of_grid(number))
        sampler = SAMPLERS[self._sweep.options.sampler](
            int(generator(self._seed, Role.SWEEP, number).integers(2**31))
        )
        coming = create_trial(state=TrialState.RUNNING)
        coming.number = number
        drawn = {
            name: sampler.sample_independent(self._study, coming, name, distribution)
            for name, distribution in self._distributions.items()
        }
        return self._add(drawn)

    def values(self, parameters: Mapping[str, Parameter]) -> dict[str, Any]:
        """What a config is given for a trial's parameters."""
        return {name: self._sweep.ranges[name].value(parameter) for name, parameter in parameters.items()}

    def restore(self, parameters: dict[str, Parameter]) -> None:
        """Adds a trial that the journal lost: with its parameters, or given up if there are none."""
        if parameters:
            self._add(parameters)
        else:
            self._study.add_trial(
                create_trial(state=TrialState.FAIL, user_attrs={"reason": "its record is lost"})
            )

    def _add(self, parameters: dict[str, Parameter]) -> Trial:
        """A new trial of given values, in one line of the journal: one of half its values would be another."""
        distributions = self._distributions
        state = TrialState.RUNNING
        self._study.add_trial(create_trial(state=state, params=parameters, distributions=distributions))
        return self.unfinished[-1]

    def tell(
        self, trial: Trial, state: TrialState, value: float | None = None, reason: str | None = None
    ) -> None:
        """Says how a trial ended."""
        if reason is not None:
            trial.set_user_attr("reason", reason)
        self._study.tell(trial, value, state)

    def importance(self) -> dict[str, float]:
        """The share of each setting in how much the metric varies (fANOVA: Hutter et al., 2014), highest first.

        Empty where fewer than two trials are complete, or all are equal.
        """
        done = self.complete
        if len(done) < 2 or done[0].values == done[-1].values:
            return {}
        evaluator = optuna.importance.FanovaImportanceEvaluator(seed=self._seed)
        return optuna.importance.get_param_importances(self._study, evaluator=evaluator)


def _repair(journal: Path) -> None:
    """Cuts a journal behind its last whole line, as a killed process may leave it, or before a damaged one."""
    if not journal.is_file():
        return
    raw = journal.read_bytes()
    whole = 0
    for line in raw.splitlines(keepends=True):
        try:
            is_whole = "op_code" in json.loads(line) and line.endswith(b"\n")
        except (ValueError, TypeError):
            is_whole = False
        if not is_whole:
            break
        whole += len(line)
    if whole < len(raw):
        logging.getLogger(__name__).warning(
            f"{journal}: damaged behind {whole:,} bytes; it goes on from there"
        )
        with atomic_write(journal) as file:
            file.write(raw[:whole])
