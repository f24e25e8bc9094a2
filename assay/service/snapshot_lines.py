"""A snapshot's lines as a certificate sees them: items are counted from 0, and gold is none of them.

These read a file line by line in memory for one, and are called in a thread.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from assay.domain.certificate import Slice

Errors = NDArray[np.float32]
Line = Mapping[str, Any]


def lines(path: Path) -> Iterator[Line]:
    """The lines that are no gold, in their order."""
    with path.open("rb") as file:
        next(file, None)  # the ontology
        for raw in file:
            line = orjson.loads(raw)
            if not line.get("gold"):
                yield line


def predicted_errors(path: Path) -> Errors:
    """Each item's chance (N,) that something in its label is wrong, as its own probabilities say."""
    return np.fromiter((predicted_error(line["probability"]) for line in lines(path)), dtype=np.float32)


def predicted_error(probability: Mapping[str, Any]) -> float:
    """One less the product over questions; a question of objects counts by their mean."""
    right = 1.0
    for chance in probability.values():
        if isinstance(chance, Mapping):
            right *= sum(chance.values()) / len(chance) if chance else 1.0
        else:
            right *= chance
    return min(max(1.0 - right, 0.0), 1.0)


def drawn_lines(path: Path, items: Collection[int]) -> dict[int, Line]:
    """The lines of these items."""
    wanted = frozenset(items)
    return {number: line for number, line in enumerate(lines(path)) if number in wanted}


def members(path: Path, part: Slice) -> NDArray[np.bool_]:
    """Which items (N,) are in a slice."""
    return np.fromiter((part.holds(line) for line in lines(path)), dtype=np.bool_)
