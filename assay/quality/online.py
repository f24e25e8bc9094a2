"""One vote at a time: what a new vote makes of its task and its worker, between refits."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from assay.errors import Invalid
from assay.quality.inference import Inference
from assay.quality.votes import Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Changed:
    """What one vote changed."""

    task: int
    posterior: Floats
    """Probability of each class of the task, (K,)."""
    worker_accuracy: float


@dataclass(slots=True, eq=False)
class _Track:
    """One model as it goes on; only what votes have touched is copied."""

    fit: Inference
    states: dict[int, Floats] = field(default_factory=dict)
    records: dict[int, Floats] = field(default_factory=dict)

    def add(self, task: int, worker: int, label: int) -> tuple[Floats, float]:
        """The task's posterior (K,) and the worker's accuracy after the vote."""
        fit = self.fit
        record = self.records.get(worker)
        if record is None:
            record = self.records[worker] = fit.skill.record(worker)
        log_chance = fit.skill.log_likelihood(record, label)
        # Chances that have reached 0 stay there: gold is not outvoted.
        states = self._states(task) * np.exp(log_chance - log_chance.max())
        total = states.sum()
        states = self.states[task] = states / total if total > 0 else self._states(task)
        fit.skill.count(record, label, states)
        n_classes = len(fit.class_prior)
        return states.reshape(n_classes, -1).sum(axis=1), fit.skill.accuracy(record, fit.class_prior)

    def _states(self, task: int) -> Floats:
        if task in self.states:
            return self.states[task]
        if task < len(self.fit.states):
            return np.asarray(self.fit.states[task])
        n_states = self.fit.states.shape[1]
        per_class = n_states // len(self.fit.class_prior)
        return np.repeat(self.fit.class_prior / per_class, per_class)


class OnlineTruth:
    """An inference that goes on with single votes. The only object here that changes; not for two threads.

    A vote multiplies its task's posterior by the chance that this worker, as known so far, says so; then the
    worker's record counts the vote as right with the new posterior's probability. Earlier votes of the same
    worker are not reconsidered: a refit does that. Unknown tasks start at the classes' frequencies, unknown
    workers with the crowd's habits. Every call is a new vote; whoever sends one twice counts it twice.

    Memory and time do not grow with the votes behind ``inference``, which is not changed.
    """

    def __init__(self, inference: Inference) -> None:
        parts = inference.parts or ((1.0, inference),)
        self._weights = [weight for weight, _ in parts]
        self._tracks = [_Track(part) for _, part in parts]
        self._n_classes = inference.posterior.shape[1]

    def add(self, task: int, worker: int, label: int) -> Changed:
        """Count one vote. Raises ``Invalid`` (``votes.invalid``) for negative numbers and unknown classes."""
        if min(task, worker, label) < 0 or label >= self._n_classes:
            detail = f"A vote needs task and worker from 0 and a label below {self._n_classes}."
            raise Invalid("votes.invalid", detail, limit=self._n_classes)
        posterior, accuracy = np.zeros(self._n_classes), 0.0
        for weight, track in zip(self._weights, self._tracks, strict=True):
            part, part_accuracy = track.add(task, worker, label)
            posterior += weight * part
            accuracy += weight * part_accuracy
        return Changed(task=task, posterior=posterior, worker_accuracy=accuracy)
