from __future__ import annotations

from typing import Any

import pytest

import assay
from assay.errors import Conflict, Forbidden, Invalid


def notes(count: int) -> list[dict[str, Any]]:
    return [{"external_id": f"n-{n}", "fields": {"note": f"note {n}"}} for n in range(count)]


async def test_a_label_is_checked_and_settled_once(served: Any, topic: dict[str, Any]) -> None:
    def story(client: assay.Client) -> None:
        project = client.projects.create("News", topic)
        project.items.add(notes(1))
        lease = next(project.work())
        assert lease.item.fields == {"note": "note 0"}
        with pytest.raises(Invalid) as wrong:
            lease.submit({"topic": "weather"})
        assert (wrong.value.code, wrong.value.pointer) == ("label.class", "/label/topic")
        first = lease.submit({"topic": "news"})
        assert lease.submit({"topic": "news"}) == first
        with pytest.raises(Conflict) as other:
            lease.submit({"topic": "sports"})
        assert other.value.code == "submit.conflict"
        assert other.value.extra["annotation"] == first.annotation

    await served.run(story)


async def test_leases_are_held_and_given_back(served: Any, topic: dict[str, Any]) -> None:
    def story(client: assay.Client) -> None:
        project = client.projects.create("News", topic)
        project.items.add(notes(3))
        work = project.work(count=3)
        lease = next(work)
        assert lease.heartbeat() >= lease.data.expires_at
        assert lease.draft().label == {}
        assert lease.id in {held.id for held in project.leases()}
        work.close()  # type: ignore[attr-defined]
        lease.release()
        assert len({one.id for one in project.work(count=3)}) == 3

    await served.run(story)


async def test_a_labeler_sees_only_work(served: Any, topic: dict[str, Any]) -> None:
    def story(client: assay.Client) -> None:
        project = client.projects.create("News", topic)
        project.items.add(notes(2))
        ann = client.labelers.create("ann")
        with served.client(ann.api_key) as hers:
            mine = hers.projects.get(project.id)
            states = [lease.submit({"topic": "news"}).task_state for lease in mine.work()]
            assert states == ["submitted", "submitted"]
            with pytest.raises(Forbidden) as refused:
                next(mine.resolutions())
            assert refused.value.code == "role.forbidden"

    await served.run(story)


async def test_reviews_accept_fix_and_reject(client: assay.AsyncClient, topic: dict[str, Any]) -> None:
    project = await client.projects.create("News", topic)
    await project.items.add(notes(3))
    ann = await client.labelers.create("ann")
    report = await project.annotations.add(
        {"external_id": f"n-{n}", "labeler": ann.id, "label": {"topic": "sports"}} for n in range(3)
    )
    assert report.accepted == 3

    first, second, third = [review async for review in project.review(3)]
    assert first.resolution.label == {"topic": "sports"}
    await first.accept("clear")
    fixed = await second.fix({"topic": "news"})
    rejected = await third.reject("cannot tell", annotation=third.data.annotations[0]["annotation"])

    task = await project.tasks.get(fixed.task)
    assert (task.resolution.label, task.resolution.method) == ({"topic": "news"}, "review")
    assert [one["verdict"] for one in task.reviews] == ["fix"]
    assert (await project.tasks.get(rejected.task)).state == "open"
    again = await project.tasks.review(task, "fix", label={"topic": "sports"})
    assert again.version == task.resolution.version + 1
    with pytest.raises(Conflict) as stale:
        await project.tasks.review(task, "accept")
    assert stale.value.code == "review.stale"


async def test_quality_is_told(served: Any, topic: dict[str, Any]) -> None:
    def story(client: assay.Client) -> assay.QualityReport:
        project = client.projects.create("News", topic, quality={"min_labels": 2})
        project.items.add(notes(10))
        project.annotations.add(
            {"external_id": f"n-{n}", "labeler": name, "label": {"topic": "news" if n % 2 else "sports"}}
            for n in range(10)
            for name in ("ann", "bob")
        )
        return project.quality()

    report = await served.run(story)
    assert report.cost == {"labels": 20}
    assert {labeler.name for labeler in report.labelers} == {"ann", "bob"}
    assert report.agreement["topic"]["alpha"] == 1.0
    assert report.accuracy.estimate is not None
    assert report.accuracy.estimate > 0.8
