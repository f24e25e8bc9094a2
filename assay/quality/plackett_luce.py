"""How good each item is, from orders with ties given by workers of unequal care.

Letters: N items, W workers, V orders, S choices (an order is a sequence of choices among the items left), M
items in the largest choice, D items in the largest tie. An item has a log worth a_i, a worker a reliability
r_w, and a tie of n items a weight d_n (d_1 = 1). Of the items A that are left, C is chosen with probability

.. math:: P(C | A, w) = \\frac{d_{|C|} \\exp(r_w \\bar a_C)}
    {\\sum_{k=1}^{D} d_k\\, e_k(\\{\\exp(r_w a_i / k) : i \\in A\\})}

where e_k is the elementary symmetric polynomial: the sum over all ties of k items without listing them. H. L.
Turner, J. van Etten, D. Firth, I. Kosmidis (2020), "Modelling rankings in R: the PlackettLuce package",
Computational Statistics 35 (ties; for two items it is Davidson's model, see ``bradley_terry``). K. Raman, T.
Joachims (2014), "Methods for ordinal peer grading", KDD (reliabilities, with a Gamma(10, 10) prior). The fit
is the posterior mode with normal priors on log worths and tie weights; errors are Laplace's.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import minimize
from scipy.special import ndtr

from assay.quality.arrays import BoolArray, FloatArray, IntArray, read_indices, read_rate, refuse

PRIOR_SD = 2.0
"""Of log worths: before anything is known, one item beats another with odds of up to 250 to 1 in 95 %."""

RELIABILITY_SHAPE = 10.0
"""Of the Gamma prior with mean 1: a worker with a dozen choices is within a third of the crowd."""

MAX_ROUNDS, SETTLED = 2_000, 1e-7
STEP = 1e-4
"""Of the differences that give the curvature, in log worth."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Worths:
    """What a fit found; all values are finite."""

    log_worth: FloatArray
    """(N,) with mean 0. Where workers are equal, item i is put before j with odds exp(a_i − a_j)."""
    covariance: FloatArray
    """(N, N) of the log worths."""
    tie_weights: FloatArray
    """(D,) d_1 … d_D; 0 for a size of tie that nobody gave."""
    reliability: FloatArray
    """(W,) r_w: 0 orders at random, 1 is the usual worker, above 1 is surer. Never negative: a worker who
    orders backwards is not believed, and not turned round."""
    log_posterior: float
    """Up to a constant."""
    converged: bool
    n_iterations: int

    @property
    def ranks(self) -> IntArray:
        """(N,) 0 for the best item; of equals the first."""
        order = np.argsort(-np.round(self.log_worth, 9), kind="stable")
        ranks = np.empty(len(order), dtype=np.int64)
        ranks[order] = np.arange(len(order))
        return ranks

    def surely_before(self, first: int, second: int) -> float:
        """The probability, 0…1, that item ``first`` is worth more than ``second``, given all orders."""
        apart = self.log_worth[first] - self.log_worth[second]
        spread = np.array([1.0, -1.0]) @ self.covariance[np.ix_([first, second], [first, second])]
        return float(ndtr(apart / np.sqrt(max(float(spread @ [1.0, -1.0]), 1e-300))))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Choices:
    """S choices, each among up to M items."""

    items: IntArray
    """(S, M) item numbers; 0 where ``left`` is false."""
    left: BoolArray
    """(S, M) what could be chosen."""
    chosen: BoolArray
    """(S, M) what was."""
    workers: IntArray
    """(S,)"""


def fit_rankings(
    orders: ArrayLike, workers: ArrayLike | None = None, *, prior_sd: float = PRIOR_SD
) -> Worths:
    """The worths of N items from V orders.

    ``orders`` (V, N) hold ranks: 0 for the best, equal numbers for ties, -1 for an item that was not ranked.
    ``workers`` (V,) who gave each; without them all are equally reliable. Raises ``Invalid``, also where no
    order has two items.
    """
    ranks = np.asarray(orders)
    if ranks.ndim != 2 or ranks.dtype.kind not in "iu" or not ranks.size or ranks.min() < -1:
        raise refuse("orders", "must be rows of ranks, -1 for what was not ranked", -1)
    who = workers_of(workers, len(ranks))
    choices = [
        (row, rank, worker)
        for row, worker in zip(ranks, who.tolist(), strict=True)
        for rank in np.unique(row[row >= 0]).tolist()
        if np.count_nonzero(row >= rank) > 1
    ]
    if not choices:
        raise refuse("orders", "must have at least one order of two items", 2)
    rows = np.array([row for row, _, _ in choices])
    at = np.array([rank for _, rank, _ in choices])[:, None]
    items = np.tile(np.arange(ranks.shape[1]), (len(rows), 1))
    return fit_choices(
        Choices(
            items=items, left=rows >= at, chosen=rows == at, workers=np.array([w for _, _, w in choices])
        ),
        ranks.shape[1],
        with_reliability=workers is not None,
        n_workers=int(who.max()) + 1,
        prior_sd=prior_sd,
    )


def fit_choices(
    choices: Choices, n_items: int, *, with_reliability: bool, n_workers: int, prior_sd: float
) -> Worths:
    """The posterior mode of worths, tie weights and, if wanted, reliabilities."""
    model = _Model(choices, n_items, n_workers if with_reliability else 0, read_prior(prior_sd))
    found = minimize(
        model.loss,
        np.zeros(model.n_parameters),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": MAX_ROUNDS, "maxfun": 2 * MAX_ROUNDS, "gtol": SETTLED, "ftol": 1e-15},
    )
    worth, ties, reliability = model.split(found.x)
    curvature = model.curvature(found.x)
    # Only differences are known from the choices; about their own mean the worths have no error.
    centring = np.eye(n_items) - 1.0 / n_items
    return Worths(
        log_worth=worth - worth.mean(),
        covariance=centring @ np.linalg.inv(curvature)[:n_items, :n_items] @ centring,
        tie_weights=ties,
        reliability=reliability if with_reliability else np.ones(n_workers),
        log_posterior=-float(found.fun),
        converged=bool(found.nit < MAX_ROUNDS),
        n_iterations=int(found.nit),
    )


def read_prior(prior_sd: float) -> float:
    """A standard deviation above 0. Raises ``Invalid``."""
    return read_rate(prior_sd, "prior_sd", high=1e6)


def workers_of(workers: ArrayLike | None, length: int, below: int | None = None) -> IntArray:
    """Who gave each of V answers; one worker gave all where none is told. Raises ``Invalid``."""
    if workers is None:
        return np.zeros(length, dtype=np.int64)
    return read_indices(workers, "workers", below=below, length=length)


class _Model:
    """The log posterior and its slope at parameters (a, log d, log r)."""

    def __init__(self, choices: Choices, n_items: int, n_workers: int, prior_sd: float) -> None:
        self._choices, self._n_items, self._n_workers, self._sd = choices, n_items, n_workers, prior_sd
        self._size = choices.chosen.sum(axis=1)
        self._left = choices.left.sum(axis=1)
        self._ties = [size for size in np.unique(self._size).tolist() if size > 1]
        self.n_parameters = n_items + len(self._ties) + n_workers

    def split(self, parameters: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Log worths (N,), tie weights (D,) and reliabilities (W,)."""
        ties = np.zeros(max(self._ties, default=1))
        ties[0] = 1.0
        end = self._n_items + len(self._ties)
        ties[[size - 1 for size in self._ties]] = np.exp(parameters[self._n_items : end])
        return parameters[: self._n_items], ties, np.exp(parameters[end:])

    def loss(self, parameters: FloatArray) -> tuple[float, FloatArray]:
        """Minus the log posterior, and its slope."""
        worth, ties, reliability = self.split(parameters)
        choices, n_ties = self._choices, len(self._ties)
        careful = reliability[choices.workers] if self._n_workers else np.ones(len(self._size))
        a = np.where(choices.left, worth[choices.items], -np.inf)
        log_total, share, by_size = _totals(a, careful, ties, self._left)
        excess = choices.chosen / self._size[:, None] - share
        known = np.where(choices.left, worth[choices.items], 0.0)
        value = careful * ((choices.chosen * known).sum(axis=1) / self._size) - log_total
        value = value + np.log(ties[self._size - 1])
        slope = np.zeros(self.n_parameters)
        slope[: self._n_items] = np.bincount(
            choices.items.ravel(), (careful[:, None] * excess).ravel(), self._n_items
        )
        for index, size in enumerate(self._ties):
            slope[self._n_items + index] = np.sum((self._size == size) - by_size[:, size - 1])
        if self._n_workers:
            pull = careful * (excess * known).sum(axis=1)
            slope[self._n_items + n_ties :] = np.bincount(choices.workers, pull, self._n_workers)
        prior, prior_slope = self._prior(parameters, reliability)
        return -float(value.sum() + prior), -(slope + prior_slope)

    def _prior(self, parameters: FloatArray, reliability: FloatArray) -> tuple[float, FloatArray]:
        end = self._n_items + len(self._ties)
        slope = np.concatenate(
            [
                -parameters[:end] / self._sd**2,
                RELIABILITY_SHAPE - 1.0 - RELIABILITY_SHAPE * reliability,
            ]
        )
        value = -0.5 * float(parameters[:end] @ parameters[:end]) / self._sd**2
        value += float(((RELIABILITY_SHAPE - 1.0) * parameters[end:] - RELIABILITY_SHAPE * reliability).sum())
        return value, slope

    def curvature(self, parameters: FloatArray) -> FloatArray:
        """Minus the second derivatives by worths and tie weights, at known reliabilities."""
        free = self._n_items + len(self._ties)
        rows = []
        for index in range(free):
            step = np.zeros(self.n_parameters)
            step[index] = STEP
            up, down = self.loss(parameters + step)[1], self.loss(parameters - step)[1]
            rows.append((up - down)[:free] / (2.0 * STEP))
        table = np.array(rows)
        return np.asarray((table + table.T) / 2.0)


def _totals(
    a: FloatArray, careful: FloatArray, ties: FloatArray, n_left: IntArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Of each choice: the log of the sum over all that could have been chosen (S,), each item's share of what
    was expected (S, M), and the probability of each size of tie (S, D)."""
    top = a.max(axis=1)
    sums, slopes = np.zeros((len(a), len(ties))), np.zeros((len(ties), *a.shape))
    for size in np.flatnonzero(ties).tolist():
        # Scaled by the best item: e_k of k-th roots scales by exactly its worth, whatever k.
        x = np.exp(careful[:, None] * (a - top[:, None]) / (size + 1))
        sums[:, size], slope = _symmetric(x, size + 1)
        possible = n_left > size
        sums[:, size] *= ties[size] * possible
        slopes[size] = ties[size] * possible[:, None] * x * slope / (size + 1)
    total = sums.sum(axis=1)
    return (
        careful * top + np.log(total),
        slopes.sum(axis=0) / total[:, None],
        sums / total[:, None],
    )


def _symmetric(x: FloatArray, k: int) -> tuple[FloatArray, FloatArray]:
    """e_k of each row of ``x`` (S, M), and its derivative by each entry: item by item, and back again, so
    that only positive numbers are added."""
    e = np.zeros((len(x), k + 1))
    e[:, 0] = 1.0
    before = []
    for column in x.T:
        before.append(e.copy())
        e[:, 1:] = e[:, 1:] + column[:, None] * e[:, :-1]
    back, slope = np.zeros_like(e), np.empty_like(x)
    back[:, k] = 1.0
    for index in range(x.shape[1] - 1, -1, -1):
        slope[:, index] = (back[:, 1:] * before[index][:, :-1]).sum(axis=1)
        back[:, :-1] = back[:, :-1] + x[:, index, None] * back[:, 1:]
    return e[:, k], slope
