"""What an upgrade would find in the database."""

from __future__ import annotations

from dataclasses import dataclass

from assay.store.database import Connection
from assay.store.queries import named_queries

_SQL = named_queries("upgrade")


@dataclass(frozen=True, kw_only=True)
class Server:
    """The database as it is before an upgrade."""

    version_num: int
    """PostgreSQL's, such as 180004."""
    version: str
    size_bytes: int
    is_made: bool
    """Whether there is anything of ours in it."""
    oldest_transaction_secs: float


async def server(connection: Connection) -> Server:
    """Look at it, as its owner."""
    (row,) = await connection.fetch(_SQL["server"])
    return Server(**row)
