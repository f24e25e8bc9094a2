"""Where an object lies, how sure that is, and how steady each worker's hand is.

Worker w draws the D numbers of object i as ``x = c_i + b_w + s_i e``, with s_i the object's size in the unit
of the numbers, b_w the worker's bias (in shares of the size) and e from Student's t with ``TAIL`` degrees of
freedom and scale sigma_w: hands tremble in proportion, and now and then slip. Letters: N objects, W workers,
V drawings, D numbers in a shape.

.. math:: c_i = \\frac{\\sum_w \\tau_w u_{iw} (x_{iw} - s_i b_w)}{\\sum_w \\tau_w u_{iw}}, \\qquad
    u = \\frac{\\nu + D}{\\nu + \\tau r^2}, \\qquad \\tau_w = 1 / \\sigma_w^2

V. C. Raykar et al. (2010), "Learning from crowds", JMLR 11 (regression: precision-weighted means, precisions
from residuals; here by moments and not by EM). K. L. Lange, R. J. A. Little, J. M. G. Taylor (1989), "Robust
statistical modeling using the t distribution", JASA 84 (the weights u). A worker's variance is shrunk to the
crowd's.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from assay.quality.arrays import FloatArray, IntArray, read_indices, read_matrix, read_reals, refuse

TAIL = 4.0
"""Degrees of freedom: one drawing in a hundred lies beyond four scales."""

USUAL_NOISE = 0.03
"""Before anything is known, a number is off by 3 % of the object's size: published boxes overlap by 0.9."""

PRIOR_DRAWINGS = 4.0
"""How many drawings that expectation counts for, and a crowd's mean for each of its workers."""

ROUNDS, SETTLED = 300, 1e-6
"""A fit ends when no number moves by a millionth of its object's size."""

LEAST_NOISE = 1e-4
"""Nobody is steadier than a ten-thousandth of the object: two equal drawings do not weigh infinitely."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Placement:
    """Objects placed from V drawings; all values are finite."""

    centre: FloatArray
    """(N, D) in the drawings' unit."""
    error: FloatArray
    """(N,) root mean square error to expect in each of the D numbers, in the drawings' unit."""
    worker_noise: FloatArray
    """(W,) scale of each worker's errors, as a share of the object's size."""
    worker_bias: FloatArray
    """(W, D) each worker's habitual displacement against the crowd's mean, as a share of the size."""
    converged: bool
    n_iterations: int


def place(
    objects: ArrayLike, workers: ArrayLike, values: ArrayLike, sizes: ArrayLike, *, with_bias: bool = False
) -> Placement:
    """Every object's centre from all workers' drawings.

    ``objects`` and ``workers`` (V,) are indices, ``values`` (V, D) the drawings and ``sizes`` (N,) > 0 what a
    person would call each object's extent, in the same unit. ``with_bias`` also learns each worker's habitual
    displacement; what the whole crowd has in common is not seen. Among three workers or fewer the steadiest
    is taken for less steady than they are: residuals from a centre that follows one hand say little about it.
    Raises ``Invalid``, also for an object that nobody drew.
    """
    drawn, object_of, worker_of, size = _checked(objects, workers, values, sizes)
    n_workers = int(worker_of.max()) + 1
    scaled = drawn / size[object_of, None]
    noise, bias = np.full(n_workers, USUAL_NOISE), np.zeros((n_workers, drawn.shape[1]))
    slip = np.ones(len(drawn))
    centre, done, step = np.zeros((len(size), drawn.shape[1])), False, 0
    while not done and step < ROUNDS:
        weight = slip / noise[worker_of] ** 2
        before, centre = centre, _weighted_means(scaled - bias[worker_of], weight, object_of, len(size))
        residual = scaled - centre[object_of]
        if with_bias:
            bias = _biases(residual, slip, noise, worker_of)
            residual = residual - bias[worker_of]
        noise = _noises(residual, slip, noise, object_of, worker_of)
        slip = _slips(residual, noise[worker_of])
        step += 1
        done = step > 1 and float(np.abs(centre - before).max()) < SETTLED
    precision = np.bincount(object_of, slip / noise[worker_of] ** 2, len(size))
    return Placement(
        centre=centre * size[:, None],
        error=size / np.sqrt(precision),
        worker_noise=noise,
        worker_bias=bias,
        converged=done,
        n_iterations=step,
    )


def place_one(values: ArrayLike, weights: ArrayLike, size: float) -> tuple[FloatArray, float]:
    """The centre (D,) of one object from M drawings (M, D), and the error to expect in each number.

    For where skill is known and there is no crowd to learn it from: ``weights`` (M,) > 0 are relative
    precisions, and the scale of errors comes from the drawings' spread and ``USUAL_NOISE`` together. A lone
    drawing stands as it is. Raises ``Invalid``.
    """
    drawn = read_matrix(values, "values")
    weight = read_reals(weights, "weights", length=len(drawn))
    if not len(drawn) or weight.min() <= 0:
        raise refuse("weights", "must be positive, one for each of at least one drawing", 0)
    extent = _positive(np.array([size]), "size")[0]
    relative = weight / weight.mean()
    variance, slip = USUAL_NOISE**2, np.ones(len(drawn))
    centre = drawn[0]
    for _ in range(ROUNDS):
        before, share = centre, relative * slip / (relative * slip).sum()
        # From the first drawing, so that equal drawings give exactly what was drawn.
        centre = drawn[0] + share @ (drawn - drawn[0])
        square = ((drawn - centre) ** 2).mean(axis=1) / extent**2
        variance = _shrunk(float(relative * slip @ square), len(drawn) - 1.0, USUAL_NOISE**2)
        slip = (TAIL + drawn.shape[1]) / (TAIL + drawn.shape[1] * relative * square / variance)
        if np.abs(centre - before).max() < SETTLED * extent:
            break
    return centre, float(extent * np.sqrt(variance / (relative * slip).sum()))


def _checked(
    objects: ArrayLike, workers: ArrayLike, values: ArrayLike, sizes: ArrayLike
) -> tuple[FloatArray, IntArray, IntArray, FloatArray]:
    drawn = read_matrix(values, "values")
    size = _positive(sizes, "sizes")
    object_of = read_indices(objects, "objects", below=len(size), length=len(drawn))
    worker_of = read_indices(workers, "workers", length=len(drawn))
    if not len(drawn) or np.bincount(object_of, minlength=len(size)).min() == 0:
        raise refuse("objects", "must name every object at least once", 1)
    return drawn, object_of, worker_of, size


def _positive(sizes: ArrayLike, name: str) -> FloatArray:
    size = read_reals(sizes, name)
    if size.size and size.min() <= 0:
        raise refuse(name, "must be positive", 0)
    return size


def _weighted_means(values: FloatArray, weight: FloatArray, group: IntArray, n_groups: int) -> FloatArray:
    total = np.bincount(group, weight, n_groups)
    sums = np.stack([np.bincount(group, weight * column, n_groups) for column in values.T], axis=1)
    return np.asarray(sums / total[:, None])


def _biases(residual: FloatArray, slip: FloatArray, noise: FloatArray, worker_of: IntArray) -> FloatArray:
    """Each worker's mean residual (W, D), shrunk to none by ``PRIOR_DRAWINGS`` drawings; their mean is 0."""
    cast = np.bincount(worker_of, slip, len(noise))
    sums = np.stack([np.bincount(worker_of, slip * column, len(noise)) for column in residual.T], axis=1)
    bias = sums / (cast + PRIOR_DRAWINGS)[:, None]
    return np.asarray(bias - (cast @ bias) / cast.sum())


def _noises(
    residual: FloatArray, slip: FloatArray, noise: FloatArray, object_of: IntArray, worker_of: IntArray
) -> FloatArray:
    """Scales (W,). A drawing pulls its own centre along: its residual lacks its share of the variance.

    Shrunk to the workers' geometric mean, which one wild hand does not rule.
    """
    weight = slip / noise[worker_of] ** 2
    free = 1.0 - weight / np.bincount(object_of, weight)[object_of]
    own = np.bincount(worker_of, slip * (residual**2).mean(axis=1), len(noise))
    freedom = np.bincount(worker_of, free, len(noise))
    # Where nobody else drew the object, a drawing says nothing about the hand.
    compared = (np.bincount(object_of)[object_of] > 1).astype(np.float64)
    cast = np.bincount(worker_of, compared, len(noise))
    # In units of drawings, so that the steadiest, who move the centres most, are shrunk no more than others.
    share = np.maximum(freedom / np.maximum(cast, 1), 1e-9)
    alone = (own / share + PRIOR_DRAWINGS * USUAL_NOISE**2) / (cast + PRIOR_DRAWINGS)
    crowd = np.exp(cast @ np.log(alone) / cast.sum()) if cast.any() else USUAL_NOISE**2
    variance = (own / share + PRIOR_DRAWINGS * crowd) / (cast + PRIOR_DRAWINGS)
    return np.asarray(np.sqrt(np.maximum(variance, LEAST_NOISE**2)))


def _shrunk(squares: float, freedom: float, usual: float) -> float:
    return max((squares + PRIOR_DRAWINGS * usual) / (freedom + PRIOR_DRAWINGS), LEAST_NOISE**2)


def _slips(residual: FloatArray, noise: FloatArray) -> FloatArray:
    """Weights (V,) of the t distribution: small where a drawing lies far out."""
    dimensions = residual.shape[1]
    return np.asarray((TAIL + dimensions) / (TAIL + (residual**2).sum(axis=1) / noise**2))
