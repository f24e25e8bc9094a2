"""Sample projects with real data and simulated labelers, so that every page has something true to show.

``load(client)`` goes through the SDK like anybody else: it works against any server, with a manager's key.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from assay.client.client import Client
from assay.client.project import Project
from assay.client.snapshot import Snapshot
from assay.demo import llmfao, raccoon, wnut17
from assay.demo.llmfao import NAME as PREFERENCES
from assay.demo.raccoon import NAME as RACCOONS
from assay.demo.simulated import Simulated, audit
from assay.demo.wnut17 import NAME as ENTITIES

__all__ = ["ENTITIES", "PREFERENCES", "RACCOONS", "load"]

SEED = 20260101
MARK = "demo"
"""The name of the snapshot that ends the making of a sample project, but for its audit."""

SAMPLES: dict[str, Callable[[Client, random.Random], Project]] = {
    RACCOONS: raccoon.make,
    ENTITIES: wnut17.make,
    PREFERENCES: llmfao.make,
}

AUDITORS: dict[str, Callable[[], Simulated]] = {ENTITIES: wnut17.auditor}
"""Who audits the snapshot of a sample project."""
AUDITS = 60


def load(
    client: Client,
    *,
    report: Callable[[str], None] = lambda line: None,
    pause: Callable[[float], None] = lambda secs: None,
) -> list[Project]:
    """Make the sample projects that are not there yet; returns those it made.

    A project whose making was cut short is deleted and made again; so calling it again is always right.
    ``report`` hears a line for each project; ``pause`` waits so many seconds.
    """
    there: dict[str, Project] = {}
    for project in client.projects.list():
        if project.name in SAMPLES:
            if finished(project):
                there[project.name] = project
            else:
                project.delete()
    made = []
    for name, make in SAMPLES.items():
        if name not in there:
            report(f"making the sample project {name}")
            project = make(client, random.Random(f"{SEED} {name}"))
            settle(project, pause)
            snapshot = project.snapshots.create(name=MARK)
            if name in AUDITORS:
                audit(client, project, snapshot, AUDITORS[name](), AUDITS)
            made.append(project)
    return made


def finished(project: Project) -> bool:
    """Whether the making of a sample project came to its end."""
    made = [snapshot for snapshot in snapshots(project) if snapshot.data.name == MARK]
    audited = project.name not in AUDITORS or any(
        snapshot.certificate().data.state != "unaudited" for snapshot in made
    )
    return bool(made) and audited


def snapshots(project: Project) -> list[Snapshot]:
    """A project's snapshots, few."""
    return list(project.snapshots.list())


def settle(project: Project, pause: Callable[[float], None]) -> None:
    """Wait until no answer waits to be merged, so that the snapshot holds what was given."""
    for _ in range(SETTLE_ASKS):
        if not project.quality().states.get("resolving"):
            return
        pause(SETTLE_PAUSE_SECS)


SETTLE_ASKS, SETTLE_PAUSE_SECS = 50, 0.2
