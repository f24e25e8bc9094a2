"""What was foretold of a project's target, held against what then happened.

Each day's first forecast is kept until the target is reached; then it is known how many labels it took and
when. The interval score (``assay.quality.forecast``) is small for intervals that are narrow and hold. A
forecast for another number of tasks foretold another project and is forgotten.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from assay.service.question_fit import has_extra

MOST = 90
"""Forecasts that are kept, the newest."""
CONFIDENCE = 0.9
"""What a forecast's interval claims to hold."""

Past = Mapping[str, Any]


def past_forecasts(
    before: Sequence[Past], forecast: Mapping[str, Any], *, tasks: int, labels: int, now: datetime
) -> list[dict[str, Any]]:
    """The forecasts so far, and today's; judged where the target is reached now.

    ``forecast`` is in the terms of ``domain.quality.Forecast``, for ``tasks`` that have ``labels`` so far.
    """
    if forecast["labels_low"] is None or not has_extra():
        return [dict(past) for past in before]
    reached = forecast["labels_to_target"] == 0
    kept = [
        _judged(past, labels, now) if reached and past["reached"] is None else dict(past)
        for past in before
        if past["reached"] is not None or past["tasks"] == tasks
    ]
    if not reached and not any(past["at"].startswith(now.date().isoformat()) for past in kept):
        shown = ("labels_to_target", "labels_low", "labels_high", "date", "date_low", "date_high")
        told = {name: _plain(forecast[name]) for name in shown}
        unknown = {"labels_needed": None, "reached": None, "score": None}
        kept.append({"at": now.isoformat(), "tasks": tasks, "labels": labels} | told | unknown)
    return kept[-MOST:]


def _judged(past: Past, labels: int, now: datetime) -> dict[str, Any]:
    from assay.quality.forecast import interval_score  # scipy is an extra

    needed = labels - past["labels"]
    score = interval_score(past["labels_low"], past["labels_high"], needed, confidence=CONFIDENCE)
    return {**past, "labels_needed": needed, "reached": now.date().isoformat(), "score": score}


def _plain(value: Any) -> Any:
    """Dates as they are written in JSON, where the list is kept."""
    return value.isoformat() if hasattr(value, "isoformat") else value
