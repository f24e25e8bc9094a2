"""Projects: labelling efforts, and the way to everything in them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from assay.client.annotation import Annotations, AsyncAnnotations
from assay.client.comment import AsyncComments, Comments
from assay.client.event import Event, Wanted, async_events, events
from assay.client.importing import AsyncImports, Imports
from assay.client.item import AsyncItems, Items
from assay.client.job import JobData
from assay.client.lease import AsyncLease, Lease, async_work, held, work
from assay.client.look import Looks, looks
from assay.client.member import AsyncMembers, Members
from assay.client.ontology import OntologySource, read_ontology_source
from assay.client.paging import async_lines, async_pages, lines, pages
from assay.client.quality import QualityReport, quality
from assay.client.request import Plan, Request, ask, get, path, post, send
from assay.client.resolution import Resolution, read_resolution
from assay.client.review import AsyncReview, Review, async_reviews, reviews
from assay.client.session import AsyncSession, Session
from assay.client.snapshot import AsyncSnapshots, Snapshots
from assay.client.task import AsyncTasks, Tasks
from assay.client.value import read_value


@dataclass(frozen=True, kw_only=True)
class ProjectData:
    """A project as it was read. ``quality`` holds target_accuracy, min_labels, max_labels, gold_rate and
    second_look_rate."""

    id: str
    name: str
    access: str
    quality: Mapping[str, Any]
    lease_seconds: int
    ontology_version: int
    ontology: Mapping[str, Any]
    dataset: str
    created_at: datetime
    blind_review: bool = True


@dataclass(frozen=True, kw_only=True)
class OntologyChange:
    """A new ontology version, and what it means for the labels there are."""

    ontology_version: int
    ontology: Mapping[str, Any]
    migration: Mapping[str, Any]


_read = partial(read_value, ProjectData)


def create(
    name: str,
    ontology: OntologySource,
    access: str | None,
    quality_target: Mapping[str, Any] | None,
    lease_seconds: int | None,
    blind_review: bool | None,
) -> Plan[ProjectData]:
    """Make a project."""
    body: dict[str, Any] = {"name": name, "ontology": read_ontology_source(ontology)}
    given = {
        "access": access,
        "quality": quality_target,
        "lease_seconds": lease_seconds,
        "blind_review": blind_review,
    }
    body |= {key: value for key, value in given.items() if value is not None}
    return _read((yield from ask(post(path("projects"), body))).json())


def find(project: str) -> Plan[ProjectData]:
    """One project."""
    return _read((yield from ask(get(path("projects", project)))).json())


def update(project: str, changes: Mapping[str, Any]) -> Plan[ProjectData]:
    """Change what is mentioned."""
    return _read((yield from ask(send("PATCH", path("projects", project), dict(changes)))).json())


def change_ontology(project: str, ontology: OntologySource) -> Plan[OntologyChange]:
    """Give it a new ontology version."""
    document = read_ontology_source(ontology)
    answer = yield from ask(send("PUT", path("projects", project, "ontology"), document))
    return read_value(OntologyChange, answer.json())


def preview_ontology(project: str, ontology: OntologySource) -> Plan[OntologyChange]:
    """What a new ontology version would mean."""
    document = read_ontology_source(ontology)
    request = send("PUT", path("projects", project, "ontology"), document)
    answer = yield from ask(replace(request, params={"dry_run": "true"}))
    return read_value(OntologyChange, answer.json())


def delete(project: str) -> Plan[None]:
    """Hide a project."""
    yield from ask(Request(method="DELETE", path=path("projects", project)))


class Project:
    """A labelling effort."""

    def __init__(self, session: Session, data: ProjectData) -> None:
        self._session = session
        self.data = data
        self.id = data.id
        self.name = data.name
        self.items = Items(session, data.id, lambda: self.data.ontology["fields"])
        self.annotations = Annotations(session, data.id)
        self.comments = Comments(session, data.id)
        self.imports = Imports(session, data.id)
        self.members = Members(session, data.id)
        self.snapshots = Snapshots(session, data.id)
        self.tasks = Tasks(session, data.id)

    def work(self, *, count: int = 1, wait: bool = False, stage: str = "label") -> Iterator[Lease]:
        """Leases one after another, ``count`` claimed at a time, until there are none; or it waits for more.

        With the stage ``"audit"``, items that were drawn for a snapshot's certificate, for reviewers. Leases
        that were claimed and not yet handed out are given back when the loop is left.
        """
        return work(self._session, self.id, count, wait, stage)

    def leases(self) -> list[Lease]:
        """The leases you hold now: what another run of yours left, for example."""
        return [Lease(self._session, data) for data in self._session.run(held(self.id))]

    def review(self, count: int = 1, *, task: str | None = None) -> Iterator[Review]:
        """Up to ``count`` tasks to review, the least sure first, or the one ``task``; never your own work."""
        return reviews(self._session, self.id, count, task)

    def looks(self, limit: int = 50) -> Looks:
        """The tasks most worth an expert's look, most valuable first, 200 at most."""
        return self._session.run(looks(self.id, limit))

    def resolutions(
        self, *, state: str | None = None, gold: bool | None = None, min_probability: float | None = None
    ) -> Iterator[Resolution]:
        """Every current best answer, as a stream.

        Objects less probable than ``min_probability`` (0.5 unless given) are left out.
        """
        at = path("projects", self.id, "resolutions")
        return lines(
            self._session, at, read_resolution, state=state, gold=gold, min_probability=min_probability
        )

    def jobs(self) -> Iterator[JobData]:
        """What runs and ran in the background here, oldest first."""
        return pages(self._session, path("projects", self.id, "jobs"), partial(read_value, JobData))

    def events(
        self,
        *,
        kinds: Sequence[str] = (),
        cursor: str | None = None,
        since: str = "start",
        follow: bool = True,
    ) -> Iterator[Event]:
        """As :meth:`Client.events`, of this project."""
        wanted = Wanted(project=self.id, kinds=kinds, cursor=cursor, since=since)
        return events(self._session, wanted, follow=follow)

    def quality(self) -> QualityReport:
        """How right the labels are, who gave them, what is still to come."""
        return self._session.run(quality(self.id))

    def update(self, **changes: Any) -> None:
        """Change ``name``, ``access``, ``quality``, ``lease_seconds`` or ``blind_review``; the rest stays."""
        self.data = self._session.run(update(self.id, changes))
        self.name = self.data.name

    def change_ontology(self, ontology: OntologySource) -> OntologyChange:
        """Give it a new ontology version. Labels stay under the version they were given for."""
        change = self._session.run(change_ontology(self.id, ontology))
        self.data = self._session.run(find(self.id))
        return change

    def preview_ontology(self, ontology: OntologySource) -> OntologyChange:
        """What :meth:`change_ontology` would answer now, without a change."""
        return self._session.run(preview_ontology(self.id, ontology))

    def delete(self) -> None:
        """Hide it; its work is kept for thirty days."""
        self._session.run(delete(self.id))

    def __repr__(self) -> str:
        return f"Project(id={self.id!r}, name={self.name!r})"


class AsyncProject:
    """A labelling effort, on an event loop."""

    def __init__(self, session: AsyncSession, data: ProjectData) -> None:
        self._session = session
        self.data = data
        self.id = data.id
        self.name = data.name
        self.items = AsyncItems(session, data.id, lambda: self.data.ontology["fields"])
        self.annotations = AsyncAnnotations(session, data.id)
        self.comments = AsyncComments(session, data.id)
        self.imports = AsyncImports(session, data.id)
        self.members = AsyncMembers(session, data.id)
        self.snapshots = AsyncSnapshots(session, data.id)
        self.tasks = AsyncTasks(session, data.id)

    def work(self, *, count: int = 1, wait: bool = False, stage: str = "label") -> AsyncIterator[AsyncLease]:
        """As :meth:`Project.work`."""
        return async_work(self._session, self.id, count, wait, stage)

    async def leases(self) -> list[AsyncLease]:
        """The leases you hold now: what another run of yours left, for example."""
        return [AsyncLease(self._session, data) for data in await self._session.run(held(self.id))]

    def review(self, count: int = 1, *, task: str | None = None) -> AsyncIterator[AsyncReview]:
        """As :meth:`Project.review`."""
        return async_reviews(self._session, self.id, count, task)

    async def looks(self, limit: int = 50) -> Looks:
        """As :meth:`Project.looks`."""
        return await self._session.run(looks(self.id, limit))

    def resolutions(
        self, *, state: str | None = None, gold: bool | None = None, min_probability: float | None = None
    ) -> AsyncIterator[Resolution]:
        """As :meth:`Project.resolutions`."""
        at = path("projects", self.id, "resolutions")
        return async_lines(
            self._session, at, read_resolution, state=state, gold=gold, min_probability=min_probability
        )

    def jobs(self) -> AsyncIterator[JobData]:
        """What runs and ran in the background here, oldest first."""
        return async_pages(self._session, path("projects", self.id, "jobs"), partial(read_value, JobData))

    def events(
        self,
        *,
        kinds: Sequence[str] = (),
        cursor: str | None = None,
        since: str = "start",
        follow: bool = True,
    ) -> AsyncIterator[Event]:
        """As :meth:`Client.events`, of this project."""
        wanted = Wanted(project=self.id, kinds=kinds, cursor=cursor, since=since)
        return async_events(self._session, wanted, follow=follow)

    async def quality(self) -> QualityReport:
        """How right the labels are, who gave them, what is still to come."""
        return await self._session.run(quality(self.id))

    async def update(self, **changes: Any) -> None:
        """Change ``name``, ``access``, ``quality``, ``lease_seconds`` or ``blind_review``; the rest stays."""
        self.data = await self._session.run(update(self.id, changes))
        self.name = self.data.name

    async def change_ontology(self, ontology: OntologySource) -> OntologyChange:
        """Give it a new ontology version. Labels stay under the version they were given for."""
        change = await self._session.run(change_ontology(self.id, ontology))
        self.data = await self._session.run(find(self.id))
        return change

    async def preview_ontology(self, ontology: OntologySource) -> OntologyChange:
        """What :meth:`change_ontology` would answer now, without a change."""
        return await self._session.run(preview_ontology(self.id, ontology))

    async def delete(self) -> None:
        """Hide it; its work is kept for thirty days."""
        await self._session.run(delete(self.id))

    def __repr__(self) -> str:
        return f"AsyncProject(id={self.id!r}, name={self.name!r})"


class Projects:
    """``client.projects``"""

    def __init__(self, session: Session) -> None:
        self._session = session

    def create(
        self,
        name: str,
        ontology: OntologySource,
        *,
        access: str | None = None,
        quality: Mapping[str, Any] | None = None,
        lease_seconds: int | None = None,
        blind_review: bool | None = None,
    ) -> Project:
        """Make a project. ``ontology`` is the document, or the path of a YAML or JSON file that holds it."""
        data = self._session.run(create(name, ontology, access, quality, lease_seconds, blind_review))
        return Project(self._session, data)

    def get(self, project: str) -> Project:
        """One project, by id."""
        return Project(self._session, self._session.run(find(project)))

    def list(self) -> Iterator[Project]:
        """The projects you may see, oldest first."""
        return (Project(self._session, data) for data in pages(self._session, path("projects"), _read))


class AsyncProjects:
    """``client.projects`` on an event loop."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def create(
        self,
        name: str,
        ontology: OntologySource,
        *,
        access: str | None = None,
        quality: Mapping[str, Any] | None = None,
        lease_seconds: int | None = None,
        blind_review: bool | None = None,
    ) -> AsyncProject:
        """As :meth:`Projects.create`."""
        data = await self._session.run(create(name, ontology, access, quality, lease_seconds, blind_review))
        return AsyncProject(self._session, data)

    async def get(self, project: str) -> AsyncProject:
        """One project, by id."""
        return AsyncProject(self._session, await self._session.run(find(project)))

    async def list(self) -> AsyncIterator[AsyncProject]:
        """The projects you may see, oldest first."""
        async for data in async_pages(self._session, path("projects"), _read):
            yield AsyncProject(self._session, data)
