"""What is one look of an expert worth?

A look at an answer of posterior ``p`` by somebody who is right with the chance ``s``, and errs evenly among
the other classes, raises the chance that the best answer is right by

.. math:: g = \\sum_y \\max_k p_k C_{k y} - \\max_k p_k, \\quad C_{kk} = s,\\; C_{k y} = (1 - s) / (K - 1).

It is the first step of :func:`~assay.quality.stopping.label_value` for this one labeler, summed here without
a table of K x K: classes that nobody named share what is left of the posterior and are counted together, so
that a taxonomy of thousands costs what its named classes cost. With two classes it is ``s - max(p)``, and
nothing where that is negative: whoever errs as often as the answer need not look.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from assay.quality.arrays import FloatArray, IntArray, read_indices, read_matrix, read_rate, refuse


def look_value(posterior: ArrayLike, named: ArrayLike, n_classes: ArrayLike, *, skill: float) -> FloatArray:
    """Rise (N,) in the chance that each answer is right, by one look of ``skill``, in [0, 1).

    ``posterior`` (N, L) holds the chances of the first ``named`` (N,) classes of each item, of its
    ``n_classes`` (N,), at least 2; what is behind them is not read, and what they leave to 1 is shared by the
    other classes. Raises ``Invalid``.
    """
    given = read_matrix(posterior, "posterior")
    count = read_indices(named, "named", length=len(given))
    classes = read_indices(n_classes, "n_classes", length=len(given))
    right = read_rate(skill, "skill")
    if (classes < 2).any() or (count > classes).any() or (count > given.shape[1]).any():
        raise refuse("n_classes", "must be at least 2, and cover the named ones")
    known = np.arange(given.shape[1])[None, :] < count[:, None]
    p = np.where(known, given, 0.0)
    unseen = classes - count
    share = np.where(unseen > 0, np.maximum(1 - p.sum(axis=1), 0.0) / np.maximum(unseen, 1), 0.0)
    # The last column stands for each of the unseen classes.
    column = np.concatenate([p, share[:, None]], axis=1)
    times = np.concatenate([known, unseen[:, None]], axis=1)
    top = column.max(axis=1)
    slip = ((1 - right) / (classes - 1))[:, None]
    after = np.maximum(column * right, _rival(column, unseen) * slip)
    gain = (after * times).sum(axis=1) - top
    return np.where(gain > 1e-12, gain, 0.0)


def _rival(column: FloatArray, unseen: IntArray) -> FloatArray:
    """The likeliest class (N, L + 1) beside each; an unseen one has the other unseen ones beside it."""
    order = np.sort(column, axis=1)
    top = order[:, -1:]
    second = order[:, -2:-1] if column.shape[1] > 1 else np.zeros_like(top)
    is_top = np.zeros(column.shape, dtype=bool)
    is_top[np.arange(len(column)), column.argmax(axis=1)] = True
    rival = np.where(is_top, second, top)
    shared = np.maximum(rival[:, -1], np.where(unseen >= 2, column[:, -1], 0.0))
    return np.concatenate([rival[:, :-1], shared[:, None]], axis=1)
