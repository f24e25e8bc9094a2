"""What labels a submit takes, down to the last coordinate (A47), and what the resolutions then tell."""

from __future__ import annotations

from random import Random
from typing import Any

import asyncpg

SHAPES = {
    "fields": {"image": "image", "note": "text"},
    "questions": [
        {"name": "boxes", "kind": "box", "field": "image", "classes": ["car"]},
        {"name": "areas", "kind": "polygon", "field": "image", "classes": ["car"]},
        {"name": "spans", "kind": "span", "field": "note", "classes": ["PER"]},
        {"name": "score", "kind": "rating", "field": "note", "min": 1, "max": 5},
    ],
}
TEXT = "Ann 𝒳 ran."
WIDTH, HEIGHT = 40, 30


def box(*numbers: Any, **more: Any) -> dict[str, Any]:
    return {"boxes": [{"id": "b", "class": "car", "box": list(numbers), **more}]}


def area(*rings: Any) -> dict[str, Any]:
    return {"areas": [{"id": "p", "class": "car", "polygon": [*rings]}]}


def span(start: Any, end: Any) -> dict[str, Any]:
    return {"spans": [{"id": "s", "class": "PER", "start": start, "end": end}]}


BAD: list[tuple[dict[str, Any], str]] = [
    (box(0, 0, 0, 5), "/label/boxes/0"),
    (box(0, 0, 5, -1), "/label/boxes/0"),
    (box(-1, 0, 5, 5), "/label/boxes/0"),
    (box(0, 0, WIDTH + 0.001, 5), "/label/boxes/0"),
    (box(0, 1, 5, HEIGHT), "/label/boxes/0"),
    (box(0, 0, 5), "/label/boxes/0"),
    (box("0", 0, 5, 5), "/label/boxes/0"),
    (box(True, 0, 5, 5), "/label/boxes/0"),
    (box(-0.0, 0, 5, 5), "/label/boxes/0"),
    (box(1e308, 0, 5, 5), "/label/boxes/0"),
    (box(0, 0, 5, 5, html="<b>"), "/label/boxes/0"),
    ({"boxes": box(0, 0, 5, 5)["boxes"] * 2}, "/label/boxes/1"),
    ({"boxes": {}}, "/label/boxes"),
    (area([[0, 0], [5, 5]]), "/label/areas/0"),
    (area([[0, 0], [5, 0], [10, 0]]), "/label/areas/0"),
    (area([[0, 0], [9, 9], [9, 0], [0, 9]]), "/label/areas/0"),
    (area([[0, 0], [WIDTH + 1, 0], [9, 9]]), "/label/areas/0"),
    (area([[0, 0], [9, 0], [9, 9]], [[20, 20], [25, 20], [25, 25]]), "/label/areas/0"),
    (area([[n % 40, n % 30] for n in range(1_000_000)]), "/label/areas"),
    (span(3, 3), "/label/spans/0"),
    (span(3, 1), "/label/spans/0"),
    (span(-1, 3), "/label/spans/0"),
    (span(0, len(TEXT) + 1), "/label/spans/0"),
    (span(0, 2.5), "/label/spans/0"),
    (span(0, 10**18), "/label/spans/0"),
    ({"score": 6}, "/label/score"),
    ({"score": "3"}, "/label/score"),
    ({"score": 10**18}, "/label/score"),
]
"""Labels that are no labels, each with where its fault lies."""

NO_JSON = ("NaN", "Infinity", "-Infinity", "1e400", "1e", "0x10", "01", "١")
EDGES = (0, -0.0, 1, WIDTH, HEIGHT, WIDTH + 1e-9, 5e-324, 0.1, -1e-9, 1e308, 2**62, -(2**62))


async def shapes(rest: Any) -> tuple[str, dict[str, Any]]:
    """A project about one image of 40 × 30 pixels and a text, and a lease in it."""
    project = await rest.project(SHAPES)
    facts = {"image": {"media_type": "image/png", "width": WIDTH, "height": HEIGHT, "frames": 1}}
    async with rest.engine.database.transaction(rest.principal.organization) as tx:
        await tx.execute(
            "INSERT INTO asset (organization, sha256, media_type, size_bytes, width, height, frames) "
            "VALUES ($1, $2, 'image/png', 1, $3, $4, 1)",
            rest.principal.organization,
            "a" * 64,
            facts["image"]["width"],
            facts["image"]["height"],
        )
    await rest.add_items(
        project,
        [{"external_id": "i", "fields": {"image": {"url": "asset:sha256:" + "a" * 64}, "note": TEXT}}],
    )
    return project, (await rest.claim(project))[0]


async def test_a47_a_label_is_whole_or_refused_never_corrected(
    rest: Any, database_dsn: str, refused: Any
) -> None:
    _, lease = await shapes(rest)
    for label, pointer in BAD:
        answer = await rest.submit(lease, label)
        told = refused(answer, 422, answer.json()["code"])
        assert told["code"].startswith("label."), told
        assert told["pointer"].startswith(pointer), told
    for number in NO_JSON:
        raw = f'{{"fence": {lease["fence"]}, "label": {{"boxes": [{{"box": [{number}, 0, 1, 1]}}]}}}}'
        answer = await rest.post(
            f"/v1/leases/{lease['lease']}/submit",
            content=raw.encode(),
            headers={"Content-Type": "application/json"},
        )
        assert answer.status_code == 400
        assert answer.json()["code"] in ("json.number", "json.malformed")
    owner = await asyncpg.connect(database_dsn)
    assert await owner.fetchval("SELECT count(*) FROM annotation") == 0
    assert await owner.fetchval("SELECT count(*) FROM lease") == 1
    await owner.close()


async def test_a47_any_four_numbers_are_a_box_inside_or_a_refusal(rest: Any) -> None:
    """Numbers drawn from the edges and at random: nothing outside the image is taken, nothing is an error of
    ours."""
    project, _ = await shapes(rest)
    chance = Random(47)
    (task,) = [one["task"] for one in await rest.resolutions(project)]
    override, version = f"/v1/tasks/{task}/reviews", 0
    taken = 0
    for _ in range(150):
        drawn = [chance.choice((chance.choice(EDGES), chance.uniform(-5, 45))) for _ in range(4)]
        body = {"target": {"resolution_version": version}, "verdict": "fix", "label": box(*drawn)}
        answer = await rest.post(override, body)
        x, y, width, height = drawn
        if answer.status_code == 201:
            version, taken = answer.json()["version"], taken + 1
            assert min(x, y) >= 0 < min(width, height)
            assert (x + width <= WIDTH, y + height <= HEIGHT) == (True, True), drawn
        else:
            assert answer.status_code == 422, answer.text
            assert answer.json()["pointer"].startswith("/label/boxes/0")
    assert 0 < taken < 150


async def test_what_was_taken_comes_back_as_it_was_written(rest: Any) -> None:
    project, lease = await shapes(rest)
    label = (
        box(0, 0, WIDTH, HEIGHT)
        | area([[0, 0], [9, 0], [9, 9]], [[4, 1], [8, 1], [8, 5]])
        | span(4, 5)
        | {"score": 3}
    )
    assert (await rest.submit(lease, label)).status_code == 200
    task = (await rest.get(f"/v1/projects/{project}/tasks/{lease['task']}")).json()
    assert task["annotations"][0]["label"] == label


async def test_resolutions_are_the_same_by_page_and_by_stream(rest: Any, refused: Any) -> None:
    project = await rest.project(quality={"min_labels": 2, "target_accuracy": 0.9})
    await rest.add_notes(project, *"abcde")
    await rest.add_items(project, [{"external_id": "g", "fields": {"note": "x"}, "gold": {"topic": "news"}}])
    for name, count in (("ann", 4), ("bob", 5)):
        who = await rest.labeler(name)
        for lease in await who.claim(project, count):
            await who.submit(lease, {"topic": "news"})
    streamed = await rest.resolutions(project)
    path, paged, cursor = f"/v1/projects/{project}/resolutions", [], None
    while True:
        page = (await rest.get(path, params={"limit": 2} | ({"cursor": cursor} if cursor else {}))).json()
        paged += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert paged == streamed
    by_name = {one["external_id"]: one for one in streamed}
    assert by_name["n-0"]["label"] == {"topic": "news"}
    assert by_name["n-0"]["probability"]["topic"] > 0.9
    assert (by_name["n-0"]["state"], by_name["n-0"]["annotations"]) == ("resolved", 2)
    assert (by_name["n-4"]["state"], by_name["n-4"]["annotations"]) == ("open", 1)
    assert [one["external_id"] for one in streamed if one["gold"]] == ["g"]
    assert {one["external_id"] for one in await rest.resolutions(project, gold="false")} == set(by_name) - {
        "g"
    }
    assert len(await rest.resolutions(project, state="resolved", gold="false")) == 4
    for name, value in (("min_probability", "2"), ("min_probability", "nan"), ("state", "x"), ("gold", "?")):
        told = refused(await rest.get(path, params={name: value}), 422, "field.invalid")
        assert told["pointer"] == f"/{name}"


async def test_a_projects_quality_is_told_in_one_page(rest: Any) -> None:
    project = await rest.project(quality={"min_labels": 2})
    empty = (await rest.get(f"/v1/projects/{project}/quality")).json()
    assert (empty["accuracy"]["estimate"], empty["cost"], empty["labelers"]) == (None, {"labels": 0}, [])
    await rest.add_notes(project, *"abcdef")
    for name, count in (("ann", 5), ("bob", 6)):
        who = await rest.labeler(name)
        for lease in await who.claim(project, count):
            await who.submit(lease, {"topic": "news"})
    told = (await rest.get(f"/v1/projects/{project}/quality")).json()
    assert told["cost"] == {"labels": 11}
    assert told["states"] == {"open": 1, "resolved": 5}
    assert 0 <= told["accuracy"]["low"] <= told["accuracy"]["estimate"] <= told["accuracy"]["high"] <= 1
    assert sorted(one["name"] for one in told["labelers"]) == ["ann", "bob"]
    assert (told["agreement"]["topic"]["items"], told["forecast"]["labels_to_target"]) == (5, 1)


async def test_a_forecast_is_held_against_what_happened(rest: Any) -> None:
    project = await rest.project(quality={"min_labels": 1, "max_labels": 3, "target_accuracy": 0.8})
    await rest.add_notes(project, *"abcdefghijkl")
    topics = {f"n-{n}": {"topic": "news" if n % 3 else "sports"} for n in range(12)}
    ann = await rest.labeler("ann")
    for lease in await ann.claim(project, 6):
        await ann.submit(lease, topics[lease["item"]["external_id"]])
    first = (await rest.get(f"/v1/projects/{project}/quality")).json()
    (foretold,) = first["past_forecasts"]
    assert (foretold["tasks"], foretold["labels"], foretold["reached"]) == (12, 6, None)
    assert foretold["labels_low"] <= foretold["labels_to_target"] <= foretold["labels_high"]
    assert foretold["labels_to_target"] == first["forecast"]["labels_to_target"] > 0
    for name in ("ann", "bob", "cid"):
        who = ann if name == "ann" else await rest.labeler(name)
        for lease in await who.claim(project, 12):
            await who.submit(lease, topics[lease["item"]["external_id"]])
    told = (await rest.get(f"/v1/projects/{project}/quality")).json()
    assert told["forecast"]["labels_to_target"] == 0
    (judged,) = told["past_forecasts"]
    assert judged["labels_needed"] == told["cost"]["labels"] - 6
    assert judged["reached"] is not None
    assert judged["score"] >= judged["labels_high"] - judged["labels_low"]
