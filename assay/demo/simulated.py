"""Simulated labelers: how well each one sees is known, so that what the server finds out can be checked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from assay.client.client import Client
from assay.client.labeler import Labeler
from assay.client.lease import LeasedItem
from assay.client.project import Project
from assay.client.snapshot import Snapshot

Answer = Callable[[LeasedItem], Mapping[str, Any]]
CLAIMED_AT_ONCE = 5


@dataclass(frozen=True, kw_only=True)
class Simulated:
    """A labeler by name and kind, who gives ``answer`` to each item."""

    name: str
    answer: Answer
    kind: str = "person"


def hire(client: Client, name: str, kind: str = "person", role: str = "labeler") -> Labeler:
    """Make a labeler of this name, or of the next that is free: keys of those that exist are not shown."""
    taken = {labeler.name for labeler in client.labelers.list()}
    number = 1
    while (free := name if number == 1 else f"{name} {number}") in taken:
        number += 1
    return client.labelers.create(free, kind=kind, role=role)


def work(client: Client, project: Project, labelers: Sequence[Simulated]) -> None:
    """Let each one work with a key of its own, all at the same time, until nothing is left for them."""
    keys = [hire(client, labeler.name, labeler.kind).api_key for labeler in labelers]

    def shift(labeler: Simulated, key: str | None) -> None:
        with Client(client.url, key) as own:
            for lease in own.projects.get(project.id).work(count=CLAIMED_AT_ONCE):
                lease.submit(labeler.answer(lease.item))

    with ThreadPoolExecutor(len(labelers)) as pool:
        for _ in pool.map(shift, labelers, keys):
            pass


def audit(client: Client, project: Project, snapshot: Snapshot, auditor: Simulated, audits: int) -> None:
    """Have items of a snapshot audited; a sixth is left for whoever comes."""
    snapshot.audit(audits)
    key = hire(client, auditor.name, auditor.kind, "reviewer").api_key
    with Client(client.url, key) as own:
        leases = own.projects.get(project.id).work(stage="audit")
        for lease, _ in zip(leases, range(audits - audits // 6), strict=False):
            lease.submit(auditor.answer(lease.item))


def numbered(objects: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Objects with ids that are unique in their document."""
    return [{"id": f"o{number}", **found} for number, found in enumerate(objects, start=1)]
