"""What speaks against an answer: a model that is sure of another, and a copy that was answered otherwise."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from assay.labels.kind import Ballot
from assay.labels.schema import Schema, read_schema
from assay.service.project_votes import QuestionVotes
from assay.service.question_fit import QuestionFit, fit_question
from assay.service.second_look import answered_otherwise, contradicted, unlike

CLASSES = ("a", "b", "c")


def schema() -> Schema:
    question = {"name": "q", "kind": "choice", "field": "note", "classes": list(CLASSES)}
    return read_schema({"fields": {"note": "text"}, "questions": [question]})


def fitted(answers: list[str]) -> QuestionFit:
    """Three labelers agree on each task's answer."""
    votes = QuestionVotes(n_classes=len(CLASSES))
    for n, answer in enumerate(answers):
        for labeler in range(3):
            ballot = Ballot(facet="", answer=answer, n_answers=len(CLASSES))
            votes.add(UUID(int=n), UUID(int=labeler), ballot)
    return fit_question(votes)


def said(answers: list[str], score: Any = 0.95) -> dict[UUID, tuple[Any, Any]]:
    return {UUID(int=n): ({"q": answer}, {"q": score}) for n, answer in enumerate(answers)}


def test_a_sure_model_that_says_otherwise_raises_a_flag() -> None:
    truth = [CLASSES[n % 3] for n in range(60)]
    labels = truth.copy()
    labels[7], labels[31] = "c", "a"
    flags = list(contradicted(schema(), "q", fitted(labels), said(truth)))
    assert {flag.task.int for flag in flags} == {7, 31}
    assert all(flag.reason == "model" and flag.doubt > 0.9 for flag in flags)


def test_a_model_that_agrees_or_answered_too_little_raises_none() -> None:
    truth = [CLASSES[n % 3] for n in range(60)]
    assert list(contradicted(schema(), "q", fitted(truth), said(truth))) == []
    few = dict(list(said(truth[1:] + truth[:1]).items())[:19])
    assert list(contradicted(schema(), "q", fitted(truth), few)) == []


def test_scores_of_any_form_are_taken_for_what_they_may_say() -> None:
    truth = [CLASSES[n % 3] for n in range(60)]
    labels = ["b", *truth[1:]]
    for score in (None, 1, 1.0, True, "high", {"a": 1}):
        flags = list(contradicted(schema(), "q", fitted(labels), said(truth, score)))
        assert [flag.task.int for flag in flags] == [0], score


def test_copies_that_were_answered_otherwise_doubt_each_other() -> None:
    fit = fitted(["a", "a", "b", "c"])
    copies = [{"task": UUID(int=n), "content": "x" if n < 3 else "y"} for n in (0, 1, 2, 3)]
    flags = list(answered_otherwise("q", fit, copies))
    assert sorted(flag.task.int for flag in flags) == [0, 1, 2]
    assert all(flag.reason == "duplicate" and 0.5 < flag.doubt <= 1 for flag in flags)
    assert list(answered_otherwise("q", fit, copies[:2])) == []
    assert list(answered_otherwise("q", fit, [{"task": UUID(int=99), "content": "x"}])) == []


@pytest.mark.parametrize(
    ("merged", "reason"),
    [
        ([], "missed"),
        ([("car", 6, 0)], "badly_placed"),
        ([("person", 1, 0)], "wrong_class"),
        ([("car", 40, 40), ("car", 60, 40), ("car", 80, 40)], "missed"),
    ],
)
def test_objects_that_a_model_sees_otherwise_say_how(merged: Any, reason: str) -> None:
    question = {"name": "q", "kind": "box", "field": "image", "classes": ["car", "person"]}
    boxes = read_schema({"fields": {"image": "image"}, "questions": [question]})
    objects = [{"id": f"o{n}", "class": name, "box": [x, y, 10, 10]} for n, (name, x, y) in enumerate(merged)]
    said = {"q": [{"id": "p", "class": "car", "box": [0, 0, 10, 10]}]}
    (flag,) = unlike(boxes, UUID(int=1), {"q": objects}, said, {"p": 0.95})
    assert (flag.task, flag.question, flag.reason) == (UUID(int=1), "q", reason)
    assert flag.doubt > 0.5
    assert list(unlike(boxes, UUID(int=1), said, said, {})) == []


def test_an_object_that_no_model_sees_is_perhaps_not_there() -> None:
    question = {"name": "q", "kind": "span", "field": "note", "classes": ["PER"]}
    spans = read_schema({"fields": {"note": "text"}, "questions": [question]})
    marked = {"q": [{"id": "a", "class": "PER", "start": 0, "end": 3}]}
    (flag,) = unlike(spans, UUID(int=1), marked, {"q": []}, {"q": 0.5})
    assert flag.reason == "spurious"


def test_texts_have_no_objects() -> None:
    question = {"name": "q", "kind": "text", "field": "note"}
    texts = read_schema({"fields": {"note": "text"}, "questions": [question]})
    (flag,) = unlike(texts, UUID(int=1), {"q": "a dog"}, {"q": "something else entirely"}, {})
    assert flag.reason == "model"
