"""Filters of the list of items: what each lets pass, and how far a search goes before it says so."""

from __future__ import annotations

from typing import Any

import pytest

from assay.service import item as item_service
from assay.service import merging

ONTOLOGY = {
    "fields": {"note": "text"},
    "questions": [
        {"name": "topic", "kind": "choice", "field": "note", "classes": ["sports", "news"]},
        {"name": "tags", "kind": "choice", "field": "note", "classes": ["old", "new"], "multiple": True},
        {"name": "stars", "kind": "rating", "min": 1, "max": 5},
        {"name": "who", "kind": "span", "field": "note", "classes": ["PER", "LOC"]},
    ],
}
ANSWERS: list[list[dict[str, Any]]] = [
    [{"topic": "sports", "tags": ["old"], "stars": 3, "who": []}],
    [{"topic": "news", "tags": ["old", "new"], "stars": 3, "who": [("PER", 0, 3)]}],
    [{"topic": "news", "tags": [], "stars": 5, "who": [("LOC", 0, 3)]}],
    [{"topic": "sports", "who": [("PER", 0, 3)]}, {"topic": "news", "who": []}],
    [],
]


def label(given: dict[str, Any]) -> dict[str, Any]:
    spans = [{"id": f"s{a}", "class": name, "start": a, "end": b} for name, a, b in given["who"]]
    return given | {"who": spans}


async def found(rest: Any, project: str, **filters: Any) -> list[str]:
    """The names on all pages, of at most two each."""
    names: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        answer = await rest.get(f"/v1/projects/{project}/items", params={"limit": 2} | filters | cursor)
        assert answer.status_code == 200, answer.text
        names += [one["external_id"] for one in answer.json()["items"]]
        if (following := answer.json()["next_cursor"]) is None:
            return names
        cursor = {"cursor": following}


@pytest.fixture
async def answered(rest: Any) -> str:
    """Items n-0 … n-4 with the answers above, and one whose answer is known."""
    project = str(await rest.project(ONTOLOGY))
    await rest.add_notes(
        project, "Ann won.", "Bob LOST 5 % of_it.", "Élan vital", "Cid ran.", "Nobody asked."
    )
    known = label({"topic": "news", "who": [("PER", 0, 1)]})
    await rest.add_items(project, [{"external_id": "known", "fields": {"note": "gold"}, "gold": known}])
    votes = [
        {"external_id": f"n-{n}", "labeler": f"voter {who}", "label": label(given)}
        for n, answers in enumerate(ANSWERS)
        for who, given in enumerate(answers)
    ]
    answer = await rest.post_lines(f"/v1/projects/{project}/annotations", votes)
    assert answer.json()["accepted"] == len(votes), answer.text
    while await merging.merge_due(rest.engine, rest.principal.organization):
        pass
    return project


@pytest.mark.parametrize(
    ("question", "answer", "names"),
    [
        ("topic", "news", ["n-1", "n-2", "n-3", "known"]),
        ("topic", "sports", ["n-0", "n-3"]),
        ("tags", "old", ["n-0", "n-1"]),
        ("tags", "new", ["n-1"]),
        ("stars", "3", ["n-0", "n-1"]),
        ("who", "PER", ["n-1", "known"]),
        ("who", "LOC", ["n-2"]),
        ("who", "news", []),
        ("nobody", "asks", []),
    ],
)
async def test_an_answer_is_looked_for_in_the_best_one_or_each_of_equals(
    rest: Any, answered: str, question: str, answer: str, names: list[str]
) -> None:
    assert await found(rest, answered, question=question, answer=answer) == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("lost", ["n-1"]),
        ("5 %", ["n-1"]),
        ("%", ["n-1"]),
        ("of_", ["n-1"]),
        ("élan", ["n-2"]),
        ("N-3", ["n-3"]),
        ("gold", ["known"]),
        ("note", []),
    ],
)
async def test_a_text_is_looked_for_in_names_and_texts_as_it_is_written(
    rest: Any, answered: str, text: str, names: list[str]
) -> None:
    assert await found(rest, answered, text=text) == names


async def test_confidence_is_a_range_and_filters_join(rest: Any, answered: str) -> None:
    items = (await rest.get(f"/v1/projects/{answered}/items")).json()["items"]
    sure = {one["external_id"]: one["confidence"] for one in items}
    assert sure["n-4"] is None
    assert sure["known"] == 1
    assert sure["n-3"] < sure["n-0"]
    assert await found(rest, answered, max_confidence=sure["n-3"]) == ["n-3"]
    assert await found(rest, answered, min_confidence=0) == ["n-0", "n-1", "n-2", "n-3", "known"]
    assert await found(rest, answered, min_confidence=1, gold=True) == ["known"]
    assert await found(rest, answered, gold=False, text="n-", state="open") == ["n-4"]
    assert await found(rest, answered, external_id="n-1", text="lost") == ["n-1"]
    assert await found(rest, answered, external_id="n-1", text="won") == []
    assert await found(rest, answered, external_id="n-9") == []


async def test_a_search_stops_after_so_many_and_goes_on_where_it_stopped(
    rest: Any, answered: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(item_service, "MAX_SEARCHED", 3)
    first = (await rest.get(f"/v1/projects/{answered}/items", params={"text": "gold"})).json()
    assert first["items"] == []
    assert first["next_cursor"] is not None
    assert await found(rest, answered, text="gold") == ["known"]
    assert await found(rest, answered, text="nowhere") == []
    assert await found(rest, answered, external_id="known") == ["known"], "an exact name is not searched for"
    assert len(await found(rest, answered)) == 6


@pytest.mark.parametrize(
    ("filters", "pointer"),
    [
        ({"min_confidence": 1.1}, "/min_confidence"),
        ({"max_confidence": -0.1}, "/max_confidence"),
        ({"max_confidence": "much"}, "/max_confidence"),
        ({"question": "topic"}, "/answer"),
        ({"answer": "news"}, "/question"),
        ({"text": ""}, "/text"),
        ({"text": "x" * 1001}, "/text"),
        ({"state": "lost"}, "/state"),
    ],
)
async def test_a_filter_that_means_nothing_is_refused(
    rest: Any, refused: Any, filters: dict[str, Any], pointer: str
) -> None:
    project = await rest.project()
    answer = await rest.get(f"/v1/projects/{project}/items", params=filters)
    assert refused(answer, 422, "field.invalid")["pointer"] == pointer
