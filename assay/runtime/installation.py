"""One installation while it runs: the folder, the database, the processes, and the order among them."""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import socket
import time
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path

from assay.app import Blueprint, blueprint
from assay.config import Settings
from assay.errors import AssayError, Conflict
from assay.runtime import credentials
from assay.runtime.founding import found
from assay.runtime.preflight import hold_port, listen
from assay.runtime.supervisor import GRACE_SECS, Family, serving_owner
from assay.service.secrets import Secrets
from assay.store import wal_archive
from assay.store.backup import BlobCopies
from assay.store.cluster import Cluster, hold
from assay.store.cluster_owner import Owner, admit, choose_owner
from assay.store.installation import (
    DATABASE,
    OWNER_ROLE,
    bring_up_to_date,
    ensure_database,
    refuse_trust,
)

_log = logging.getLogger("assay")

PORT_PATIENCE_SECS = 5.0
PORT_POLL_SECS = 0.1
DATABASE_PAUSES_SECS = (0.1, 0.5, 1.0, 2.0, 5.0)
COPY_EVERY_SECS = 60.0


class Installation:
    """Starts and ends everything on this machine. Call it from the main thread: its children end with it."""

    def __init__(self, settings: Settings, report: Callable[[str], None]) -> None:
        self._settings = settings
        self._report = report
        self._cluster: Cluster | None = None
        self._master = ""
        self._lock: int | None = None
        self._listening: socket.socket | None = None
        self._held: socket.socket | None = None
        self._family = Family()
        self._keeper: asyncio.Task[None] | None = None
        self._copier: asyncio.Task[None] | None = None
        self._copies: BlobCopies | None = None
        self.address = ""
        self.grpc_address = ""
        self.api_key = ""

    async def start(self) -> str:
        """Start everything; returns a sentence with a link that signs the admin in once.

        Raises Conflict ``datadir.locked``, Invalid ``datadir.unreachable`` or ``config.invalid``, Unavailable
        or StorageFull, each a sentence for the operator.
        """
        await self._take_folder()
        host = self._settings.host
        self._listening = await take_port(lambda: listen(host, self._settings.port))
        self.address = self._settings.address_at(self._listening.getsockname()[1])
        owner = await asyncio.to_thread(serving_owner, self._settings.data, self._report)
        self._held = await take_port(lambda: hold_port(host, self._settings.grpc_port, owner))
        self.grpc_address = self._settings.grpc_address_at(self._held.getsockname()[1])
        await self._family.spawn(
            owner,
            home=self._settings.data,
            listening=self._listening,
            apis=self._settings.processes,
            workers=1,
        )
        owner_dsn = await self._start_database()
        await bring_up_to_date(owner_dsn, credentials.role_password(self._master))
        if self._cluster is None:
            await refuse_trust(owner_dsn, secrets.token_urlsafe())
        await asyncio.to_thread(prepare_blobs, self._settings.blobs, owner)
        if self._cluster is not None and self._settings.backups and "://" not in self._settings.blobs:
            blobs = Path(self._settings.blobs)
            self._copies = BlobCopies(blobs, self._settings.backups / "blobs", now_ns=time.time_ns)
            self._copier = asyncio.create_task(self._copy_blobs(self._copies))
        plan = self._plan(owner_dsn)
        await self._family.instruct(plan)
        founded = await found(plan)
        self.api_key = founded.api_key
        await self._family.started()
        credentials.write_credentials(self._settings.data, self.address, self.grpc_address, self.api_key)
        self._family.ready()
        return founded.link(self.address)

    async def load_demo(self) -> None:
        """Begin to load the sample projects; they appear while the server is in use."""
        if find_spec("assay.demo") is None:
            self._report("no demo is installed")
            return
        await self._family.run_once(
            "assay.runtime.demo_process", {"url": self.address, "api_key": self.api_key}
        )

    async def close(self, *, at_once: bool = False) -> None:
        """End everything: requests first, the database last. ``at_once`` waits for nothing."""
        for task in (self._keeper, self._copier):
            if task is not None:
                task.cancel()
        if self._listening is not None:
            credentials.remove_credentials(self._settings.data)
            self._listening.close()
        if self._held is not None:
            self._held.close()
        await self._family.stop(grace_secs=0.0 if at_once else GRACE_SECS)
        if self._copies is not None and not at_once:
            await asyncio.to_thread(copy_or_tell, self._copies)  # what came since the last look
        if self._cluster is not None:
            await self._cluster.stop("immediate" if at_once else "fast")
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    async def _take_folder(self) -> None:
        """Be alone here, or refuse before anything else is touched."""
        lock = await asyncio.to_thread(hold, self._settings.data)
        if self._settings.database_url is not None:
            self._lock = lock
            await asyncio.to_thread(admit, self._settings.data, choose_owner(self._settings.data / "pg"))
        else:
            archive = await asyncio.to_thread(self._archive)
            os.close(lock)  # the cluster takes it again, and holds it
            self._cluster = Cluster(self._settings.data, report=self._report, settings=archive)
        credentials.remove_credentials(self._settings.data)

    def _archive(self) -> Mapping[str, str]:
        """How the database archives its log, if there is a place for it."""
        home, place = self._settings.data, self._settings.backups
        if place is None:
            wal_archive.end_lineage(home)
            return {}
        owner = choose_owner(home / "pg")
        return wal_archive.archive_settings(
            wal_archive.continue_lineage(home, place, owner, lambda: secrets.token_hex(8))
        )

    def _plan(self, owner_dsn: str) -> Blueprint:
        grpc = "" if self._held is None else self._settings.grpc_listens_at(self._held.getsockname()[1])
        return blueprint(self._settings, self._master, owner_dsn, self.address, grpc=grpc)

    async def _start_database(self) -> str:
        """Start or reach the database; returns its owner's DSN."""
        if self._cluster is not None:
            await self._cluster.start()
        self._master = credentials.master_secret(self._settings, secrets.token_bytes)
        if self._cluster is None:
            return self._settings.database_url or ""
        await ensure_database(self._cluster.dsn(), self._owner_password())
        self._keeper = asyncio.create_task(self._revive_database(self._cluster))
        return self._owner_dsn(self._cluster)

    def _owner_password(self) -> str:
        return Secrets(self._master.encode()).mac("database-owner", b"1").hex()

    def _owner_dsn(self, cluster: Cluster) -> str:
        return cluster.dsn(DATABASE, user=OWNER_ROLE, password=self._owner_password())

    async def _revive_database(self, cluster: Cluster) -> None:
        """Start PostgreSQL again whenever it ends by itself. Meanwhile the API answers 503."""
        while True:
            status = await cluster.wait()
            _log.warning("PostgreSQL ended (status %s); starting it again", status)
            before = cluster.dsn()
            await self._start_again(cluster)
            _log.warning("PostgreSQL runs again")
            if cluster.dsn() != before:  # its socket moved: processes must be told
                await self._family.instruct(self._plan(self._owner_dsn(cluster)))

    async def _copy_blobs(self, copies: BlobCopies) -> None:
        """Bring new bytes to the backup folder each minute, as the log goes there."""
        while True:
            await asyncio.to_thread(copy_or_tell, copies)
            await asyncio.sleep(COPY_EVERY_SECS)

    async def _start_again(self, cluster: Cluster) -> None:
        tries = 0
        while True:
            try:
                await cluster.start()
                return
            except AssayError as error:
                _log.error("PostgreSQL does not start: %s", error)
            await asyncio.sleep(DATABASE_PAUSES_SECS[min(tries, len(DATABASE_PAUSES_SECS) - 1)])
            tries += 1


def copy_or_tell(copies: BlobCopies) -> None:
    """Copy what is new; that the backup folder is away holds nothing up."""
    try:
        for path in copies.look():
            _log.error("blob %s has changed in the store; it is not copied", path)
    except OSError as error:
        _log.error("blobs are not copied to the backup folder: %s", error.strerror)


async def take_port(take: Callable[[], socket.socket]) -> socket.socket:
    """A port; after a crash our own children may hold it for a moment longer."""
    deadline = asyncio.get_running_loop().time() + PORT_PATIENCE_SECS
    while True:
        try:
            return take()
        except Conflict:
            if asyncio.get_running_loop().time() > deadline:
                raise
        await asyncio.sleep(PORT_POLL_SECS)


def prepare_blobs(blobs: str, owner: Owner) -> None:
    """Make a local blob folder, all of it the serving user's."""
    if "://" in blobs:
        return
    folder = Path(blobs)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if os.geteuid() != 0 or folder.stat().st_uid == owner.uid:
        return
    for place, folders, files in os.walk(folder):
        for name in (*folders, *files):
            os.chown(os.path.join(place, name), owner.uid, owner.gid, follow_symlinks=False)
    os.chown(folder, owner.uid, owner.gid)  # last: its owner tells whether the rest was done
