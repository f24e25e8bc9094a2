"""A whole project through the sync and the async client."""

from __future__ import annotations

from typing import Any

import pytest

import assay
from assay.errors import Conflict, Invalid, NotFound
from assay.formats import FORMATS
from assay.labels import KINDS


def notes(count: int) -> list[dict[str, Any]]:
    return [{"external_id": f"n-{n}", "fields": {"note": f"note {n}"}} for n in range(count)]


async def test_a_project_from_items_to_resolutions(served: Any, topic: dict[str, Any]) -> None:
    def story(client: assay.Client) -> list[assay.Resolution]:
        project = client.projects.create("News", topic)
        assert project.items.add(notes(5)).accepted == 5
        for lease in project.work(count=2):
            assert lease.submit({"topic": "sports"}).annotation
        return list(project.resolutions())

    resolutions = await served.run(story)

    assert [one.external_id for one in resolutions] == [f"n-{n}" for n in range(5)]
    assert {one.label["topic"] for one in resolutions} == {"sports"}
    assert all(0.5 < one.probability["topic"] < 1 for one in resolutions)


async def test_the_async_client_does_the_same(client: assay.AsyncClient, topic: dict[str, Any]) -> None:
    project = await client.projects.create("News", topic)
    report = await project.items.add(notes(5))
    assert (report.accepted, report.existing, report.rejected) == (5, 0, 0)
    async for lease in project.work(count=2):
        await lease.submit({"topic": "news"})
    assert [one.label["topic"] async for one in project.resolutions()] == ["news"] * 5
    assert [item.external_id async for item in project.items.list(state="resolved")] == [
        f"n-{n}" for n in range(5)
    ]


async def test_projects_are_listed_changed_and_deleted(served: Any, topic: dict[str, Any]) -> None:
    def story(client: assay.Client) -> None:
        one = client.projects.create("One", topic, quality={"min_labels": 2, "max_labels": 3})
        two = client.projects.create("Two", topic, access="members", lease_seconds=60)
        assert [project.name for project in client.projects.list()] == ["One", "Two"]
        assert client.projects.get(one.id).data == one.data
        two.update(name="Three", quality={"min_labels": 4})
        assert (two.name, two.data.quality["min_labels"], two.data.lease_seconds) == ("Three", 4, 60)
        one.delete()
        assert [project.id for project in client.projects.list()] == [two.id]
        with pytest.raises(NotFound) as refused:
            client.projects.get(one.id)
        assert refused.value.code == "not_found"

    await served.run(story)


async def test_a_changed_ontology_is_a_new_version(served: Any, topic: dict[str, Any]) -> None:
    def story(client: assay.Client) -> None:
        project = client.projects.create("News", topic)
        wider = {**topic, "questions": [{**topic["questions"][0], "classes": ["sports", "news", "other"]}]}
        narrower = {**topic, "questions": [{**topic["questions"][0], "title": "What is it?"}]}
        seen = project.preview_ontology(narrower)
        assert (seen.ontology_version, seen.migration["changed"]) == (2, ["topic"])
        assert project.data.ontology_version == 1
        change = project.change_ontology(wider)
        assert change.ontology_version == project.data.ontology_version == 2
        with pytest.raises(Conflict) as refused:
            project.change_ontology(
                {**topic, "questions": [{"name": "topic", "kind": "text", "field": "note"}]}
            )
        assert (refused.value.code, refused.value.pointer) == ("ontology.changed", "/questions/0/kind")

    await served.run(story)


async def test_members_come_and_go(served: Any, topic: dict[str, Any]) -> None:
    def story(client: assay.Client) -> None:
        project = client.projects.create("News", topic, access="members")
        ann = client.labelers.create("ann")
        with served.client(ann.api_key) as hers:
            assert list(hers.projects.list()) == []
            project.members.add(ann.id)
            assert [member.name for member in project.members.list()] == ["ann"]
            assert [one.id for one in hers.projects.list()] == [project.id]
            assert hers.me().name == "ann"
        project.members.remove(ann.id)
        assert list(project.members.list()) == []

    await served.run(story)


async def test_people_are_invited_and_let_back_in(served: Any) -> None:
    def story(client: assay.Client) -> None:
        ann = client.labelers.create("ann")
        link = client.labelers.invite(ann.id)
        assert (link.labeler, "/welcome#token=" in link.url) == (ann.id, True)
        assert link.url not in repr(link)
        assert client.labelers.disable(ann.id).disabled_at is not None
        with pytest.raises(Conflict, match="no access any more"):
            client.labelers.invite(ann.id)
        assert client.labelers.restore(ann.id).disabled_at is None
        assert client.labelers.invite(ann.id).url != link.url

    await served.run(story)


async def test_every_format_says_what_it_carries(served: Any) -> None:
    def story(client: assay.Client) -> None:
        told = {one.name: one for one in client.formats()}
        assert list(told) == sorted(FORMATS)
        assert (told["coco"].kinds, told["coco"].writes) == (
            ("box", "keypoints", "mask", "polygon", "rotated_box"),
            True,
        )
        assert set(told["jsonl"].kinds) == set(KINDS)
        assert told["jsonl"].loses == ()
        assert "votes" in told["csv"].loses
        assert (told["label-studio"].reads, told["label-studio"].writes) == (True, False)

    await served.run(story)


async def test_an_ontology_comes_from_a_yaml_file(served: Any, tmp_path: Any) -> None:
    path = tmp_path / "ontology.yaml"
    path.write_text(
        "fields: {note: text}\n"
        "questions:\n"
        "  - {name: spam, kind: choice, field: note, classes: [yes, no], required: true}\n"
    )

    def story(client: assay.Client) -> Any:
        return client.projects.create("Spam", path).data.ontology["questions"][0]

    question = await served.run(story)
    assert (question["classes"], question["required"]) == (["yes", "no"], True)


async def test_a_wrong_ontology_names_its_place(served: Any) -> None:
    def story(client: assay.Client) -> None:
        with pytest.raises(Invalid) as refused:
            client.projects.create("x", {"fields": {"note": "text"}, "questions": [{"name": "q"}]})
        assert (refused.value.code, refused.value.pointer) == ("ontology.kind", "/ontology/questions/0/kind")
        assert refused.value.remedy == "Use a kind the detail lists."

    await served.run(story)
