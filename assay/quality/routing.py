"""Who should answer what: items and labelers matched by the worth of the label.

The worth of every pair comes from :func:`~assay.quality.stopping.label_value`. Taking the best pair again and
again under the limits of items and labelers gives at least half of the best possible total (M. L. Fisher, G.
L. Nemhauser, L. A. Wolsey 1978: greedy over two partition constraints) and, unlike the exact assignment, may
be cut off anywhere.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from assay.quality.arrays import IntArray, read_indices, read_matrix, refuse


def route(
    rate: ArrayLike,
    *,
    capacity: ArrayLike,
    slots: ArrayLike,
    allowed: ArrayLike | None = None,
    worth: float = 0.0,
) -> IntArray:
    """Pairs (P, 2) of item and labeler, best first.

    ``rate`` (N, W) is the worth of each pair, ``capacity`` (W,) how many items each labeler may take,
    ``slots`` (N,) how many labels each item still wants, ``allowed`` (N, W) who may answer what. Pairs at
    ``worth`` or below are left out; of equal pairs the lower item goes first. Raises ``Invalid``.
    """
    value = read_matrix(rate, "rate")
    n_items, n_workers = value.shape
    room = read_indices(capacity, "capacity", length=n_workers).copy()
    wanted = read_indices(slots, "slots", length=n_items).copy()
    may = np.ones(value.shape, dtype=bool) if allowed is None else np.asarray(allowed)
    if may.shape != value.shape or may.dtype != bool:
        raise refuse("allowed", f"must be booleans of shape {value.shape}")
    usable = (value > worth) & may & (room > 0)[None, :] & (wanted > 0)[:, None]
    items, workers = np.nonzero(usable)
    order = np.argsort(-value[items, workers], kind="stable")
    chosen = []
    left = min(int(room.sum()), int(wanted.sum()))
    for item, worker in zip(items[order].tolist(), workers[order].tolist(), strict=True):
        if left == 0:
            break
        if room[worker] and wanted[item]:
            room[worker] -= 1
            wanted[item] -= 1
            left -= 1
            chosen.append((item, worker))
    return np.array(chosen, dtype=np.int64).reshape(-1, 2)
