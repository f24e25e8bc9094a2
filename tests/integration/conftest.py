"""What integration tests stand on: a connected database of their own, and an engine over it."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from itertools import count
from pathlib import Path

import pytest
from procrastinate import App, PsycopgConnector

from assay.domain.identifier import Identifiers
from assay.domain.labeler import Principal
from assay.egress.fetch import Egress, system_resolver
from assay.egress.policy import Policy
from assay.service import identity
from assay.service.engine import Engine
from assay.service.feed_watch import FeedWatch
from assay.service.secrets import Secrets
from assay.store.blob import BlobStore
from assay.store.database import Database
from assay.store.migrations import APP_ROLE, SYSTEM_ROLE, role_dsn
from assay.store.mount import Mounts
from assay.store.probe import Probe
from assay.store.reference import References
from assay.worker import jobs

NEW_YEAR_2026_MS = 1_767_225_600_000


@pytest.fixture
async def database(database_dsn: str, role_password: str) -> AsyncIterator[Database]:
    """The test's own database, as the server sees it."""
    dsns = [role_dsn(database_dsn, role, role_password) for role in (APP_ROLE, SYSTEM_ROLE)]
    connected = await Database.connect(*dsns)
    yield connected
    await connected.close()


class Ticks:
    """A clock that moves by one each time it is read, and further when told to."""

    def __init__(self, start: int) -> None:
        self._ticks: Iterator[int] = count(start)
        self._ahead = 0

    def __call__(self) -> int:
        return next(self._ticks) + self._ahead

    def advance(self, by: int) -> None:
        self._ahead += by


async def resolve(host: str, port: int) -> Sequence[str]:
    """``private.example.org`` is a name that somebody pointed at our own machine."""
    return ["127.0.0.1"] if host == "private.example.org" else await system_resolver(host, port)


@pytest.fixture
def buckets() -> Mapping[str, BlobStore]:
    """The buckets that the operator listed: none, unless a test's own fixture says others."""
    return {}


@pytest.fixture
async def engine(
    database: Database, tmp_path: Path, buckets: Mapping[str, BlobStore]
) -> AsyncIterator[Engine]:
    """An engine whose ids, randomness and clock are the same in every run.

    Blobs lie below ``tmp_path``; ``mount:pictures/`` is ``tmp_path / "mounted"``; of private addresses only
    127.0.0.2 may be asked.
    """
    chance = random.Random(20260101)
    blob_number = count(1)
    blobs = BlobStore.open(tmp_path / "blobs", new_id=lambda: f"staged-{next(blob_number)}")
    policy = Policy(private_hosts=frozenset({"127.0.0.2"}), own_hosts=frozenset({"assay.test"}))
    mounted = tmp_path / "mounted"
    mounted.mkdir()
    async with Probe() as probe, Egress(policy, resolve=resolve) as egress:
        yield Engine(
            database=database,
            egress=egress,
            feed_watch=FeedWatch(database),
            blobs=blobs,
            probe=probe,
            references=References(
                blobs=blobs,
                mounts=Mounts({"pictures": mounted}),
                buckets=buckets,
                fetch=egress.open,
                check=policy.check_url,
            ),
            ids=Identifiers(Ticks(NEW_YEAR_2026_MS), chance.randbytes),
            secrets=Secrets(b"the secret of an installation in tests"),
            uniform=chance.random,
            random_bytes=chance.randbytes,
            monotonic=Ticks(0),
            address="http://assay.test",
        )
    await blobs.aclose()


@pytest.fixture
async def work(
    engine: Engine, database_dsn: str, role_password: str
) -> AsyncIterator[Callable[[], Awaitable[None]]]:
    """Does every job that is queued, by the job library's own worker, and those that come of them."""
    connector = PsycopgConnector(
        conninfo=role_dsn(database_dsn, SYSTEM_ROLE, role_password), kwargs={"options": "-c search_path=jobs"}
    )
    app = App(connector=connector)
    jobs.add_tasks(app, engine)

    async def work_off() -> None:
        await app.run_worker_async(wait=False, listen_notify=False, install_signal_handlers=False)

    async with app.open_async():
        yield work_off


@pytest.fixture
async def founded(engine: Engine) -> tuple[Principal, str]:
    """The first organisation's admin, and the admin's API key."""
    return await identity.found_organization(engine, "First")
