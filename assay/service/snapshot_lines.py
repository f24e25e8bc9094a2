"""A snapshot's lines as a certificate sees them: items are counted from 0, and gold is none of them.

These read a file line by line in memory for one, and are called in a thread.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from assay.domain.certificate import Slice

Errors = NDArray[np.float32]
Places = NDArray[np.int64]
Line = Mapping[str, Any]


def lines(path: Path) -> Iterator[tuple[int, Line]]:
    """The lines that are no gold, in their order, each with the byte that it begins at."""
    with path.open("rb") as file:
        place = len(next(file, b""))  # the ontology
        for raw in file:
            line = orjson.loads(raw)
            if not line.get("gold"):
                yield place, line
            place += len(raw)


def predicted_errors(path: Path) -> Errors:
    """Each item's chance (N,) that something in its label is wrong, as its own probabilities say."""
    return indexed_errors(path)[0]


def indexed_errors(path: Path) -> tuple[Errors, Places]:
    """The same, and where each item's line begins, (N,): for :func:`lines_at`."""
    errors, places = array("f"), array("q")
    for place, line in lines(path):
        errors.append(predicted_error(line["probability"]))
        places.append(place)
    return np.frombuffer(errors, dtype=np.float32), np.frombuffer(places, dtype=np.int64)


def predicted_error(probability: Mapping[str, Any]) -> float:
    """One less the product over questions; a question of objects counts by their mean."""
    right = 1.0
    for chance in probability.values():
        if isinstance(chance, Mapping):
            right *= sum(chance.values()) / len(chance) if chance else 1.0
        else:
            right *= chance
    return min(max(1.0 - right, 0.0), 1.0)


def lines_at(path: Path, places: Iterable[int]) -> list[Line]:
    """The lines that begin at these bytes, without a look at any other."""
    found = []
    with path.open("rb") as file:
        for place in places:
            file.seek(place)
            found.append(orjson.loads(file.readline()))
    return found


def members(path: Path, part: Slice) -> NDArray[np.bool_]:
    """Which items (N,) are in a slice."""
    return np.fromiter((part.holds(line) for _, line in lines(path)), dtype=np.bool_)
