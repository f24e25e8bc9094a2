-- name: lags
-- How far what is done behind requests lies behind, over tables that are short or by the end of those that are long
-- (system role).
SELECT
    (SELECT count(*) FROM lease) AS leases_live,
    (SELECT coalesce(greatest(extract(epoch FROM clock_timestamp() - min(until)), 0), 0) FROM lease)
        AS leases_overdue_seconds,
    (SELECT count(*) FROM merge_due) AS merges_waiting,
    (SELECT coalesce(extract(epoch FROM clock_timestamp() - min(requested_at)), 0) FROM merge_due)
        AS merges_oldest_seconds,
    (SELECT count(*) FROM jobs.procrastinate_jobs WHERE status = 'todo') AS jobs_waiting,
    (SELECT coalesce(extract(epoch FROM clock_timestamp() - min(j.created_at)), 0)
     FROM job j
     WHERE j.state = 'queued') AS jobs_oldest_seconds,
    (SELECT count(*) FROM delivery WHERE state = 'pending') AS deliveries_waiting,
    (SELECT coalesce(greatest(extract(epoch FROM clock_timestamp() - min(next_at)), 0), 0)
     FROM delivery
     WHERE state = 'pending') AS deliveries_overdue_seconds,
    (SELECT count(*) FROM delivery WHERE state = 'dead') AS deliveries_dead,
    (SELECT coalesce(extract(epoch FROM clock_timestamp() - min(f.at)), 0)
     FROM feed f
     WHERE f.xid >= pg_snapshot_xmin(pg_current_snapshot())) AS feed_oldest_unsettled_seconds,
    u.rows AS audit_unsealed,
    u.seconds AS audit_unsealed_seconds
FROM (
    SELECT count(*) AS rows, coalesce(extract(epoch FROM clock_timestamp() - min(a.at)), 0) AS seconds
    FROM (SELECT organization, seq, at FROM audit ORDER BY seq DESC LIMIT 10000) a
    WHERE NOT EXISTS (SELECT FROM audit_seal s WHERE s.organization = a.organization AND s.seq = a.seq)) u
