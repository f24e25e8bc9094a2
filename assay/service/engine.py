"""What every use case shares: the database, ids, clock, randomness, secrets and what may be remembered."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar
from uuid import UUID

from assay.domain.identifier import Identifiers
from assay.egress.fetch import Egress
from assay.labels.schema import Schema, read_schema
from assay.service.feed_watch import FeedWatch
from assay.service.secrets import Secrets
from assay.service.waiting import Waits
from assay.store import project as project_store
from assay.store.blob import BlobStore
from assay.store.database import Connection, Database
from assay.store.probe import Probe
from assay.store.reference import References

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

MAX_HELD = 16
"""So many of a labeler's leases are looked up one by one: one kept for long costs the others nothing."""


class Remembered(Generic[K, V]):
    """A bounded map that forgets what was used longest ago. Soft state: losing it costs a read, never an
    answer."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: OrderedDict[K, V] = OrderedDict()

    def get(self, key: K) -> V | None:
        """The value, made recent; ``None`` when it was forgotten."""
        if key not in self._values:
            return None
        self._values.move_to_end(key)
        return self._values[key]

    def put(self, key: K, value: V) -> None:
        """Remember a value."""
        self._values[key] = value
        self._values.move_to_end(key)
        if len(self._values) > self._most:
            self._values.popitem(last=False)

    def forget(self, key: K) -> None:
        """Forget a value, if it is there."""
        self._values.pop(key, None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Leased:
    """What a submit is checked against: remembered from the claim, so that a submit is one round trip."""

    project: UUID
    stage: str
    ontology_version: int
    fields: dict[str, Any]
    facts: dict[str, Any] | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Marks:
    """Where a labeler's next claim in a project may begin to look; exact as far as it goes."""

    slots: Mapping[int, int] = field(default_factory=dict)
    """The last ready slot taken, by rank."""
    fences: tuple[int, ...] = ()
    """Fences of the leases that the labeler may still hold, ascending."""
    newest: int = 0
    """Any other lease the labeler holds has a fence above this."""

    @property
    def held(self) -> tuple[int, ...]:
        """The oldest fences, to be looked up one by one."""
        return self.fences[:MAX_HELD]

    @property
    def after(self) -> int:
        """All other leases have a fence above this."""
        return self.fences[MAX_HELD] - 1 if len(self.fences) > MAX_HELD else self.newest

    def granted(self, slots: Mapping[int, int], fences: Sequence[int]) -> Marks:
        """The marks after a claim that took ``slots`` and left the labeler with leases of these fences."""
        return Marks(
            slots=dict(sorted({**self.slots, **slots}.items())),
            fences=tuple(sorted(fences)),
            newest=max(self.newest, *fences) if fences else self.newest,
        )

    def without(self, fences: Collection[int]) -> Marks:
        """The marks after leases of these fences were used up."""
        return replace(self, fences=tuple(fence for fence in self.fences if fence not in fences))


@dataclass(frozen=True, kw_only=True)
class Engine:
    """The composition root makes one for each process."""

    database: Database
    blobs: BlobStore
    probe: Probe
    references: References
    ids: Identifiers
    secrets: Secrets
    uniform: Callable[[], float]
    """A random number in [0, 1)."""
    random_bytes: Callable[[int], bytes]
    monotonic: Callable[[], float]
    """Seconds that never run backwards; only for how long something may be remembered."""
    address: str
    """Where this server is reached, such as http://127.0.0.1:8080."""
    egress: Egress
    """The only door out."""
    feed_watch: FeedWatch
    requests_per_minute: int = 6_000
    """What one key may ask for in one process, work aside."""
    event_days: int = 90
    """So long events are kept."""
    waits: Waits = field(default_factory=Waits)
    """Who waits for tasks to be decided."""
    schemas: Remembered[tuple[UUID, int], Schema] = field(default_factory=lambda: Remembered(1000))
    leased: Remembered[tuple[UUID, UUID], Leased] = field(default_factory=lambda: Remembered(50_000))
    marks: Remembered[tuple[UUID, UUID], Marks] = field(default_factory=lambda: Remembered(50_000))

    async def schema(self, tx: Connection, organization: UUID, project: UUID, version: int) -> Schema:
        """One version of a project's ontology, ready for use. Versions never change, so they are
        remembered."""
        known = self.schemas.get((project, version))
        if known is None:
            document: Any = await project_store.ontology(tx, organization, project, version)
            known = read_schema(document)
            self.schemas.put((project, version), known)
        return known
