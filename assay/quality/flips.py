"""Whether a model has swapped classes against what the votes plainly say."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from assay.quality.votes import Floats, Votes

_STANDARD_ERRORS = 2.0


def has_flipped(votes: Votes, labels: NDArray[np.int64], among: NDArray[np.bool_]) -> bool:
    """Whether giving two classes each other's name would agree better with the votes, beyond chance.

    Only tasks where ``among`` (N,) is true are judged.

    For tasks labelled k, let s_l be the share of votes for l. Classes k and l are swapped where
    mean(s_l - s_k | k) + mean(s_k - s_l | l) is above 0 by two standard errors. ``labels`` (N,).
    """
    counts = votes.counts()
    cast = counts.sum(axis=1)
    judged = among & (cast > 0)
    shares = counts[judged] / cast[judged, None]
    labels = labels[judged]
    by_label = {int(label): shares[labels == label] for label in np.unique(labels)}
    # A class that leads among its own tasks can only be swapped with one that does not.
    odd = [label for label, rows in by_label.items() if rows.mean(axis=0).argmax() != label]
    return any(_swapped(by_label, one, other) for one in odd for other in by_label if other != one)


def _swapped(by_label: dict[int, Floats], one: int, other: int) -> bool:
    gains = [
        by_label[one][:, other] - by_label[one][:, one],
        by_label[other][:, one] - by_label[other][:, other],
    ]
    if min(len(gain) for gain in gains) < 2:
        return False
    variance = sum(float(gain.var(ddof=1)) / len(gain) for gain in gains)
    return bool(sum(float(gain.mean()) for gain in gains) > _STANDARD_ERRORS * np.sqrt(variance))
