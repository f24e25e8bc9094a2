"""What is to come of a project: what labels would buy, and what its target takes."""

from __future__ import annotations

import random
from itertools import pairwise
from uuid import UUID

import pytest

from assay.labels.kind import Ballot
from assay.service.project_votes import ProjectVotes, QuestionVotes
from assay.service.quality_outlook import Aims, outlook
from assay.service.question_fit import QuestionFit, fit_question


def project(tasks: int, labels: int, facets: tuple[str, ...] = ("",)) -> tuple[ProjectVotes, QuestionFit]:
    """Labelers of 80 % answer each task so often."""
    chance = random.Random(3)
    votes, question = ProjectVotes(), QuestionVotes(n_classes=2)
    for n in range(tasks):
        for labeler in range(labels):
            votes.given[UUID(int=n)] += 1
            for facet in facets:
                said = "ab"[(n + (chance.random() > 0.8)) % 2]
                question.add(UUID(int=n), UUID(int=labeler), Ballot(facet=facet, answer=said, n_answers=2))
    return votes, fit_question(question)


def aims(**given: object) -> Aims:
    wanted = {"bar": None, "max_labels": 9, "unanswered": 0, "labels_by_day": [40, 60]} | given
    return Aims(**wanted)  # type: ignore[arg-type]  # the defaults are of their types


def test_labels_buy_accuracy_ever_more_slowly() -> None:
    votes, fit = project(200, 2)
    curve = outlook({"q": fit}, votes, aims()).curves["q"]
    assert curve[0] == {"labels": 0, "accuracy": pytest.approx(fit.posterior.max(axis=1).mean())}
    rises = [(b["accuracy"] - a["accuracy"]) / max(b["labels"] - a["labels"], 1) for a, b in pairwise(curve)]
    assert all(rise > 0 for rise in rises)
    assert rises[0] > rises[-1]
    assert curve[-1]["accuracy"] <= 1


def test_what_nobody_answered_is_bought_first_and_counted() -> None:
    votes, fit = project(100, 3)
    known = outlook({"q": fit}, votes, aims()).curves["q"]
    half = outlook({"q": fit}, votes, aims(unanswered=100)).curves["q"]
    assert half[0]["accuracy"] < known[0]["accuracy"] - 0.1
    assert half[-1]["labels"] > known[-1]["labels"]


def test_a_large_project_is_a_sample_scaled_up() -> None:
    votes, fit = project(100, 2)
    small = outlook({"q": fit}, votes, aims(unanswered=900, bar=0.95))
    large = outlook({"q": fit}, votes, aims(unanswered=9_900, bar=0.95))
    assert small.to_come is not None
    assert large.to_come is not None
    assert large.to_come["labels"] == pytest.approx(10 * small.to_come["labels"], rel=0.2)


def test_a_target_takes_labels_and_days_within_intervals() -> None:
    votes, fit = project(300, 2)
    found = outlook({"q": fit}, votes, aims(bar=0.97)).to_come
    assert found is not None
    assert 0 < found["labels_low"] <= found["labels"] <= found["labels_high"]
    assert 0 < found["days_low"] <= found["days"] <= found["days_high"]
    assert outlook({"q": fit}, votes, aims()).to_come is None
    assert outlook({"q": fit}, votes, aims(bar=0.97, labels_by_day=[])).to_come is None


def test_a_question_of_many_parts_is_not_played() -> None:
    votes, fit = project(50, 2, ("x", "y"))
    assert outlook({"q": fit}, votes, aims(bar=0.9)).curves == {}


def test_gold_is_no_part_of_it() -> None:
    votes, fit = project(60, 2)
    votes.gold.update(UUID(int=n) for n in range(60))
    assert outlook({"q": fit}, votes, aims(bar=0.9)).curves == {}
