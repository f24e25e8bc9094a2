"""Every kind of event that is written is one that readers are told of."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

from assay.domain.event import START, EventKind, Place
from assay.domain.task import TaskState

REFERENCE = Path(__file__).parents[3] / "docs" / "reference" / "events.md"
NO_NEWS = {TaskState.PROBING, TaskState.RESOLVING}
"""States whose reaching is not told."""


def written_by_sql() -> set[str]:
    """The kinds that statements write into the feed themselves; the trigger's is put together of a state."""
    folder = files("assay.store") / "sql"
    kinds: set[str] = set()
    for part in (folder / "functions", folder / "migrations"):
        for path in part.iterdir():
            for values in re.findall(r"INSERT INTO feed \([^)]*\)\s*VALUES \(([^;]*);", path.read_text()):
                found = re.search(r"'([a-z]+\.[a-z_]*)'( \|\| NEW\.state)?", values)
                assert found, f"{path.name} writes an event whose kind this test cannot read"
                kinds |= (
                    {found[1] + state for state in TaskState if state not in NO_NEWS}
                    if found[2]
                    else {found[1]}
                )
    return kinds


def test_every_kind_that_sql_writes_is_known() -> None:
    assert written_by_sql() <= {kind.value for kind in EventKind}
    assert len(written_by_sql()) == len(EventKind) - len(
        {
            EventKind.IMPORT_PUBLISHED,
            EventKind.TASK_REVIEWED,
            EventKind.SNAPSHOT_AUDITED,
            EventKind.COMMENT_ADDED,
            EventKind.COMMENT_WITHDRAWN,
        }
    )


def test_every_kind_is_in_the_reference() -> None:
    page = REFERENCE.read_text()
    assert [kind for kind in EventKind if f"`{kind}`" not in page] == []


def test_a_place_is_read_as_it_is_written_and_ordered_by_transaction_first() -> None:
    assert Place.parse(str(Place(xid=12, seq=3))) == Place(xid=12, seq=3)
    assert START < Place(xid=1, seq=9) < Place(xid=2, seq=0) < Place(xid=10, seq=0)
