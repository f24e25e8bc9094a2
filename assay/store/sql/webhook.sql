-- name: insert
-- An address that is told of what happens from now on.
INSERT INTO webhook (organization, id, url, project, kinds)
VALUES ($1, $2, $3, $4, $5)
RETURNING *

-- name: find
-- One webhook.
SELECT *
FROM webhook
WHERE organization = $1
  AND id = $2

-- name: page
-- Webhooks after an id.
SELECT *
FROM webhook
WHERE organization = $1
  AND id > $2
ORDER BY id
LIMIT $3

-- name: update
-- Changes a webhook. One that becomes active is told of what happens from now on.
UPDATE webhook
SET url = $3,
    kinds = $4,
    state = $5,
    reason = CASE WHEN $5 = 'disabled' THEN coalesce(reason, 'by hand') END,
    xid = CASE
        WHEN state = 'disabled' AND $5 = 'active' THEN greatest(xid, pg_snapshot_xmin(pg_current_snapshot()))
        ELSE xid
    END
WHERE organization = $1
  AND id = $2
RETURNING *

-- name: rotate
-- The next secret; the one before it signs too for a while.
UPDATE webhook
SET secret_version = secret_version + 1,
    previous_until = clock_timestamp() + make_interval(secs => $3)
WHERE organization = $1
  AND id = $2
RETURNING *

-- name: delete
-- Forgets a webhook and its deliveries.
DELETE FROM webhook
WHERE organization = $1
  AND id = $2
RETURNING id

-- name: disable
-- The receiver wants no more (410): the webhook ends, and the audit knows.
WITH ended AS (
    UPDATE webhook
    SET state = 'disabled',
        reason = $3
    WHERE organization = $1
      AND id = $2
      AND state = 'active'
    RETURNING organization, id
)
INSERT INTO audit (organization, action, subject, detail)
SELECT organization, 'webhook.disable', id, jsonb_build_object('reason', $3::text)
FROM ended

-- name: active
-- The active webhooks of those who have one (system role).
SELECT organization, id
FROM webhook
WHERE state = 'active'
  AND ($1::uuid[] IS NULL OR organization = ANY ($1))
ORDER BY organization, id

-- name: lay
-- Deliveries of what was settled since the webhook's place, which moves on. The rows of the feed are those this
-- statement sees whole: below the oldest transaction that still runs. Answers how many events it passed.
WITH hook AS (
    SELECT organization, id, project, kinds, xid, seq
    FROM webhook
    WHERE organization = $1
      AND id = $2
      AND state = 'active'
    FOR UPDATE
), news AS (
    SELECT h.id AS webhook, f.*
    FROM hook h
    JOIN feed f ON f.organization = h.organization
    WHERE (f.xid, f.seq) > (h.xid, h.seq)
      AND f.xid < pg_snapshot_xmin(pg_current_snapshot())
      AND (h.project IS NULL OR f.project = h.project)
      AND (h.kinds IS NULL OR f.kind = ANY (h.kinds))
    ORDER BY f.xid, f.seq
    LIMIT $3
), laid AS (
    INSERT INTO delivery (organization, webhook, seq, kind, project, subject, body, at)
    SELECT organization, webhook, seq, kind, project, subject, body, at
    FROM news
    ON CONFLICT DO NOTHING
), ends AS (
    SELECT xid, seq FROM (SELECT xid, seq FROM news ORDER BY xid DESC, seq DESC LIMIT 1) last
    WHERE (SELECT count(*) FROM news) = $3
    UNION ALL
    SELECT pg_snapshot_xmin(pg_current_snapshot()), 0
    WHERE (SELECT count(*) FROM news) < $3
), moved AS (
    UPDATE webhook w
    SET xid = e.xid,
        seq = e.seq
    FROM hook h, ends e
    WHERE w.organization = h.organization
      AND w.id = h.id
      AND (e.xid, e.seq) > (h.xid, h.seq)
)
SELECT count(*) FROM news
