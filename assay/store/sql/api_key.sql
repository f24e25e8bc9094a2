-- name: insert
-- A new key; only the hash of its secret is kept.
INSERT INTO api_key (organization, id, labeler, secret_sha256)
VALUES ($1, $2, $3, $4)

-- name: find
-- Who a key belongs to, unless it was revoked or its labeler disabled.
SELECT k.secret_sha256, l.organization, l.id AS labeler, l.name, l.kind, l.role
FROM api_key k
JOIN labeler l ON l.organization = k.organization AND l.id = k.labeler
WHERE k.id = $1
  AND k.revoked_at IS NULL
  AND l.disabled_at IS NULL

-- name: revoke_of
-- Ends every key of a labeler.
UPDATE api_key
SET revoked_at = clock_timestamp()
WHERE organization = $1
  AND labeler = $2
  AND revoked_at IS NULL
