-- name: page
-- Deliveries of a webhook after a number.
SELECT seq, webhook, kind, project, subject, at, state, attempts, next_at, status, error, ended_at
FROM delivery
WHERE organization = $1
  AND webhook = $2
  AND seq > $3
  AND ($4::text IS NULL OR state = $4)
ORDER BY seq
LIMIT $5

-- name: there
-- Which of these are deliveries of a webhook.
SELECT seq
FROM delivery
WHERE organization = $1
  AND webhook = $2
  AND seq = ANY ($3::bigint[])

-- name: replay
-- Dead deliveries are tried anew: those named, or all.
UPDATE delivery
SET state = 'pending',
    attempts = 0,
    next_at = clock_timestamp(),
    ended_at = NULL
WHERE organization = $1
  AND webhook = $2
  AND state = 'dead'
  AND ($3::bigint[] IS NULL OR seq = ANY ($3))

-- name: due
-- Who has deliveries to try (system role).
SELECT DISTINCT organization
FROM delivery
WHERE state = 'pending'
  AND next_at <= clock_timestamp()

-- name: claim
-- Takes due deliveries before they are sent: up to $3 of each webhook but those of $2. One subject's deliveries go
-- one after another; of a webhook that another worker claims from, what it holds is passed over. What is taken is
-- settled first, once, whatever the planner knows of a table that nobody has analysed since it filled.
WITH taken AS MATERIALIZED (
    SELECT w.organization, w.id AS webhook, w.url, w.secret_version, w.previous_until, due.seq
    FROM webhook w,
         LATERAL (
             SELECT c.seq
             FROM delivery c
             WHERE c.organization = w.organization
               AND c.webhook = w.id
               AND c.state = 'pending'
               AND c.next_at <= clock_timestamp()
               AND c.seq = (
                   SELECT min(e.seq)
                   FROM delivery e
                   WHERE e.organization = c.organization
                     AND e.webhook = c.webhook
                     AND e.subject = c.subject
                     AND e.state = 'pending')
             ORDER BY c.next_at, c.seq
             LIMIT $3
             FOR UPDATE SKIP LOCKED
         ) due
    WHERE w.organization = $1
      AND w.state = 'active'
      AND w.id <> ALL ($2::uuid[])
)
UPDATE delivery d
SET attempts = d.attempts + 1,
    next_at = clock_timestamp() + make_interval(secs => $4)
FROM taken t
WHERE d.organization = t.organization
  AND d.webhook = t.webhook
  AND d.seq = t.seq
RETURNING d.webhook, d.seq, d.kind, d.project, d.subject, d.body, d.at, d.attempts, t.url, t.secret_version,
    t.previous_until > clock_timestamp() AS previous_signs, extract(epoch FROM clock_timestamp())::bigint AS now

-- name: delivered
-- The receiver has it. Whoever claimed it since decides, not this attempt.
UPDATE delivery
SET state = 'delivered',
    status = $5,
    error = NULL,
    ended_at = clock_timestamp()
WHERE organization = $1
  AND webhook = $2
  AND seq = $3
  AND attempts = $4
  AND state = 'pending'

-- name: failed
-- An attempt failed: tried again after $7 seconds, or dead without them.
UPDATE delivery
SET state = CASE WHEN $7::float8 IS NULL THEN 'dead' ELSE 'pending' END,
    status = $5,
    error = $6,
    next_at = clock_timestamp() + make_interval(secs => coalesce($7, 0)),
    ended_at = CASE WHEN $7 IS NULL THEN clock_timestamp() END
WHERE organization = $1
  AND webhook = $2
  AND seq = $3
  AND attempts = $4
  AND state = 'pending'

-- name: bury
-- What a disabled webhook was still to be told is dead, where it can be seen and replayed.
UPDATE delivery
SET state = 'dead',
    error = coalesce(error, 'the webhook is disabled'),
    ended_at = clock_timestamp()
WHERE organization = $1
  AND webhook = $2
  AND state = 'pending'

-- name: forget
-- Deliveries that ended are kept for thirty days (system role).
DELETE FROM delivery
WHERE state <> 'pending'
  AND ended_at < clock_timestamp() - interval '30 days'
