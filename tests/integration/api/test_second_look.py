"""Second looks over REST: flags go to reviewers first, once each, and change nothing by themselves."""

from __future__ import annotations

from typing import Any

import pytest

from assay.domain.labeler import Role

SPORTS, NEWS = {"topic": "sports"}, {"topic": "news"}
TASKS = 24


@pytest.fixture
async def doubted(rest: Any) -> dict[str, Any]:
    """Resolved notes of which a model, sure of itself, says otherwise for two; and a reviewer."""
    quality = {"second_look_rate": 0.5}
    project = await rest.project(quality=quality)
    await rest.add_items(
        project,
        (
            {
                "external_id": f"n-{n}",
                "fields": {"note": f"note {n}"},
                "predictions": [
                    {"labeler": "m", "label": NEWS if n % 2 else SPORTS, "scores": {"topic": 0.97}}
                ],
            }
            for n in range(TASKS)
        ),
    )
    await vote(rest, project, {n: SPORTS if n in (3, 5) or n % 2 == 0 else NEWS for n in range(TASKS)})
    return {"project": project, "rita": await rest.labeler("rita", role=Role.REVIEWER)}


async def vote(rest: Any, project: str, labels: dict[int, Any]) -> None:
    lines = [{"external_id": f"n-{n}", "labeler": "ann", "label": label} for n, label in labels.items()]
    assert (await rest.post_lines(f"/v1/projects/{project}/annotations", lines)).status_code == 200


async def looks(rest: Any, project: str) -> Any:
    answer = await rest.get(f"/v1/projects/{project}/quality")
    assert answer.status_code == 200, answer.text
    return answer.json()["second_looks"]


async def review(who: Any, lease: dict[str, Any], word: str, label: Any = None) -> None:
    target = {"resolution_version": lease["resolution"]["version"]}
    body = {"fence": lease["fence"], "target": target, "verdict": word, "reason": ""}
    sent = await who.post(
        f"/v1/leases/{lease['lease']}/submit", body if label is None else body | {"label": label}
    )
    assert sent.status_code == 200, sent.text


async def test_what_a_model_contradicts_is_reviewed_first_and_told(
    rest: Any, doubted: dict[str, Any]
) -> None:
    project, rita = doubted["project"], doubted["rita"]
    before = await rest.resolutions(project)
    told = await looks(rest, project)
    assert (told["open"], told["closed"], told["changed"]) == (2, 0, 0)
    assert {row["reason"] for row in told["items"]} == {"model"}
    after = await rest.resolutions(project)
    assert [row["label"] for row in after] == [row["label"] for row in before]
    assert {row["state"] for row in after} == {"resolved"}, "a flag changes nothing"

    answer = await rita.post(f"/v1/projects/{project}/leases", {"stage": "review", "count": 3})
    first, second, other = answer.json()["leases"]
    assert {first["item"]["external_id"], second["item"]["external_id"]} == {"n-3", "n-5"}
    assert other["task"] not in {row["task"] for row in told["items"]}
    await review(rita, first, "fix", NEWS)
    await review(rita, second, "accept")
    told = await looks(rest, project)
    assert (told["open"], told["closed"], told["changed"], told["items"]) == (0, 2, 1, [])


async def test_nothing_is_flagged_twice_nor_beyond_the_rate(rest: Any, doubted: dict[str, Any]) -> None:
    project, rita = doubted["project"], doubted["rita"]
    await rest.patch(f"/v1/projects/{project}", json={"quality": {"second_look_rate": 1 / TASKS}})
    assert (await looks(rest, project))["open"] == 1
    assert (await looks(rest, project))["open"] == 1
    (lease,) = (await rita.post(f"/v1/projects/{project}/leases", {"stage": "review", "count": 1})).json()[
        "leases"
    ]
    await review(rita, lease, "reject")
    told = await looks(rest, project)
    assert (told["open"], told["closed"], told["changed"]) == (0, 1, 1)


async def test_without_a_rate_nobody_is_asked(rest: Any, doubted: dict[str, Any]) -> None:
    project = doubted["project"]
    await rest.patch(f"/v1/projects/{project}", json={"quality": {"second_look_rate": 0}})
    assert (await looks(rest, project))["items"] == []


async def test_copies_answered_otherwise_are_looked_at(rest: Any) -> None:
    project = await rest.project(quality={"second_look_rate": 1.0})
    await rest.add_items(
        project,
        (
            {"external_id": f"n-{n}", "fields": {"note": "the same" if n < 2 else f"note {n}"}}
            for n in range(5)
        ),
    )
    await vote(rest, project, {0: SPORTS, 1: NEWS, 2: NEWS, 3: SPORTS, 4: NEWS})
    told = await looks(rest, project)
    assert [row["reason"] for row in told["items"]] == ["duplicate", "duplicate"]


@pytest.mark.parametrize("rate", [-0.1, 1.1])
async def test_a_rate_is_a_share(rest: Any, rate: float, refused: Any) -> None:
    body = {"name": "p", "ontology": rest.TOPIC, "quality": {"second_look_rate": rate}}
    told = refused(await rest.post("/v1/projects", body), 422, "field.invalid")
    assert told["pointer"] == "/quality/second_look_rate"
