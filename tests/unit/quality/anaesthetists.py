"""The data of Dawid and Skene (1979), table 1: 45 patients before surgery, judged by five anaesthetists.

Each patient is put into one of four classes: three times by observer 1, then once by each of observers 2 to
5. The authors of later models have published no data as small, so that other implementations are compared on
these too.
"""

import numpy as np
from numpy.typing import NDArray

from assay.quality.votes import Votes, check_votes

JUDGEMENTS = [
    "1111111", "3334334", "1122122", "2223121", "2223222", "2223322", "1222111", "3333433", "2222223",
    "2322223", "4444444", "2223343", "1111111", "2223212", "1211111", "1112111", "1111111", "1111111",
    "2222221", "2221322", "2222222", "2222221", "2223222", "2212222", "1111111", "1111111", "2322222",
    "1111111", "1111111", "1121121", "1111111", "3333233", "1111111", "2222222", "2223232", "4334343",
    "2212232", "2323233", "3333432", "1111111", "1111111", "1212111", "2322222", "1211111", "2222222",
]  # fmt: skip


def judgements() -> NDArray[np.int64]:
    """The class of each patient in each of the seven sittings, (45, 7), counted from 0."""
    return np.array([[int(digit) - 1 for digit in patient] for patient in JUDGEMENTS])


def all_sittings() -> Votes:
    """As the paper counts them: observer 1's three sittings are independent judgements by one observer."""
    labels = judgements()
    tasks, sittings = np.indices(labels.shape)
    workers = np.array([0, 0, 0, 1, 2, 3, 4])[sittings]
    return check_votes(tasks.ravel(), workers.ravel(), labels.ravel(), keep_repeats=True)


def first_sittings(copies: int = 1) -> Votes:
    """One vote each of the five observers on each patient, on so many ``copies`` of the 45 patients."""
    labels = np.tile(judgements()[:, [0, 3, 4, 5, 6]], (copies, 1))
    tasks, workers = np.indices(labels.shape)
    return check_votes(tasks.ravel(), workers.ravel(), labels.ravel())
