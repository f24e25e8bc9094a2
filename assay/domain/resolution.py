"""The current best answer of a task, with its probability and where it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

DEFAULT_MIN_PROBABILITY = 0.5


@dataclass(frozen=True, kw_only=True)
class Resolution:
    """One line of ``GET …/resolutions``.

    ``probability`` maps a question to the chance that its answer is right, or to one chance for each
    object's id.
    """

    task: UUID
    external_id: str
    state: str
    label: Mapping[str, Any]
    probability: Mapping[str, Any]
    annotations: int
    method: str
    version: int
    gold: bool = False


def likely(
    label: Mapping[str, Any], probability: Mapping[str, Any], least: float
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Label and probability without objects less probable than ``least``; other answers stay."""
    kept_label, kept_probability = dict(label), dict(probability)
    for name, chance in probability.items():
        if isinstance(chance, Mapping):
            kept_probability[name] = {key: p for key, p in chance.items() if p >= least}
            kept_label[name] = [held for held in label[name] if chance.get(held["id"], 1.0) >= least]
    return kept_label, kept_probability
