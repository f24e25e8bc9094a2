"""Events of the running server: told as they happen, resumed when the API is killed, ended at a drain."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

import assay as sdk
from tests.acceptance.test_part import database_url, ended, last_line

if TYPE_CHECKING:
    from tests.acceptance.conftest import RunningAssay

__all__ = ["database_url"]
TOPIC = {
    "fields": {"note": "text"},
    "questions": [
        {"name": "topic", "kind": "choice", "field": "note", "classes": ["sports", "news"], "required": True}
    ],
}
FOLLOWED = ("annotation.submitted", "task.resolved")


def resolve_one(project: sdk.Project, external_id: str) -> str:
    """Add one item and answer it; the task."""
    project.items.add([{"external_id": external_id, "fields": {"note": "Ann won."}}])
    (lease,) = project.work()
    lease.submit({"topic": "sports"})
    return lease.data.task


def told_of(events: Iterator[sdk.Event]) -> list[tuple[str, str]]:
    """Kind and task of the next two: the answer, and what came of it."""
    return [(event.kind, event.subject) for event in islice(events, 2)]


def api_processes(assay: RunningAssay) -> set[int]:
    return {pid for pid in assay.processes() if b"api_process" in Path(f"/proc/{pid}/cmdline").read_bytes()}


def test_a_stream_outlives_the_process_that_served_it(assay: RunningAssay) -> None:
    with sdk.Client(assay.url, assay.api_key) as client:
        project = client.projects.create("Followed", TOPIC)
        events = project.events(kinds=FOLLOWED)
        for external_id in ("one", "two"):
            task = resolve_one(project, external_id)
            assert told_of(events) == [(kind, task) for kind in FOLLOWED]
        (serving,) = api_processes(assay)
        os.kill(serving, signal.SIGKILL)
        task = resolve_one(project, "three")
        assert told_of(events) == [(kind, task) for kind in FOLLOWED]
        assert api_processes(assay).isdisjoint({serving})
        assert [event.subject for event in project.events(kinds=["task.resolved"], follow=False)][2:] == [
            task
        ]


def test_a_stream_ends_when_its_process_drains_and_another_goes_on(
    assay: RunningAssay, database_url: str
) -> None:
    with sdk.Client(assay.url, assay.api_key) as client:
        project = client.projects.create("Drained", TOPIC)
        first = resolve_one(project, "one")
        serving = assay.command("serve", "--port", "0", ASSAY_DATABASE_URL=database_url)
        address = last_line(serving, "the API serves at").rpartition(" ")[2]
        headers = {"Authorization": f"Bearer {assay.api_key}", "Accept": "text/event-stream"}
        asked = {"project": project.id, "kind": "task.resolved"}
        with httpx.stream("GET", f"{address}/v1/events", params=asked, headers=headers, timeout=60) as stream:
            lines = stream.iter_lines()
            assert first in next(line for line in lines if line.startswith("data: "))
            assert ended(serving) == 0
            (last, *_) = re.findall(r"^id: (.+)$", "\n".join(lines), re.MULTILINE)[
                -1:
            ]  # ends, is not cut off
        second = resolve_one(project, "two")
        (event,) = islice(project.events(kinds=["task.resolved"], cursor=last), 1)
        assert event.subject == second
