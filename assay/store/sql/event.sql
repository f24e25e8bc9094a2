-- name: horizon
-- The feed is complete below this transaction id.
SELECT pg_snapshot_xmin(pg_current_snapshot())::text

-- name: settled_since
-- Organisations with something new since a transaction id, and the one the feed is complete below (system role).
SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS horizon,
       array(
           SELECT DISTINCT f.organization
           FROM feed f
           WHERE f.xid >= $1::text::xid8
             AND f.xid < pg_snapshot_xmin(pg_current_snapshot())
       ) AS organizations

-- name: start
-- The place up to which old events were deleted (system role).
SELECT value ->> 'xid' AS xid, (value ->> 'seq')::bigint AS seq
FROM installation
WHERE key = 'feed_start'

-- name: trim
-- Deletes up to $2 events older than $1 days, the oldest first, and remembers up to where: never what an active
-- webhook has yet to be told, nor what an open transaction may still add to (system role). It begins where it
-- ended before, so that it does not walk what is gone.
WITH start AS (
    SELECT coalesce(max((value ->> 'xid')::xid8), '0'::xid8) AS xid,
           coalesce(max((value ->> 'seq')::bigint), 0) AS seq
    FROM installation
    WHERE key = 'feed_start'
), waits AS (
    SELECT xid, seq
    FROM webhook
    WHERE state = 'active'
    ORDER BY xid, seq
    LIMIT 1
), oldest AS (
    SELECT f.xid, f.seq, f.at < clock_timestamp() - make_interval(days => $1) AS is_old
    FROM feed f
    WHERE (f.xid, f.seq) > (SELECT s.xid, s.seq FROM start s)
      AND f.xid < pg_snapshot_xmin(pg_current_snapshot())
    ORDER BY f.xid, f.seq
    LIMIT $2
), young AS (
    SELECT xid, seq
    FROM oldest
    WHERE NOT is_old
    ORDER BY xid, seq
    LIMIT 1
), gone AS (
    SELECT o.xid, o.seq
    FROM oldest o
    WHERE NOT EXISTS (SELECT FROM young y WHERE (o.xid, o.seq) >= (y.xid, y.seq))
      AND NOT EXISTS (SELECT FROM waits w WHERE (o.xid, o.seq) > (w.xid, w.seq))
), deleted AS (
    DELETE FROM feed f
    USING gone g
    WHERE f.xid = g.xid
      AND f.seq = g.seq
), kept AS (
    INSERT INTO installation AS i (key, value)
    SELECT 'feed_start', jsonb_build_object('xid', g.xid::text, 'seq', g.seq)
    FROM gone g
    ORDER BY g.xid DESC, g.seq DESC
    LIMIT 1
    ON CONFLICT (key) DO UPDATE
    SET value = excluded.value
    WHERE ((excluded.value ->> 'xid')::xid8, (excluded.value ->> 'seq')::bigint)
        > ((i.value ->> 'xid')::xid8, (i.value ->> 'seq')::bigint)
)
SELECT count(*)
FROM gone

-- name: page
-- What happened after a place, below the horizon, in the order that loses no late commit. $7: the reader sees
-- projects for members only; $8 is the reader.
SELECT f.xid::text AS xid, f.seq, f.kind, f.project, f.subject, f.body, f.at
FROM feed f
WHERE f.organization = $1
  AND (f.xid, f.seq) > ($2::text::xid8, $3::bigint)
  AND f.xid < $4::text::xid8
  AND ($5::uuid IS NULL OR f.project = $5)
  AND ($6::text[] IS NULL OR f.kind = ANY ($6))
  AND ($7 OR f.project IS NULL OR EXISTS (
      SELECT FROM project p
      WHERE p.organization = f.organization
        AND p.id = f.project
        AND (p.access = 'organization' OR EXISTS (
            SELECT FROM project_member m
            WHERE m.organization = p.organization AND m.project = p.id AND m.labeler = $8))))
ORDER BY f.xid, f.seq
LIMIT $9
