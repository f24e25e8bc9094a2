"""What is known of the workers: pseudo-counts, prior included, from which every rate follows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from assay.quality.gamma import digamma
from assay.quality.votes import Floats, Integers, check_table

_NEWCOMER = 5.0
"""How many votes the crowd's habits count for in a worker who is not known yet."""


class Skill(Protocol):
    """The workers' rates under one model, over S latent states: the K classes, or several states of each."""

    def confusion(self) -> Floats:
        """P(label | truth), (W, K, K) as [worker, truth, label]."""
        ...

    def predictive(self, workers: Integers, labels: Integers, states: Floats) -> Floats:
        """The chance of each vote (V,) where its task's states have probabilities ``states`` (V, S)."""
        ...

    def record(self, worker: int) -> Floats:
        """One worker's pseudo-counts, a copy to go on counting in; of an unknown one, the crowd's habits."""
        ...

    def log_likelihood(self, record: Floats, label: int) -> Floats:
        """The log chance that the worker with ``record`` says ``label``, in each state, (S,)."""
        ...

    def count(self, record: Floats, label: int, states: Floats) -> None:
        """Add one vote on a task whose states have probabilities ``states`` (S,) to ``record``, in place."""
        ...

    def accuracy(self, record: Floats, class_prior: Floats) -> float:
        """The expected accuracy of the worker with ``record`` where classes are as common as (K,)."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OneCoinSkill:
    """Each worker has one accuracy, Beta(right, wrong), and errs evenly over the other classes."""

    right: Floats
    """Pseudo-count of right votes, (W,)."""
    wrong: Floats
    """Pseudo-count of wrong votes, (W,)."""
    n_classes: int

    def confusion(self) -> Floats:
        n_workers, n_classes = len(self.right), self.n_classes
        check_table("worker_confusion", n_workers, n_classes, n_classes)
        if n_classes == 1:
            return np.ones((n_workers, 1, 1))
        mean = self.right / (self.right + self.wrong)
        table = np.empty((n_workers, n_classes, n_classes))
        table[:] = ((1.0 - mean) / (n_classes - 1))[:, None, None]
        table[:, range(n_classes), range(n_classes)] = mean[:, None]
        return table

    def predictive(self, workers: Integers, labels: Integers, states: Floats) -> Floats:
        if self.n_classes == 1:
            return np.ones(len(workers))
        mean = (self.right / (self.right + self.wrong))[workers]
        said = states[np.arange(len(labels)), labels]
        return np.asarray(mean * said + (1.0 - mean) * (1.0 - said) / (self.n_classes - 1))

    def record(self, worker: int) -> Floats:
        if worker < len(self.right):
            return np.array([self.right[worker], self.wrong[worker]])
        crowd = np.array([self.right.sum() + 4.0, self.wrong.sum() + 1.0])
        return np.asarray(_NEWCOMER * crowd / crowd.sum())

    def log_likelihood(self, record: Floats, label: int) -> Floats:
        log_right, log_wrong = digamma(record) - digamma(record.sum())
        table = np.full(self.n_classes, log_wrong - np.log(max(self.n_classes - 1, 1)))
        table[label] = log_right
        return table

    def count(self, record: Floats, label: int, states: Floats) -> None:
        record += (states[label], 1.0 - states[label])

    def accuracy(self, record: Floats, class_prior: Floats) -> float:
        return float(record[0] / record.sum())


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ConfusionSkill:
    """Each worker has a Dirichlet over labels in each state."""

    counts: Floats
    """Pseudo-counts, (W, K, S) as [worker, label, state]: the states of one vote lie side by side."""
    sizes: Floats
    """How many tasks are in each state, (S,)."""

    @property
    def n_classes(self) -> int:
        """K."""
        return int(self.counts.shape[1])

    def rates(self) -> Floats:
        """P(label | state), (W, K, S) as [worker, label, state]."""
        return np.asarray(self.counts / self.counts.sum(axis=1, keepdims=True))

    def confusion(self) -> Floats:
        shares = self._shares()
        by_class = (self.rates().reshape(*self.counts.shape[:2], *shares.shape) * shares).sum(axis=3)
        return np.ascontiguousarray(by_class.swapaxes(1, 2))

    def predictive(self, workers: Integers, labels: Integers, states: Floats) -> Floats:
        return np.asarray((self.rates()[workers, labels] * states).sum(axis=1))

    def record(self, worker: int) -> Floats:
        if worker < len(self.counts):
            return np.array(self.counts[worker])
        crowd = self.counts.sum(axis=0) + 1e-3
        return np.asarray(_NEWCOMER * crowd / crowd.sum(axis=0))

    def log_likelihood(self, record: Floats, label: int) -> Floats:
        # Of the mean rates: these counts may be near 0, where the mean log rate is far too sure.
        return np.asarray(np.log(record[label] / record.sum(axis=0)))

    def count(self, record: Floats, label: int, states: Floats) -> None:
        record[label] += states

    def accuracy(self, record: Floats, class_prior: Floats) -> float:
        return float(ConfusionSkill(counts=record[None], sizes=self.sizes).accuracies(class_prior)[0])

    def accuracies(self, class_prior: Floats) -> Floats:
        """The expected accuracy of every worker where classes are as common as ``class_prior`` (K,), (W,)."""
        per_class = len(self.sizes) // self.n_classes
        classes = np.repeat(np.arange(self.n_classes), per_class)
        states = np.arange(len(self.sizes))
        right = self.counts[:, classes, states] / self.counts.sum(axis=1)
        return np.asarray(right @ (self._shares() * class_prior[:, None]).ravel())

    def _shares(self) -> Floats:
        """Each state's share of its class, (K, S / K)."""
        sizes = self.sizes.reshape(self.n_classes, -1) + 1e-9
        return np.asarray(sizes / sizes.sum(axis=1, keepdims=True))
