"""What a migration would do to a server that runs: the locks it takes, and those that hold people up."""

from __future__ import annotations

import re

from assay.store.migrations import Migration

LOCKING = (
    (r"ADD COLUMN .*DEFAULT .*\(", "a column with a volatile default rewrites the table"),
    (r"ADD COLUMN .*NOT NULL(?!.*DEFAULT)", "a required column without a default fails where rows are"),
    (r"RENAME", "a renamed column breaks the version that still runs"),
    (r"ALTER COLUMN \w+ (SET DATA )?TYPE", "another type rewrites the table"),
    (r"DROP COLUMN", "a dropped column breaks the version that still runs"),
    (r"SET NOT NULL", "checking every row holds the table; add a CHECK … NOT VALID first"),
    (
        r"ADD (CONSTRAINT \w+ )?(FOREIGN KEY|CHECK)(?!.*NOT VALID)",
        "a constraint is checked; add it NOT VALID",
    ),
    (r"ADD (CONSTRAINT \w+ )?(UNIQUE|PRIMARY KEY)(?!.*USING INDEX)", "a key builds its index under the lock"),
)
_TABLE = re.compile(r"CREATE TABLE (?:IF NOT EXISTS )?(\w+)")
_LOCKED = re.compile(
    r"(?:ALTER TABLE (?:ONLY )?(\w+)"
    r"|CREATE (?:CONSTRAINT )?TRIGGER \w+\s.*?\sON (\w+)"
    r"|CREATE POLICY \w+ ON (\w+))",
    re.DOTALL,
)


def lock_faults(earlier: str, migration: Migration) -> list[str]:
    """What in a migration would hold up a server that runs: locks on tables that are there already.

    ``earlier`` is the text of all migrations before it.
    """
    there = _there(earlier, migration)
    faults = []
    for statement in _statements(migration):
        index = re.match(r"CREATE (?:UNIQUE )?INDEX (CONCURRENTLY )?.*? ON (\w+)", statement, re.DOTALL)
        if index and index[2] in there and not index[1]:
            faults.append(f"an index of {index[2]} is not built CONCURRENTLY")
        table = re.match(r"ALTER TABLE (?:ONLY )?(\w+) (.*)", statement, re.DOTALL)
        if table and table[1] in there:
            faults += [f"{table[1]}: {fault}" for pattern, fault in LOCKING if re.search(pattern, table[2])]
        if re.match(r"(DROP TABLE|TRUNCATE|CLUSTER|VACUUM FULL|LOCK TABLE)", statement):
            faults.append(f"{statement.split(None, 2)[:2]} stops everyone")
    return faults


def locked_tables(earlier: str, migration: Migration) -> list[str]:
    """Tables that are there already and that a migration locks, for an instant where it has no faults."""
    there = _there(earlier, migration)
    found = [
        name
        for statement in _statements(migration)
        if (locked := _LOCKED.match(statement))
        for name in locked.groups()
        if name in there
    ]
    return sorted(set(found))


def _there(earlier: str, migration: Migration) -> set[str]:
    return set(_TABLE.findall(earlier)) - set(_TABLE.findall(_plain(migration)))


def _statements(migration: Migration) -> list[str]:
    return [part.strip() for part in _plain(migration).split(";")]


def _plain(migration: Migration) -> str:
    return re.sub(r"--[^\n]*", "", migration.sql)
