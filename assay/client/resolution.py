"""Resolutions: the current best answer of each task."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from assay.client.value import read_value


@dataclass(frozen=True, kw_only=True)
class Resolution:
    """A task's best answer, and how probable it is.

    ``probability`` maps a question to the chance that its answer is right, or to one chance for each object's
    id.
    """

    task: str
    external_id: str
    state: str
    label: Mapping[str, Any]
    probability: Mapping[str, Any]
    annotations: int
    method: str
    version: int
    gold: bool = False


read_resolution = partial(read_value, Resolution)
