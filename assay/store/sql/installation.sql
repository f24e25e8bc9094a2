-- name: owner_statement
-- The statement that makes the role that owns the embedded database, or gives it its password. It may make the
-- server's roles and is no superuser.
SELECT format(
    '%s ROLE assay_owner LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB CREATEROLE PASSWORD %L',
    CASE WHEN EXISTS (SELECT FROM pg_roles WHERE rolname = 'assay_owner') THEN 'ALTER' ELSE 'CREATE' END,
    $1::text)

-- name: has_database
-- Whether the embedded database was made.
SELECT EXISTS (SELECT FROM pg_database WHERE datname = 'assay')

-- name: create_database
-- The embedded database, its owner's.
CREATE DATABASE assay OWNER assay_owner
