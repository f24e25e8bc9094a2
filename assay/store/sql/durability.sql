-- name: settings
-- What a commit of this role rests on.
SELECT clock_timestamp() AS now,
       current_setting('server_version') AS version,
       current_setting('cluster_name') = 'assay' AS is_embedded,
       current_setting('fsync') = 'on' AS fsync,
       current_setting('full_page_writes') = 'on' AS full_page_writes,
       current_setting('synchronous_commit') AS synchronous_commit,
       current_setting('synchronous_standby_names') AS synchronous_standby_names,
       current_setting('data_checksums') = 'on' AS data_checksums,
       current_setting('archive_mode') <> 'off' AS is_archived

-- name: archive
-- How far the log is archived; a segment is 16 MB in a server made with PostgreSQL's default.
SELECT a.last_archived_time,
       a.failed_count,
       coalesce(a.last_failed_time > coalesce(a.last_archived_time, '-infinity'), false) AS is_failing,
       greatest(0, (pg_current_wal_lsn() - '0/0')
           - (('x' || substr(w.name, 9, 8))::bit(32)::bigint * 4294967296
              + (('x' || substr(w.name, 17, 8))::bit(32)::bigint + 1)
              * pg_size_bytes(current_setting('wal_segment_size'))))::bigint AS lag_bytes
FROM pg_stat_archiver a
LEFT JOIN LATERAL (
    SELECT a.last_archived_wal AS name
    WHERE a.last_archived_wal ~ '^[0-9A-F]{24}') w ON true

-- name: audit
-- How far an organisation's audit is sealed. A look behind the newest seal is short, however long the audit is.
SELECT coalesce(h.size, 0) AS sealed,
       coalesce(h.kept, 0) AS checkpoint,
       (SELECT count(*)
        FROM audit a
        WHERE a.organization = $1
          AND a.seq > coalesce((SELECT max(s.seq) FROM audit_seal s WHERE s.organization = $1), 0)) AS waiting
FROM (SELECT) one
LEFT JOIN audit_head h ON h.organization = $1

-- name: facts
-- What the installation remembers of its backups (system role).
SELECT key, value::text AS value
FROM installation
WHERE key IN ('last_backup', 'last_verified_restore', 'restored')
