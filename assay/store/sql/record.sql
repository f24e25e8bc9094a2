-- name: audit
-- What someone did.
INSERT INTO audit (organization, actor, action, subject, detail)
VALUES ($1, $2, $3, $4, $5::text::jsonb)

-- name: refusal
-- What someone was refused, once for each code and minute.
INSERT INTO audit (organization, actor, action, detail)
VALUES ($1, $2, 'security.refused', jsonb_build_object(
    'code', $3::text,
    'where', $4::text,
    'minute', to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI"Z"')))
ON CONFLICT DO NOTHING

-- name: feed
-- What changed, for those who follow.
INSERT INTO feed (organization, kind, project, subject, body)
VALUES ($1, $2, $3, $4, $5::text::jsonb)

-- name: stored_answer
-- The answer an earlier request with this key got.
SELECT digest, status, body
FROM idempotency
WHERE organization = $1
  AND labeler = $2
  AND key = $3

-- name: lock_key
-- Requests with one key go one after the other; false while the first still runs.
SELECT pg_try_advisory_xact_lock(hashtextextended($1, 1))

-- name: store_answer
-- Keeps an answer with its effect, in one transaction.
INSERT INTO idempotency (organization, labeler, key, digest, status, body)
VALUES ($1, $2, $3, $4, $5, $6::text::jsonb)

-- name: forget_answers
-- Keys are kept for thirty days.
DELETE FROM idempotency
WHERE created_at < clock_timestamp() - interval '30 days'
