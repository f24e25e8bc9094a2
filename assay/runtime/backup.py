"""``assay backup`` and ``assay restore``: the installation's database, bytes and secrets, as one thing."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import asyncpg

from assay.config import Settings, wrong
from assay.domain.audit import Checkpoint
from assay.domain.backup import UNARCHIVED, Manifest, Restored
from assay.errors import Conflict, Invalid
from assay.runtime import credentials
from assay.runtime.audit import kept_checkpoints
from assay.runtime.psql import command as psql_command
from assay.service import audit as audit_use_case
from assay.service.secrets import Secrets
from assay.store import audit as audit_store
from assay.store import backup as backup_store
from assay.store import migrations, wal_archive
from assay.store import restore as restore_store
from assay.store.blob import BlobStore
from assay.store.cluster import hold, postgres_binaries
from assay.store.cluster_data import is_made
from assay.store.cluster_owner import choose_owner
from assay.store.database import Connection
from assay.store.installation import DATABASE, sentences

Report = Callable[[str], None]
SECRETS = ("postgres-password", "master")
LAST_BACKUP, LAST_RESTORE, RESTORED = "last_backup", "last_verified_restore", "restored"
"""Facts of the installation that ``service/durability.py`` tells."""


async def backup(settings: Settings, report: Report, *, verify: bool, keep: int | None) -> Manifest:
    """Copy the running installation to its backup folder; with ``verify`` restore that copy aside and look.

    ``keep`` deletes older backups of this database beyond so many, and the log that none of the rest needs.
    Raises ``Invalid`` (``backup.external``, ``config.invalid``), ``Unavailable``, ``StorageFull``.
    """
    place, master = _place(settings), credentials.master_secret(settings, None)
    os.umask(0o077)
    wal_archive.make_reachable(place, choose_owner(settings.data / "pg"))
    _, variables = psql_command(settings, {})
    connection = await connect_as_superuser(variables)
    try:
        manifest = await _take(settings, place, variables, connection, master)
        await backup_store.keep_fact(connection, LAST_BACKUP, _told(manifest))
        report(f"{manifest.backup} is in {place / manifest.lineage / 'base'}")
        if verify:
            restored = await rehearse(settings, report, manifest)
            said = _said(restored, (await backup_store.now(connection))[0])
            await backup_store.keep_fact(connection, LAST_RESTORE, said)
    finally:
        await connection.close()
    if keep is not None:
        await asyncio.to_thread(_forget, place, manifest, keep, report)
    return manifest


async def _take(
    settings: Settings, place: Path, variables: dict[str, str], connection: Any, master: str
) -> Manifest:
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        began_at, postgresql = await backup_store.now(connection)
        rows = await backup_store.count_rows(connection)
        heads = await audit_store.heads(connection, not_kept=False)
        applied = sorted(await migrations.applied(connection))
    lineage = wal_archive.lineage_of(settings.data) or UNARCHIVED
    name = f"{began_at:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"
    stage = place / lineage / "base" / f"{name}.tmp"
    try:
        log = await backup_store.base_backup(postgres_binaries(), variables, stage)
        ended_at, _ = await backup_store.now(connection)
        # After the database: what it refers to was there before it did.
        damaged, copied = await asyncio.to_thread(_copy_blobs, settings.blobs, place / "blobs")
        for secret in SECRETS:
            if (settings.data / "secrets" / secret).exists():
                shutil.copyfile(settings.data / "secrets" / secret, stage / secret)
        manifest = Manifest(
            backup=name,
            lineage=lineage,
            began_at=began_at,
            ended_at=ended_at,
            version=version("assay"),
            postgresql=postgresql,
            timeline=log.timeline,
            start=log.start,
            stop=log.stop,
            secret=fingerprint(master),
            migrations=applied,
            rows=rows,
            checkpoints=[
                json.loads(head.checkpoint(organization).to_json()) for organization, head in heads.items()
            ],
            files=await asyncio.to_thread(backup_store.hashes, stage),
            blobs=settings.blobs,
            copied_blobs=copied,
            damaged_blobs=damaged,
        )
        await asyncio.to_thread(backup_store.seal, stage, manifest)
    except BaseException:
        shutil.rmtree(stage, ignore_errors=True)
        raise
    return manifest


def _copy_blobs(blobs: str, target: Path) -> tuple[list[str], int | None]:
    """What was damaged, and how many there are now; bytes in a bucket stay where they are."""
    if "://" in blobs:
        return [], None
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    damaged = backup_store.copy_blobs(Path(blobs), target)
    return damaged, sum(1 for _ in backup_store.blob_paths(target))


def _forget(place: Path, manifest: Manifest, keep: int, report: Report) -> None:
    found = backup_store.backups(place)
    for folder in backup_store.beyond(found, manifest.lineage, keep):
        backup_store.remove(folder)
        report(f"{folder.name} is deleted")
    oldest = next(each for _, each in backup_store.backups(place) if each.lineage == manifest.lineage)
    wal_archive.prune(place / manifest.lineage / "wal", oldest.start)


async def restore(
    settings: Settings,
    report: Report,
    *,
    name: str | None = None,
    to: datetime | None = None,
    accept_faults: bool = False,
) -> Restored:
    """Make the installation in ``settings.data`` from a backup, as it was at ``to``, and look at it.

    Raises ``Conflict`` (``datadir.taken``) where a database is, ``Invalid`` (``backup.out_of_reach``,
    ``backup.damaged``: unless ``accept_faults``, what is not whole is not kept).
    """
    place, home = _place(settings), settings.data
    os.umask(0o077)
    lock = await asyncio.to_thread(hold, home)
    try:
        if is_made(home / "pg"):
            raise Conflict("datadir.taken", f"{home} holds a database.")
        folder, manifest = await asyncio.to_thread(restore_store.choose, place, name, to)
        master = _secrets(settings, folder, manifest)
        async with restore_store.recovered(place, folder, manifest, home, to=to, report=report) as cluster:
            connection = await asyncpg.connect(cluster.dsn(DATABASE))
            try:
                await asyncio.to_thread(_lay_blobs, settings.blobs, place, await _sealed(connection))
                restored = await _look(connection, settings, manifest, to, settings.blobs)
                said = _said(restored, (await backup_store.now(connection))[0])
                await backup_store.keep_fact(connection, RESTORED, said)
            finally:
                await connection.close()
        _refuse_faults(restored, accept_faults)
        await asyncio.to_thread(_install, settings, folder, master)
        return restored
    finally:
        os.close(lock)


async def rehearse(settings: Settings, report: Report, manifest: Manifest) -> Restored:
    """Restore a backup into a folder that is deleted again, and look whether it is whole."""
    place = _place(settings)
    home = Path(tempfile.mkdtemp(prefix="rehearsal-", dir=place))
    folder = place / manifest.lineage / "base" / manifest.backup
    blobs = settings.blobs if manifest.copied_blobs is None else str(place / "blobs")
    try:
        async with restore_store.recovered(place, folder, manifest, home, to=None, report=report) as cluster:
            connection = await asyncpg.connect(cluster.dsn(DATABASE))
            try:
                restored = await _look(connection, settings, manifest, None, blobs)
            finally:
                await connection.close()
    finally:
        shutil.rmtree(home, ignore_errors=True)
    _refuse_faults(restored, accept=False)
    return restored


async def _look(
    connection: Any, settings: Settings, manifest: Manifest, to: datetime | None, blobs: str
) -> Restored:
    """What a restored database holds, and what of it is not as it should be."""
    rows = await backup_store.count_rows(connection)
    faults = restore_store.row_faults(manifest, rows)
    faults += [f"blob {path} was damaged before the backup" for path in manifest.damaged_blobs]
    checkpoints = [Checkpoint.from_json(json.dumps(each).encode()) for each in manifest.checkpoints]
    faults += await _audit_faults(connection, replace(settings, blobs=blobs), checkpoints)
    store = BlobStore.open(blobs, new_id=lambda: "unused")
    try:
        whole, missing = await restore_store.blob_faults(connection, store, local="://" not in blobs)
    finally:
        await store.aclose()
    return Restored(
        backup=manifest.backup,
        to=to,
        last_commit_at=await restore_store.last_commit_at(connection),
        rows=rows,
        blobs=whole,
        faults=[*faults, *missing],
    )


async def _audit_faults(connection: Any, settings: Settings, checkpoints: Sequence[Checkpoint]) -> list[str]:
    """The audit against its seals, against how it stood when the backup began, and against those kept
    checkpoints that a database of this instant can know of."""
    sealed = await _sealed(connection)
    kept = [
        each
        for each in await kept_checkpoints(settings)
        if each.size <= sealed.get(str(each.organization), 0)
    ]
    faults: list[str] = []
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        for organization in await audit_store.organizations(connection):
            verdict = await audit_use_case.verify(connection, organization, [*checkpoints, *kept])
            faults += [f"audit of {organization}: {fault}" for fault in verdict.faults]
    return faults


async def _sealed(connection: Connection) -> dict[str, int]:
    """How many rows of each organisation's audit are sealed."""
    heads = await audit_store.heads(connection, not_kept=False)
    return {str(organization): head.tree.size for organization, head in heads.items()}


def _lay_blobs(blobs: str, place: Path, sealed: dict[str, int]) -> None:
    """Bring back the bytes, where they lie in a folder."""
    if "://" in blobs or not (place / "blobs").is_dir():
        return
    Path(blobs).mkdir(mode=0o700, parents=True, exist_ok=True)
    backup_store.copy_blobs(place / "blobs", Path(blobs), limits=sealed)


def _secrets(settings: Settings, folder: Path, manifest: Manifest) -> str:
    """The secret of the installation. Raises ``Invalid`` (``config.invalid``) where it is not to be had."""
    given, kept = settings.secret, folder / "master"
    there = settings.data / "secrets" / "master"
    master = given or (kept.read_text().strip() if kept.exists() else None)
    if master is None or fingerprint(master) != manifest.secret:
        raise wrong("ASSAY_SECRET", "must be the secret of the installation that was backed up")
    if given is None and there.exists() and there.read_text().strip() != master:
        raise Invalid("config.invalid", f"{there} is the secret of another installation; move it away.")
    return master


def _install(settings: Settings, folder: Path, master: str) -> None:
    """Secrets first, the database last: whoever finds the database finds what opens it."""
    place = settings.data / "secrets"
    place.mkdir(mode=0o700, exist_ok=True)
    credentials.write_private(place / "postgres-password", (folder / "postgres-password").read_text())
    if settings.secret is None:
        credentials.write_private(place / "master", master)
    wal_archive.end_lineage(settings.data)
    restore_store.install(settings.data)


def _refuse_faults(restored: Restored, accept: bool) -> None:
    if restored.faults and not accept:
        more = f", and {len(restored.faults) - 5} more" if len(restored.faults) > 5 else ""
        raise Invalid(
            "backup.damaged",
            f"{restored.backup} is not whole: {'; '.join(restored.faults[:5])}{more}.",
        )


def fingerprint(master: str) -> str:
    """What tells whether a secret is the same, and nothing else of it."""
    return Secrets(master.encode()).mac("backup-fingerprint", b"1").hex()


def _place(settings: Settings) -> Path:
    """The backup folder. Raises ``Invalid`` (``backup.external``, ``config.invalid``)."""
    if settings.database_url is not None:
        raise Invalid(
            "backup.external",
            "The database of ASSAY_DATABASE_URL belongs to a server that Assay does not run.",
        )
    if settings.backups is None:
        raise wrong("ASSAY_BACKUPS", "names the folder for backups; give it or --backups")
    return settings.backups


async def connect_as_superuser(variables: dict[str, str]) -> Any:
    """The embedded database, where ``psql`` would find it."""
    with sentences():
        return await asyncpg.connect(
            host=variables["PGHOST"],
            port=int(variables["PGPORT"]),
            user=variables["PGUSER"],
            password=variables["PGPASSWORD"],
            database=variables["PGDATABASE"],
        )


def _told(manifest: Manifest) -> str:
    """What the installation remembers of its last backup."""
    return json.dumps(
        {
            "backup": manifest.backup,
            "ended_at": manifest.ended_at.isoformat(),
            "archived": manifest.lineage != UNARCHIVED,
            "damaged_blobs": len(manifest.damaged_blobs),
        }
    )


def _said(restored: Restored, at: datetime) -> str:
    """What the installation remembers of a restore that was looked at."""
    times = {"at": at, "to": restored.to, "last_commit_at": restored.last_commit_at}
    return json.dumps(
        {
            "backup": restored.backup,
            **{name: time and time.isoformat() for name, time in times.items()},
            "rows": dict(restored.rows),
            "blobs": restored.blobs,
            "faults": len(restored.faults),
        }
    )
