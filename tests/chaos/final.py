"""What is in the database when all is over, read past every link and every policy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.rows import dict_row

Row = dict[str, Any]

# What was never published was never acknowledged: its import may still end.
TASKS = """
    SELECT t.id::text, t.state, t.wanted, t.given
    FROM task t JOIN import m ON m.organization = t.organization AND m.id = t.import AND m.state = 'published'
    WHERE NOT t.gold
"""
ANNOTATIONS = """
    SELECT id::text, task::text, slot, fence, labeler::text, label, counted, claimed_at, created_at
    FROM annotation
"""
# One row for each time a slot was lent: when, until when, and how it ended.
LOANS = """
    SELECT task::text, slot, fence, id::text AS lease, labeler::text, claimed_at,
           NULL::timestamptz AS ended_at, 'live' AS reason
    FROM lease WHERE stage = 'label'
    UNION ALL
    SELECT task::text, slot, fence, id::text, labeler::text, claimed_at, ended_at, reason
    FROM ended_lease WHERE stage = 'label'
    UNION ALL
    SELECT a.task::text, a.slot, a.fence, a.id::text, a.labeler::text, a.claimed_at, a.created_at, 'submitted'
    FROM annotation a
    WHERE a.claimed_at IS NOT NULL
      AND NOT EXISTS (SELECT FROM ended_lease e WHERE e.organization = a.organization AND e.id = a.id)
"""
AUDITED = "SELECT subject::text, count(*) AS times FROM audit WHERE action = 'lease.submit' GROUP BY subject"
TOLD = """
    SELECT body ->> 'annotation' AS annotation, count(*) AS times
    FROM feed WHERE kind = 'annotation.submitted' GROUP BY 1
"""
SLOTS = "SELECT task::text, slot FROM ready_slot"

# What each webhook is to be told: every event since it was made of a kind it asked for.
EVENTS = """
    SELECT w.id::text AS webhook, f.seq, f.kind, f.subject::text
    FROM webhook w JOIN feed f ON f.organization = w.organization AND f.kind = ANY (w.kinds)
"""
DELIVERIES = "SELECT webhook::text, seq, state, attempts, status, error, next_at FROM delivery"


@dataclass(frozen=True, kw_only=True)
class Final:
    """The end state, and the lease time it was reached with."""

    lease_secs: int
    tasks: dict[str, Row]
    annotations: dict[str, Row]
    loans: list[Row]
    audited: dict[str, int]
    told: dict[str, int]
    slots: list[Row]
    events: list[Row]
    deliveries: dict[tuple[str, int], Row]


def read_final(dsn: str, lease_secs: int) -> Final:
    """Read everything in one snapshot."""
    with psycopg.connect(dsn, row_factory=dict_row) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")

        def rows(query: str) -> list[Row]:
            return connection.execute(query).fetchall()  # type: ignore[call-overload,no-any-return]

        return Final(
            lease_secs=lease_secs,
            tasks={row["id"]: row for row in rows(TASKS)},
            annotations={row["id"]: row for row in rows(ANNOTATIONS)},
            loans=rows(LOANS),
            audited={row["subject"]: row["times"] for row in rows(AUDITED)},
            told={row["annotation"]: row["times"] for row in rows(TOLD)},
            slots=rows(SLOTS),
            events=rows(EVENTS),
            deliveries={(row["webhook"], row["seq"]): row for row in rows(DELIVERIES)},
        )
