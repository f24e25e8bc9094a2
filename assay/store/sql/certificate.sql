-- name: begin
-- How a snapshot is to be audited, unless that is settled already.
INSERT INTO certificate (
    organization, snapshot, project, seed, predicted, items, audits, confidence, target, least_similarity, created_by)
VALUES ($1, $2, $3, $4, $5, $6, 0, $7, $8, $9, $10)
ON CONFLICT (organization, snapshot) DO NOTHING

-- name: find
-- How a snapshot is audited.
SELECT snapshot, project, seed, predicted, items, audits, confidence, target, least_similarity, reached, created_at
FROM certificate
WHERE organization = $1
  AND snapshot = $2

-- name: lock
-- The same, held still while more is drawn.
SELECT snapshot, project, seed, predicted, items, audits, confidence, target, least_similarity, reached, created_at
FROM certificate
WHERE organization = $1
  AND snapshot = $2
FOR UPDATE

-- name: grow
-- So many items are to be looked at.
UPDATE certificate
SET audits = $3,
    target = $4,
    reached = false
WHERE organization = $1
  AND snapshot = $2

-- name: reach
-- A target is reached: nothing more is asked.
UPDATE certificate
SET reached = true
WHERE organization = $1
  AND snapshot = $2
