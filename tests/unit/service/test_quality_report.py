"""The finer parts of a project's quality."""

from __future__ import annotations

from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest

from assay.labels.kind import Ballot
from assay.service.project_votes import QuestionVotes
from assay.service.quality_report import (
    MOST_POINTS,
    contested,
    doubtful_gold,
    histogram,
    history,
    reliability,
    slices,
)
from assay.service.question_fit import QuestionFit, fit_question


def fitted(tasks: int, gold: int) -> QuestionFit:
    """Three labelers answer every task; the third says "a" whatever it is. The first ``gold`` are known."""
    votes = QuestionVotes(n_classes=2)
    for n in range(tasks):
        truth = "ab"[n % 2]
        for labeler, said in enumerate((truth, truth, "a")):
            votes.add(UUID(int=n), UUID(int=labeler), Ballot(facet="", answer=said, n_answers=2))
        if n < gold:
            votes.tell(UUID(int=n), Ballot(facet="", answer=truth, n_answers=2), gold=True)
    return fit_question(votes)


def test_every_answered_task_is_in_one_bin() -> None:
    rows = [
        {"state": "open", "confidence": 0.0, "tasks": 7},
        {"state": "open", "confidence": 0.33, "tasks": 2},
        {"state": "resolved", "confidence": 0.999, "tasks": 3},
        {"state": "resolved", "confidence": 1.0, "tasks": 4},
    ]
    bins = histogram(rows)
    assert {round(row["low"], 2): row["tasks"] for row in bins if row["tasks"]} == {0.3: 2, 0.95: 7}
    assert bins[0]["low"] == 0
    assert bins[-1]["high"] == 1
    assert all(a["high"] == b["low"] for a, b in pairwise(bins))


def test_sureness_is_compared_with_gold_where_there_is_enough() -> None:
    assert reliability({"q": fitted(60, 5)}) == {}
    points = reliability({"q": fitted(60, 40)})["q"]
    assert sum(point["answers"] for point in points) == 40
    for point in points:
        assert point["low"] <= point["right"] <= point["high"]
        assert point["stated"] == pytest.approx(1, abs=0.2)


def test_what_labelers_disagree_on_is_told_but_not_what_is_known() -> None:
    told = contested({"q": fitted(40, 10)})
    assert len(told) == 15, "every second task is disputed; five of those are known"
    assert all(UUID(row["task"]).int >= 10 for row in told)
    assert all(row["votes"] == {"a": 1, "b": 2} for row in told)
    assert [row["probability"] for row in told] == sorted(row["probability"] for row in told)


def test_agreement_is_told_by_answer_with_its_interval() -> None:
    told = slices({"q": fitted(40, 0)})["q"]
    assert [(row["answer"], row["items"]) for row in told] == [("a", 20), ("b", 20)]
    # Three say "a" to every "a"; to a "b" one of three pairs agrees.
    assert [row["agreement"] for row in told] == [pytest.approx(1.0), pytest.approx(1 / 3)]
    assert all(row["low"] <= row["agreement"] <= row["high"] for row in told)
    alone = QuestionVotes(n_classes=2)
    alone.add(UUID(int=1), UUID(int=1), Ballot(facet="", answer="a", n_answers=2))
    assert slices({"q": fit_question(alone)}) == {}, "nobody can agree alone"


def test_gold_that_everybody_contradicts_is_doubted() -> None:
    votes = QuestionVotes(n_classes=2)
    for n in range(40):
        truth = "ab"[n % 2]
        for labeler in range(4):
            votes.add(UUID(int=n), UUID(int=labeler), Ballot(facet="", answer=truth, n_answers=2))
        told = "b" if n == 6 else truth
        votes.tell(UUID(int=n), Ballot(facet="", answer=told, n_answers=2), gold=True)
    (row,) = doubtful_gold({"q": fit_question(votes)})
    assert (UUID(row["task"]).int, row["known"], row["likely"]) == (6, "b", "a")
    assert row["probability"] > 0.9
    assert doubtful_gold({"q": fitted(40, 20)}) == []


def point(labels: int) -> dict[str, Any]:
    return {"at": "2026-01-01T00:00:00+00:00", "labels": labels, "estimate": 0.9, "low": 0.8, "high": 1.0}


def test_a_history_grows_with_labels_and_not_without_end() -> None:
    points: list[dict[str, Any]] = []
    for labels in range(1000):
        points = history(points, point(labels))
        points = history(points, point(labels))
        points = history(points)
    seen = [one["labels"] for one in points]
    assert len(seen) <= MOST_POINTS
    assert seen == sorted(set(seen))
    assert seen[0] == 0
    assert seen[-1] == 999
