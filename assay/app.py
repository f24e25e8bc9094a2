"""The composition root: the only place where clock, randomness and connections are chosen."""

from __future__ import annotations

import json
import random
import secrets
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit

from assay.config import Settings
from assay.domain.identifier import Identifiers
from assay.egress.fetch import Egress
from assay.egress.policy import Policy
from assay.runtime.credentials import role_password
from assay.service.engine import Engine
from assay.service.feed_watch import FeedWatch
from assay.service.secrets import Secrets
from assay.store.blob import BlobStore
from assay.store.database import Database
from assay.store.migrations import APP_ROLE, SYSTEM_ROLE, role_dsn
from assay.store.mount import Mounts
from assay.store.probe import Probe
from assay.store.reference import References


@dataclass(frozen=True, kw_only=True)
class Blueprint:
    """All that a process needs to make an engine. It holds secrets: it travels by pipe, never by argument."""

    app_dsn: str
    system_dsn: str
    master: str
    """The installation's secret as text."""
    blobs: str
    address: str
    mounts: Mapping[str, str]
    buckets: Sequence[str]
    private_hosts: Sequence[str]
    metrics_bind: str | None
    requests_per_minute: int
    event_days: int
    log: str
    grpc: str = ""
    """HOST:PORT that the API process binds for gRPC."""
    connections: int = 10
    system_connections: int = 3

    def to_json(self) -> str:
        """One line."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, line: str) -> Blueprint:
        """What :meth:`to_json` wrote."""
        return cls(**json.loads(line))


def blueprint(settings: Settings, master: str, owner_dsn: str, address: str, *, grpc: str = "") -> Blueprint:
    """What the processes of one installation are made from."""
    password = role_password(master)
    return Blueprint(
        app_dsn=role_dsn(owner_dsn, APP_ROLE, password),
        system_dsn=role_dsn(owner_dsn, SYSTEM_ROLE, password),
        master=master,
        blobs=settings.blobs,
        address=address,
        mounts=settings.mounts,
        buckets=settings.buckets,
        private_hosts=settings.private_hosts,
        metrics_bind=settings.metrics_bind,
        requests_per_minute=settings.requests_per_minute,
        event_days=settings.event_days,
        log=settings.log,
        grpc=grpc,
    )


@asynccontextmanager
async def open_engine(plan: Blueprint) -> AsyncIterator[Engine]:
    """The engine of one process, and its end."""
    async with AsyncExitStack() as stack:
        new_id = Identifiers(now_ms, secrets.token_bytes)
        blobs = BlobStore.open(plan.blobs, new_id=lambda: new_id.new().hex)
        stack.push_async_callback(blobs.aclose)
        buckets = {url: BlobStore.open(url, new_id=lambda: new_id.new().hex) for url in plan.buckets}
        for bucket in buckets.values():
            stack.push_async_callback(bucket.aclose)
        own = urlsplit(plan.address)
        policy = Policy(private_hosts=frozenset(plan.private_hosts), own_hosts=frozenset({own.netloc}))
        egress = await stack.enter_async_context(Egress(policy))
        probe = await stack.enter_async_context(Probe())
        database = await Database.connect(
            plan.app_dsn, plan.system_dsn, size=plan.connections, system_size=plan.system_connections
        )
        stack.push_async_callback(database.close)
        yield Engine(
            database=database,
            egress=egress,
            feed_watch=FeedWatch(database),
            requests_per_minute=plan.requests_per_minute,
            event_days=plan.event_days,
            blobs=blobs,
            probe=probe,
            references=References(
                blobs=blobs,
                mounts=Mounts({name: Path(folder) for name, folder in plan.mounts.items()}),
                buckets=buckets,
                fetch=egress.open,
                check=egress.policy.check_url,
            ),
            ids=new_id,
            secrets=Secrets(plan.master.encode()),
            uniform=random.SystemRandom().random,
            random_bytes=secrets.token_bytes,
            monotonic=time.monotonic,
            address=plan.address,
        )


def now_ms() -> int:
    """Milliseconds since 1970."""
    return time.time_ns() // 1_000_000
