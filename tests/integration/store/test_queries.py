"""SQL is sound before it runs: queries prepare, tables are walled, migrations take no long lock."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from importlib.resources import files

import asyncpg
import pytest

from assay.store.database import Database
from assay.store.migration_lint import lock_faults, locked_tables
from assay.store.migrations import APP_ROLE, SYSTEM_ROLE, Migration, functions, migrate, migrations, role_dsn
from assay.store.queries import named_queries

NOUNS = sorted(
    path.name.removesuffix(".sql") for path in (files("assay.store") / "sql").iterdir() if path.is_file()
)
OWN_BOOKKEEPING = frozenset({"schema_migration"})
"""The migrations' record: no role of the server is given anything in it."""


@pytest.fixture
async def owner(database_dsn: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(database_dsn)
    yield connection
    await connection.close()


async def test_every_named_query_prepares_and_says_what_it_is_for(owner: asyncpg.Connection) -> None:
    prepared = 0
    for noun in NOUNS:
        for name, query in named_queries(noun).items():
            assert re.match(r"-- [A-Z].*", query), f"{noun}.{name} has no purpose"
            if (noun, name) != (
                "migration",
                "job_schema",
            ):  # several statements; every migrated database ran it
                await owner.prepare(query)
            prepared += 1
    assert prepared > 100


async def test_every_query_is_used() -> None:
    code = "\n".join(
        path.read_text()
        for folder in ("store", "service", "worker")
        for path in (files("assay") / folder).iterdir()
        if path.name.endswith(".py")
    )
    unused = [f"{noun}.{name}" for noun in NOUNS for name in named_queries(noun) if f'"{name}"' not in code]
    assert unused == []


async def test_every_table_is_forced_under_row_level_security(owner: asyncpg.Connection) -> None:
    rows = await owner.fetch(
        "SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity AS forced, "
        "EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid) AS policy "
        "FROM pg_class c WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace"
    )
    walled = {row["relname"] for row in rows if row["forced"] and row["policy"]}
    assert {row["relname"] for row in rows} - walled == OWN_BOOKKEEPING
    assert len(walled) > 30
    for table in OWN_BOOKKEEPING:
        for role in (APP_ROLE, SYSTEM_ROLE):
            assert not await owner.fetchval(
                "SELECT has_table_privilege($1, $2, 'SELECT, INSERT, UPDATE, DELETE')", role, table
            )


async def test_a_tenants_policy_compares_the_organisation_and_nothing_else(owner: asyncpg.Connection) -> None:
    rows = await owner.fetch(
        "SELECT tablename, qual, with_check FROM pg_policies WHERE roles = ARRAY[$1::name]", APP_ROLE
    )
    for row in rows:
        column = "id" if row["tablename"] == "organization" else "organization"
        assert row["qual"] == f"({column} = current_organization())", row
        assert row["with_check"] is None


async def test_the_servers_roles_own_nothing_and_get_round_nothing(owner: asyncpg.Connection) -> None:
    for role in (APP_ROLE, SYSTEM_ROLE):
        told = await owner.fetchrow("SELECT * FROM pg_roles WHERE rolname = $1", role)
        assert told is not None
        for power in ("rolsuper", "rolbypassrls", "rolcreatedb", "rolcreaterole", "rolreplication"):
            assert told[power] is False, (role, power)
        owned = await owner.fetchval("SELECT count(*) FROM pg_class WHERE relowner = $1", told["oid"])
        assert owned == 0
        memberships = await owner.fetchval(
            "SELECT count(*) FROM pg_auth_members WHERE member = $1", told["oid"]
        )
        assert memberships == 0


async def test_only_the_job_library_is_reached_with_its_owners_rights(owner: asyncpg.Connection) -> None:
    rows = await owner.fetch(
        "SELECT proname, proconfig FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace"
    )
    assert [row["proname"] for row in rows] == ["assay_defer_job"]
    assert any("search_path" in setting for setting in rows[0]["proconfig"])


async def test_migrating_again_changes_nothing(database_dsn: str, role_password: str) -> None:
    assert await migrate(database_dsn, role_password=role_password) == []


async def test_a_server_reaches_its_database_as_its_roles(database: Database) -> None:
    async with database.system() as tx:
        assert await tx.fetchval("SELECT current_user") == SYSTEM_ROLE
    async with database.system() as tx:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await tx.fetch("SELECT * FROM item")


async def test_a_role_without_its_password_is_turned_away(database_dsn: str) -> None:
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(role_dsn(database_dsn, APP_ROLE, "guessed"))


def test_migrations_hold_nobody_up() -> None:
    earlier = ""
    for migration in migrations():
        assert lock_faults(earlier, migration) == [], migration.name
        assert re.fullmatch(r"\d{4}_[a-z_]+\.sql", migration.name)
        earlier += migration.sql
    numbers = [int(migration.name[:4]) for migration in migrations()]
    assert numbers == sorted(set(numbers))


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE INDEX late ON task (state)",
        "CREATE UNIQUE INDEX late ON task (state)",
        "ALTER TABLE task ADD COLUMN noise double precision DEFAULT random()",
        "ALTER TABLE task ADD COLUMN told text NOT NULL",
        "ALTER TABLE task RENAME COLUMN state TO status",
        "ALTER TABLE task RENAME TO job",
        "ALTER TABLE task ALTER COLUMN given TYPE bigint",
        "ALTER TABLE task DROP COLUMN given",
        "ALTER TABLE task ALTER COLUMN confidence SET NOT NULL",
        "ALTER TABLE task ADD CONSTRAINT sane CHECK (given >= 0)",
        "ALTER TABLE task ADD FOREIGN KEY (item) REFERENCES item",
        "ALTER TABLE task ADD UNIQUE (item)",
        "DROP TABLE task",
        "TRUNCATE task",
    ],
)
def test_the_linter_finds_what_holds_people_up(statement: str) -> None:
    assert lock_faults("CREATE TABLE task (x int);", Migration(name="0009_late.sql", sql=statement + ";"))


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE INDEX CONCURRENTLY late ON task (state)",
        "CREATE TABLE fresh (x int); CREATE INDEX ON fresh (x)",
        "ALTER TABLE task ADD COLUMN note text",
        "ALTER TABLE task ADD COLUMN calm boolean NOT NULL DEFAULT false",
        "ALTER TABLE task ADD CONSTRAINT sane CHECK (given >= 0) NOT VALID",
        "ALTER TABLE task ADD PRIMARY KEY USING INDEX task_key",
    ],
)
def test_the_linter_lets_the_rest_pass(statement: str) -> None:
    assert (
        lock_faults("CREATE TABLE task (x int);", Migration(name="0009_late.sql", sql=statement + ";")) == []
    )


def test_the_linter_names_the_tables_that_are_locked() -> None:
    sql = (
        "CREATE TABLE fresh (x int); ALTER TABLE fresh ADD COLUMN y int;"
        "ALTER TABLE task ADD COLUMN note text;"
        "CREATE CONSTRAINT TRIGGER told AFTER UPDATE OF state ON item EXECUTE FUNCTION tell();"
        "CREATE POLICY tenant ON lease USING (true); INSERT INTO task VALUES (1);"
    )
    earlier = "CREATE TABLE task (x int); CREATE TABLE item (x int); CREATE TABLE lease (x int);"
    assert locked_tables(earlier, Migration(name="0009_late.sql", sql=sql)) == ["item", "lease", "task"]


def test_every_function_can_be_replaced_and_none_is_written_twice() -> None:
    made = [
        name for one in functions() for name in re.findall(r"CREATE (?:OR REPLACE )?FUNCTION (\w+)", one.sql)
    ]
    assert len(made) == len(set(made))
    for one in functions():
        assert one.sql.startswith("-- "), f"{one.name} does not say what it is for"
        assert "CREATE FUNCTION" not in one.sql, one.name
