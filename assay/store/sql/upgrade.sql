-- name: server
-- Which PostgreSQL it is, how large the database is, and how long its oldest transaction runs, as far as we may see.
SELECT current_setting('server_version_num')::integer AS version_num,
       current_setting('server_version') AS version,
       pg_database_size(current_database()) AS size_bytes,
       to_regclass('schema_migration') IS NOT NULL AS is_made,
       coalesce((
           SELECT max(extract(epoch FROM clock_timestamp() - a.xact_start))
           FROM pg_stat_activity a
           WHERE a.datname = current_database()
             AND a.pid <> pg_backend_pid()), 0)::double precision AS oldest_transaction_secs
