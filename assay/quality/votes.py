"""Votes on classes, checked once and laid out for the models.

A vote is (task, worker, label), three integers counted from 0. :func:`check_votes` refuses what cannot be a
vote and sorts the rest by task, worker and label, so that no answer depends on the order of the input and
each model passes over the votes once, front to back.

A worker who gives one task the same label twice is one witness, counted once. One who gives it two different
labels has cast two votes: that is evidence about the worker, and dropping either would be a guess.

Votes may have weights and may name several classes (:mod:`assay.quality.loose`); where they have neither,
that is ``None`` and costs nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.util import find_spec

import numpy as np
from numpy.typing import ArrayLike, NDArray

from assay.errors import Invalid, TooLarge
from assay.quality.layout import Integers as Integers
from assay.quality.layout import column_size, plain_order, read_column
from assay.quality.loose import (
    Bools,
    Looseness,
    loose_order,
    loosened,
    read_sets,
    read_weights,
    telling,
)

Floats = NDArray[np.float64]

MAX_CELLS = 1 << 27
"""The largest table (N×K posterior, W×K×K confusions) that is made; 1 GiB of float64."""

MAX_CLASSES = 1 << 20
"""The most classes of one question."""

COMPILED_FROM = 200_000
"""From this many votes on, compiled passes pay for loading the compiler."""


def weighted_counts(places: Integers, weights: Floats, length: int) -> Floats:
    """Sum of ``weights`` (V,) at each of ``length`` places (V,)."""
    return np.bincount(places, weights, minlength=length).astype(np.float64, copy=False)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Votes:
    """V votes sorted by task, worker, label, without repeats.

    ``workers`` (V,) and ``labels`` (V,) are in that order; the votes on task ``i`` are
    ``starts[i]:starts[i + 1]``, ``starts`` being (N + 1,). Made by :func:`check_votes` only.
    """

    workers: Integers
    labels: Integers
    starts: NDArray[np.int64]
    n_workers: int
    n_classes: int
    weights: Floats | None = None
    """How many votes each vote is worth, (V,), above 0; None: each is one."""
    possible: Bools | None = None
    """Classes that each vote leaves possible, (V, K), never all of several; None: each vote's label alone.
    ``labels`` then is the first of them."""

    @property
    def plain(self) -> bool:
        """Whether every vote counts once and names one class."""
        return self.weights is None and self.possible is None

    @property
    def mass(self) -> Floats | float:
        """The votes' weights, (V,), or 1."""
        return 1.0 if self.weights is None else self.weights

    @property
    def named(self) -> Floats:
        """How many classes each vote names, (V,)."""
        if self.possible is None:
            return np.ones(self.n_votes)
        return np.asarray(self.possible.sum(axis=1), dtype=np.float64)

    @property
    def total(self) -> float:
        """How many votes all are worth."""
        return float(self.n_votes) if self.weights is None else float(self.weights.sum())

    @property
    def n_tasks(self) -> int:
        """N, tasks without a vote included."""
        return len(self.starts) - 1

    @property
    def n_votes(self) -> int:
        """V, after repeats were dropped."""
        return len(self.workers)

    @property
    def tasks(self) -> NDArray[np.int64]:
        """The task of each vote, (V,)."""
        return np.repeat(np.arange(self.n_tasks), np.diff(self.starts))

    @property
    def cells(self) -> NDArray[np.int64]:
        """``task * K + label`` of each vote, (V,): its place in a flattened (N, K) table."""
        return self.tasks * self.n_classes + self.labels

    def counts(self) -> Floats:
        """How many votes each class got on each task, (N, K); a vote for several is shared among them."""
        if not self.plain:
            return self.spread(1.0 / self.named)
        shape = (self.n_tasks, self.n_classes)
        return np.bincount(self.cells, minlength=shape[0] * shape[1]).reshape(shape).astype(np.float64)

    def spread(self, values: Floats, cells: NDArray[np.int64] | None = None) -> Floats:
        """The sum of ``values`` (V,), by weight, over the votes that name each class of each task, (N, K).

        ``cells`` are :attr:`cells`, for callers who have them.
        """
        shape = self.n_tasks, self.n_classes
        weighed = values if self.weights is None else values * self.weights
        if self.possible is None:
            places = self.cells if cells is None else cells
            return weighted_counts(places, weighed, shape[0] * shape[1]).reshape(shape)
        tasks = self.tasks
        columns = [weighted_counts(tasks, weighed * named, shape[0]) for named in self.possible.T]
        return np.stack(columns, axis=1)

    def chance(self, posterior: Floats, cells: NDArray[np.int64] | None = None) -> Floats:
        """The probability that each vote names the truth, (V,), where classes have ``posterior`` (N, K)."""
        if self.possible is None:
            return np.asarray(posterior.ravel()[self.cells if cells is None else cells])
        return np.asarray((posterior[self.tasks] * self.possible).sum(axis=1))

    def worker_votes(self) -> Floats:
        """How many votes each worker cast, (W,), by weight."""
        if self.weights is not None:
            return weighted_counts(self.workers, self.weights, self.n_workers)
        if self.n_votes >= COMPILED_FROM and find_spec("numba") is not None:
            # Imported here because numba is an extra and slow to load.
            from assay.quality.kernels import count_votes

            counted = np.zeros(self.n_workers, dtype=np.int64)
            count_votes(self.workers, counted)
            return counted.astype(np.float64)
        cast = np.zeros(self.n_workers)
        # Block by block: counting converts to 64 bits, which for ten million votes at once is 80 MB.
        for first in range(0, self.n_votes, 1 << 20):
            cast += np.bincount(self.workers[first : first + (1 << 20)], minlength=self.n_workers)
        return cast

    def widened(self, n_tasks: int, n_classes: int) -> Votes:
        """The same votes over at least that many tasks and classes. Raises ``TooLarge`` as
        :func:`check_votes`."""
        n_tasks, n_classes = max(n_tasks, self.n_tasks), max(n_classes, self.n_classes)
        check_size(n_tasks, self.n_workers, n_classes)
        starts = np.concatenate((self.starts, np.full(n_tasks - self.n_tasks, self.starts[-1])))
        possible = self.possible
        if possible is not None:
            possible = np.pad(possible, [(0, 0), (0, n_classes - self.n_classes)])
        return replace(self, starts=starts, n_classes=n_classes, possible=possible)

    def subset(self, keep: NDArray[np.bool_]) -> Votes:
        """The votes where ``keep`` (V,) is true, over the same tasks, workers and classes."""
        kept_before = np.concatenate(([0], np.cumsum(keep)))
        loose = Looseness(weights=self.weights, possible=self.possible).at(keep)
        return Votes(
            workers=self.workers[keep],
            labels=self.labels[keep],
            starts=kept_before[self.starts],
            n_workers=self.n_workers,
            n_classes=self.n_classes,
            weights=loose.weights,
            possible=loose.possible,
        )

    def plainly(self) -> Votes:
        """The votes that name one class, each counted once."""
        if self.plain:
            return self
        single = self.subset(self.named == 1.0)
        return replace(single, weights=None, possible=None)

    def run(self, first: int, last: int) -> Votes:
        """The votes on tasks ``first:last``, which are its only tasks."""
        cast = slice(self.starts[first], self.starts[last])
        return replace(
            self,
            workers=self.workers[cast],
            labels=self.labels[cast],
            starts=self.starts[first : last + 1] - self.starts[first],
            weights=None if self.weights is None else self.weights[cast],
            possible=None if self.possible is None else self.possible[cast],
        )


def check_votes(
    tasks: ArrayLike,
    workers: ArrayLike,
    labels: ArrayLike,
    *,
    n_tasks: int | None = None,
    n_workers: int | None = None,
    n_classes: int | None = None,
    weights: ArrayLike | None = None,
    keep_repeats: bool = False,
) -> Votes:
    """Votes from three integer arrays (V,). Counts that are not given are one above the largest index.

    ``labels`` may be true and false (V, K): the classes that each vote leaves possible. ``weights`` (V,) are
    how many votes each is worth; of equal votes by one worker the weightiest counts. ``keep_repeats`` takes
    equal votes for independent measurements, as where someone judges afresh weeks later.

    Raises ``Invalid`` (``votes.invalid``) for lengths that differ, values that are not integers, indices
    below 0 or beyond a given count, no class at all, weights that are negative or not finite, and sets
    without a class; ``TooLarge`` (``limit.exceeded``) for K above ``MAX_CLASSES`` and N×K above
    ``MAX_CELLS``.
    """
    sets = read_sets(labels)
    if sets is not None:
        if n_classes not in (None, sets.shape[1]):
            detail = f"labels tell of {sets.shape[1]} classes, n_classes is {n_classes}."
            raise Invalid("votes.invalid", detail, pointer="/labels", limit=n_classes)
        n_classes, labels = sets.shape[1], sets.argmax(axis=1)
    columns = {"tasks": tasks, "workers": workers, "labels": labels}
    checked = {name: read_column(name, values) for name, values in columns.items()}
    lengths = {name: len(values) for name, values in checked.items()}
    if len(set(lengths.values())) > 1:
        raise Invalid("votes.invalid", f"tasks, workers and labels have different lengths: {lengths}.")
    sizes = {
        name: column_size(name, checked[name], given)
        for name, given in (("tasks", n_tasks), ("workers", n_workers), ("labels", n_classes))
    }
    if sizes["labels"] == 0:
        raise Invalid("votes.invalid", "There are no votes and n_classes is not given.", pointer="/n_classes")
    check_size(sizes["tasks"], sizes["workers"], sizes["labels"])
    weighed = read_weights(weights, lengths["tasks"])
    if weighed is None and sets is None:
        return _laid_out(checked, sizes, keep_repeats)
    says = telling(weighed, sets, lengths["tasks"])
    checked = {name: values[says] for name, values in checked.items()}
    loose = loosened(
        None if weighed is None else weighed[says],
        None if sets is None else sets[says],
    )
    if loose.weights is None and loose.possible is None:
        return _laid_out(checked, sizes, keep_repeats)
    return _laid_out_loose(checked, sizes, loose, keep_repeats)


def check_gold(gold: ArrayLike | Mapping[int, int] | None, votes: Votes) -> NDArray[np.int64]:
    """Known answers as (N,) with -1 where unknown.

    ``gold`` is (N,) with -1 where unknown (shorter arrays leave the rest unknown), a mapping of task to
    label, or pairs (G, 2). Raises ``Invalid`` (``gold.invalid``) for values that are not integers, tasks or
    labels out of range, and two answers for one task.
    """
    known = np.full(votes.n_tasks, -1, dtype=np.int64)
    if gold is None:
        return known
    rows = gold_rows(gold)
    if len(rows) and (rows[:, 0].min() < 0 or rows[:, 0].max() >= votes.n_tasks):
        raise Invalid("gold.invalid", f"gold names tasks outside 0…{votes.n_tasks - 1}.", pointer="/gold")
    if len(rows) and (rows[:, 1].min() < -1 or rows[:, 1].max() >= votes.n_classes):
        raise Invalid("gold.invalid", f"gold labels must be -1 or 0…{votes.n_classes - 1}.", pointer="/gold")
    rows = np.unique(rows[rows[:, 1] >= 0], axis=0)
    repeated = rows[:-1, 0][np.diff(rows[:, 0]) == 0]
    if len(repeated):
        detail = (
            f"gold gives task {repeated[0]} more than one answer, and {len(set(repeated)) - 1} more tasks."
        )
        raise Invalid("gold.invalid", detail, pointer="/gold")
    known[rows[:, 0]] = rows[:, 1]
    return known


def gold_rows(gold: ArrayLike | Mapping[int, int]) -> NDArray[np.int64]:
    """``gold`` in any form that :func:`check_gold` takes, as (G, 2) rows of task and label."""
    if isinstance(gold, Mapping):
        pairs = np.array([[task, label] for task, label in gold.items()]) if gold else np.empty((0, 2), int)
    else:
        pairs = np.asarray(gold)
        if pairs.ndim == 1:
            pairs = np.stack([np.arange(len(pairs)), pairs], axis=1) if len(pairs) else np.empty((0, 2), int)
    if pairs.ndim != 2 or pairs.shape[1] != 2 or pairs.dtype.kind not in "iu":
        detail = "gold must be integers: one label for each task, -1 where unknown, or (task, label) pairs."
        raise Invalid("gold.invalid", detail, pointer="/gold")
    return pairs.astype(np.int64)


def check_prior(prior: ArrayLike | None, votes: Votes) -> Floats | None:
    """A class prior as (K,), shared by all tasks, or (N, K); rows sum to 1.

    Raises ``Invalid`` (``prior.invalid``) for another shape, values that are not finite or below 0, and rows
    whose sum is off by more than 0.001. The remaining rounding is divided out.
    """
    if prior is None:
        return None
    try:
        given = np.asarray(prior, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise Invalid("prior.invalid", "prior must be numbers.", pointer="/prior") from error
    shapes = {(votes.n_classes,), (votes.n_tasks, votes.n_classes)}
    if given.shape not in shapes:
        raise Invalid(
            "prior.invalid", f"prior has shape {given.shape}, not one of {shapes}.", pointer="/prior"
        )
    if not np.isfinite(given).all() or (given < 0).any():
        raise Invalid("prior.invalid", "prior must be finite and not negative.", pointer="/prior")
    total = given.sum(axis=-1, keepdims=True)
    if (np.abs(total - 1) > 1e-3).any():
        raise Invalid("prior.invalid", "each row of prior must sum to 1.", pointer="/prior")
    return np.asarray(given / total)


def log_prior(prior: Floats) -> Floats:
    """The log of a prior of any shape, finite: a class ruled out keeps 1e-300, which gold may overrule."""
    return np.asarray(np.log(np.maximum(prior, 1e-300)))


def softmax(scores: Floats) -> Floats:
    """exp of each row over its sum, (N, K)."""
    posterior = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(posterior / posterior.sum(axis=1, keepdims=True))


def clamped(posterior: Floats, gold: NDArray[np.int64]) -> Floats:
    """``posterior`` (N, K), changed in place to be certain where ``gold`` (N,) is known."""
    known = np.flatnonzero(gold >= 0)
    posterior[known] = 0.0
    posterior[known, gold[known]] = 1.0
    return posterior


def check_size(n_tasks: int, n_workers: int, n_classes: int) -> None:
    """Raise ``TooLarge`` (``limit.exceeded``) where there are too many of anything."""
    if n_classes > MAX_CLASSES:
        detail = f"{n_classes} classes; at most {MAX_CLASSES} are read."
        raise TooLarge("limit.exceeded", detail, pointer="/n_classes", limit=MAX_CLASSES)
    check_table("the posterior", n_tasks, n_classes)
    check_table("the workers' skills", n_workers, 2)


def check_table(name: str, *shape: int) -> None:
    """Raise ``TooLarge`` (``limit.exceeded``) where a table of ``shape`` would pass ``MAX_CELLS``."""
    cells = 1
    for length in shape:
        cells *= length
    if cells > MAX_CELLS:
        sides = "×".join(map(str, shape))
        detail = f"{name} would need {sides} numbers; at most {MAX_CELLS} are made."
        raise TooLarge("limit.exceeded", detail, limit=MAX_CELLS)


def _laid_out(checked: Mapping[str, Integers], sizes: Mapping[str, int], keep_repeats: bool) -> Votes:
    tasks, workers, labels = checked.values()
    label_type = np.min_scalar_type(-max(sizes["labels"], 2))
    if len(tasks) >= COMPILED_FROM and find_spec("numba") is not None:
        # Imported here because numba is an extra and slow to load.
        from assay.quality.kernels import sorted_votes

        starts, by_worker, by_label = sorted_votes(
            tasks, workers, labels, sizes["tasks"], label_type, keep_repeats
        )
    else:
        starts, by_worker, by_label = plain_order(tasks, workers, labels, sizes["tasks"], keep_repeats)
    return Votes(
        workers=by_worker.astype(np.int32, copy=False),
        labels=by_label.astype(label_type, copy=False),
        starts=starts,
        n_workers=sizes["workers"],
        n_classes=sizes["labels"],
    )


def _laid_out_loose(
    checked: Mapping[str, Integers], sizes: Mapping[str, int], loose: Looseness, keep_repeats: bool
) -> Votes:
    tasks, workers, labels = checked.values()
    order = loose_order(tasks, workers, labels, loose, keep_repeats)
    loose = loose.at(order)
    per_task = np.bincount(tasks[order].astype(np.int64), minlength=sizes["tasks"])
    return Votes(
        workers=workers[order].astype(np.int32),
        labels=labels[order].astype(np.min_scalar_type(-max(sizes["labels"], 2))),
        starts=np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(per_task))),
        n_workers=sizes["workers"],
        n_classes=sizes["labels"],
        weights=loose.weights,
        possible=loose.possible,
    )
