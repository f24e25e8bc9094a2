"""Forecasts held against what happened."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from assay.service.past_forecast import MOST, past_forecasts

START = datetime(2026, 3, 2, 9, tzinfo=UTC)


def told(to_target: int, low: int | None, high: int | None) -> dict[str, Any]:
    day = date(2026, 3, 9) if to_target else None
    return {
        "labels_to_target": to_target,
        "labels_low": low,
        "labels_high": high,
        "date": day,
        "date_low": day,
        "date_high": day,
    }


def test_each_days_first_forecast_is_kept_and_judged_when_the_target_is_reached() -> None:
    kept: list[dict[str, Any]] = []
    for hours, labels, ahead in ((0, 100, (50, 40, 60)), (5, 110, (45, 30, 70)), (24, 130, (30, 25, 35))):
        forecast = told(*ahead)
        kept = past_forecasts(kept, forecast, tasks=80, labels=labels, now=START + timedelta(hours=hours))
    assert [past["labels"] for past in kept] == [100, 130]
    assert [past["reached"] for past in kept] == [None, None]
    kept = past_forecasts(kept, told(0, 0, 0), tasks=80, labels=158, now=START + timedelta(days=3))
    assert [past["labels_needed"] for past in kept] == [58, 28]
    assert [past["reached"] for past in kept] == ["2026-03-05", "2026-03-05"]
    # Both intervals held: their score is their width.
    assert [past["score"] for past in kept] == [20.0, 10.0]
    again = past_forecasts(kept, told(0, 0, 0), tasks=90, labels=200, now=START + timedelta(days=4))
    assert again == kept, "what is judged stays, whatever comes"


def test_a_miss_costs_twenty_for_each_label() -> None:
    kept = past_forecasts([], told(50, 40, 60), tasks=80, labels=100, now=START)
    (past,) = past_forecasts(kept, told(0, 0, 0), tasks=80, labels=163, now=START + timedelta(days=1))
    assert round(past["score"], 9) == 20 + 20 * 3


def test_a_forecast_for_other_tasks_is_forgotten() -> None:
    kept = past_forecasts([], told(50, 40, 60), tasks=80, labels=100, now=START)
    kept = past_forecasts(kept, told(90, 80, 99), tasks=120, labels=110, now=START + timedelta(days=1))
    assert [past["tasks"] for past in kept] == [120]


def test_without_a_target_nothing_is_foretold_and_not_all_is_kept() -> None:
    assert past_forecasts([], told(7, None, None), tasks=8, labels=1, now=START) == []
    kept: list[dict[str, Any]] = []
    for day in range(MOST + 5):
        kept = past_forecasts(kept, told(5, 4, 6), tasks=8, labels=day, now=START + timedelta(days=day))
    assert [past["labels"] for past in kept] == list(range(5, MOST + 5))
