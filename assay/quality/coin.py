"""What a vote says where errors fall evenly on the other classes; weights and sets included.

With R the chance of the right label and W that of each wrong one, a set of m classes has the chance
R + (m - 1) W where the truth is in it and m W where it is not. Plain numpy, for the models without confusion
matrices.
"""

from __future__ import annotations

import numpy as np

from assay.quality.votes import Floats, Votes


class Coin:
    """V votes as such models read them, again and again."""

    def __init__(self, votes: Votes) -> None:
        self.votes = votes
        # Where each vote lies in a table by task and class, kept between iterations.
        self._cells = votes.cells if votes.possible is None else None

    def scores(self, log_right: Floats, log_wrong: Floats) -> tuple[Floats, float]:
        """log P(votes | class) of each task, (N, K), and a number that is missing in the sum of every column.

        ``log_right`` and ``log_wrong`` (V,) are each vote's log R and log W.
        """
        inside, outside = self._chances(log_right, log_wrong)
        return self.votes.spread(inside - outside, self._cells), float((outside * self.votes.mass).sum())

    def right(self, posterior: Floats, log_right: Floats, log_wrong: Floats) -> Floats:
        """How many right labels each vote is expected to be, (V,), where classes have ``posterior`` (N, K).

        At most its weight: of a set that holds the truth, the label behind it may still be another.
        """
        chance = self.votes.chance(posterior, self._cells)
        if self.votes.possible is not None:
            inside, _ = self._chances(log_right, log_wrong)
            chance = chance * np.exp(log_right - inside)
        return chance if self.votes.weights is None else np.asarray(chance * self.votes.weights)

    def _chances(self, log_right: Floats, log_wrong: Floats) -> tuple[Floats, Floats]:
        """The log chance of each vote where the truth is among its classes, and where not, (V,) each."""
        if self.votes.possible is None:
            return log_right, log_wrong
        named = self.votes.named
        with np.errstate(divide="ignore"):
            others = np.log(named - 1.0) + log_wrong
        return np.logaddexp(log_right, others), np.log(named) + log_wrong
