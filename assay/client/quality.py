"""A project's quality: how right its labels are, who gave them, what is still to come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from assay.client.request import Plan, ask, get, path
from assay.client.value import read_value


@dataclass(frozen=True, kw_only=True)
class Accuracy:
    """The share of right answers, with its interval; ``None`` while nothing is resolved."""

    estimate: float | None
    low: float | None
    high: float | None
    method: str


@dataclass(frozen=True, kw_only=True)
class LabelerQuality:
    """One labeler's accuracy, with its interval, from so many labels."""

    labeler: str
    accuracy: float | None
    low: float | None
    high: float | None
    labels: int
    name: str | None = None


@dataclass(frozen=True, kw_only=True)
class QualityReport:
    """What is known of a project's quality.

    ``agreement`` is by question; ``cost`` holds ``labels``; ``forecast`` holds ``labels_to_target`` and
    ``date`` with their ``low`` and ``high``; ``states`` counts tasks by state. ``histogram`` counts
    answered tasks by how sure they are, ``reliability`` compares by question how sure answers to gold
    were with how many were right, ``contested`` lists what labelers disagree on, the least sure first,
    and ``history`` the accuracy over time. ``slices`` is agreement by question and answer, ``curves`` by
    question the accuracy after so many further labels. ``past_forecasts`` are the forecasts of former days,
    with what then happened once the target was reached.
    """

    accuracy: Accuracy
    agreement: Mapping[str, Any]
    labelers: tuple[LabelerQuality, ...]
    cost: Mapping[str, Any]
    forecast: Mapping[str, Any]
    states: Mapping[str, int] = field(default_factory=dict)
    histogram: tuple[Mapping[str, Any], ...] = ()
    reliability: Mapping[str, Any] = field(default_factory=dict)
    contested: tuple[Mapping[str, Any], ...] = ()
    history: tuple[Mapping[str, Any], ...] = ()
    slices: Mapping[str, Any] = field(default_factory=dict)
    curves: Mapping[str, Any] = field(default_factory=dict)
    second_looks: Mapping[str, Any] = field(default_factory=dict)
    doubtful_gold: tuple[Mapping[str, Any], ...] = ()
    past_forecasts: tuple[Mapping[str, Any], ...] = ()


def quality(project: str) -> Plan[QualityReport]:
    """A project's quality."""
    return read_value(QualityReport, (yield from ask(get(path("projects", project, "quality")))).json())
