"""A backup: what is in it, by hashes, and what a restore of it must hold."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

UNARCHIVED = "unarchived"
"""The lineage of a database whose log is not archived: such a backup restores to its own end only."""


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What ``manifest.json`` of a backup says. Times are the database's."""

    backup: str
    """Its name, which sorts by time."""
    lineage: str
    """Whose log goes on from here; see ``assay.store.wal_archive``."""
    began_at: datetime
    ended_at: datetime
    """The earliest instant that this backup can be restored to."""
    version: str
    """Assay's."""
    postgresql: int
    """PostgreSQL's, such as 180004."""
    timeline: int
    start: str
    """Where in the log a restore begins, as PostgreSQL writes places (``0/2000028``)."""
    stop: str
    """Where the backup is whole."""
    secret: str
    """A fingerprint of the installation's secret."""
    migrations: Sequence[str]
    rows: Mapping[str, int]
    """Rows of the tables that only grow, counted before the backup began."""
    checkpoints: Sequence[Mapping[str, Any]]
    """The audit of each organisation at the beginning."""
    files: Mapping[str, str]
    """SHA-256 of each file of the backup."""
    blobs: str
    """Where bytes were kept."""
    copied_blobs: int | None
    """How many of them the backup folder holds now; ``None`` where they lie in a bucket."""
    damaged_blobs: Sequence[str] = field(default_factory=list)
    """Bytes that are no longer what their name says. They were not copied."""

    def to_json(self) -> str:
        """One document."""
        times = {"began_at": self.began_at.isoformat(), "ended_at": self.ended_at.isoformat()}
        return json.dumps({**asdict(self), **times}, indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Manifest:
        """What :meth:`to_json` wrote. Raises ``ValueError`` for anything else."""
        try:
            document = json.loads(text)
            times = {name: datetime.fromisoformat(document[name]) for name in ("began_at", "ended_at")}
            return cls(**{**document, **times})
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError("this is no manifest of a backup") from error


@dataclass(frozen=True, kw_only=True)
class Restored:
    """What a restored database was found to hold."""

    backup: str
    to: datetime | None
    """The instant that was asked for; ``None`` is as far as the log reaches."""
    last_commit_at: datetime | None
    """When the last transaction in it was committed, where the log says so."""
    rows: Mapping[str, int]
    blobs: int
    """Blobs that are there and are what their name says."""
    faults: Sequence[str]
    """What is missing or changed; nothing when the restore is whole."""
