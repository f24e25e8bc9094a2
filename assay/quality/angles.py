"""Directions averaged on their circle, where 359° and 1° are neighbours.

.. math:: \\bar\\theta = \\arg \\sum_m w_m e^{i \\theta_m}, \\qquad
    R = |\\sum_m w_m e^{i \\theta_m}| / \\sum_m w_m

K. V. Mardia, P. E. Jupp (2000), *Directional Statistics*, §2.2. Axes, which look the same after half a turn,
are averaged with their angles doubled (§1.3): a ``period`` of π instead of 2π.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

NO_DIRECTION = 1e-9
"""A mean shorter than this share points nowhere: opposite directions cancel."""


def wrapped(angles: ArrayLike, period: float = 2.0 * np.pi) -> Floats:
    """Angles of any shape moved into ``[-period / 2, period / 2)``, in radians."""
    angle = np.asarray(angles, dtype=np.float64)
    return np.asarray((angle + period / 2.0) % period - period / 2.0)


def circular_mean(angles: ArrayLike, weights: ArrayLike, period: float = 2.0 * np.pi) -> tuple[float, float]:
    """The mean direction of ``(M,)`` angles in radians with weights ``(M,)``, and its length R in 0…1.

    Where directions cancel (R = 0) the mean is the direction of the largest weight, the first of equals.
    """
    angle, weight = np.asarray(angles, dtype=np.float64), np.asarray(weights, dtype=np.float64)
    turn = 2.0 * np.pi / period
    total = complex(np.sum(weight * np.exp(1j * turn * angle)) / weight.sum())
    if abs(total) < NO_DIRECTION:
        return float(wrapped(angle[int(np.argmax(weight))], period)), 0.0
    return float(wrapped(np.angle(total) / turn, period)), abs(total)


def unwrapped(angles: ArrayLike, weights: ArrayLike, period: float = 2.0 * np.pi) -> Floats:
    """``(M,)`` angles within half a period of their mean direction, so that they may be averaged as
    numbers."""
    middle, _ = circular_mean(angles, weights, period)
    return middle + wrapped(np.asarray(angles, dtype=np.float64) - middle, period)
