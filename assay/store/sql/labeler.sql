-- name: insert
-- Whoever answers inside one organisation.
INSERT INTO labeler (organization, id, name, kind, role)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (organization, name) DO NOTHING
RETURNING id, name, kind, role, created_at, disabled_at

-- name: set_person
-- Which human a labeler is.
UPDATE labeler
SET person = $3
WHERE organization = $1
  AND id = $2

-- name: find
-- One labeler.
SELECT id, name, kind, role, created_at, disabled_at
FROM labeler
WHERE organization = $1
  AND id = $2

-- name: find_by_name
-- One labeler by its name.
SELECT id, name, kind, role, created_at, disabled_at
FROM labeler
WHERE organization = $1
  AND name = $2

-- name: page
-- Labelers in the order they came.
SELECT id, name, kind, role, created_at, disabled_at
FROM labeler
WHERE organization = $1
  AND id > $2
ORDER BY id
LIMIT $3

-- name: disable
-- Takes a labeler's access away; what they did stays.
UPDATE labeler
SET disabled_at = clock_timestamp()
WHERE organization = $1
  AND id = $2
RETURNING id, name, kind, role, created_at, disabled_at

-- name: restore
-- Gives a labeler's access back.
UPDATE labeler
SET disabled_at = NULL
WHERE organization = $1
  AND id = $2

-- name: update
-- What may change of a labeler.
UPDATE labeler
SET name = $3,
    role = $4
WHERE organization = $1
  AND id = $2
