-- name: lock
-- One migrator at a time.
SELECT pg_advisory_lock($1)

-- name: unlock
-- Lets the next one in.
SELECT pg_advisory_unlock($1)

-- name: guard
-- A migration that cannot get its locks soon gives way to traffic and is tried again by its caller.
SET LOCAL lock_timeout = '2s'

-- name: create_record
-- Where applied files are remembered.
CREATE TABLE IF NOT EXISTS schema_migration (
    name text PRIMARY KEY,
    sha256 text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
)

-- name: applied
-- What has been applied.
SELECT name, sha256
FROM schema_migration

-- name: record
-- Remembers a file; a function file may come again.
INSERT INTO schema_migration (name, sha256)
VALUES ($1, $2)
ON CONFLICT (name) DO UPDATE SET sha256 = excluded.sha256, applied_at = clock_timestamp()

-- name: role_statement
-- The statement that makes a role of the server, or gives it this installation's password. Roles belong to the
-- whole server, not to one database. An owner who is no superuser may not even repeat NOBYPASSRLS.
SELECT format(
    CASE WHEN EXISTS (SELECT FROM pg_roles WHERE rolname = $1)
        THEN 'ALTER ROLE %I LOGIN PASSWORD %L'
        ELSE 'CREATE ROLE %I LOGIN NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD %L'
    END,
    $1::text,
    $2::text)

-- name: job_schema
-- The job library's tables, apart from ours.
CREATE SCHEMA jobs;
SET LOCAL search_path = jobs;
-- the library's schema
SET LOCAL search_path = public;
GRANT USAGE ON SCHEMA jobs TO assay_system;
GRANT ALL ON ALL TABLES IN SCHEMA jobs TO assay_system;
GRANT ALL ON ALL SEQUENCES IN SCHEMA jobs TO assay_system;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA jobs TO assay_system
