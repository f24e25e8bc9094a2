-- name: now
-- What time it is for the database, and which PostgreSQL it is (superuser).
SELECT clock_timestamp() AS at, current_setting('server_version_num')::integer AS version

-- name: rows
-- Rows of the tables that only grow (superuser).
SELECT 'annotation' AS name, count(*) AS rows FROM annotation
UNION ALL
SELECT 'audit', count(*) FROM audit
UNION ALL
SELECT 'audit_seal', count(*) FROM audit_seal
UNION ALL
SELECT 'review', count(*) FROM review

-- name: keep_fact
-- Remembers something of the installation (superuser).
INSERT INTO installation (key, value)
VALUES ($1, $2::text::jsonb)
ON CONFLICT (key) DO UPDATE SET value = excluded.value
