-- name: insert
-- Keeps a set of filters, unless this person has one of that name here.
INSERT INTO view (organization, project, labeler, id, name, filters)
VALUES ($1, $2, $3, $4, $5, $6::text::jsonb)
ON CONFLICT (organization, project, labeler, name) DO NOTHING
RETURNING id, project, name, filters, created_at

-- name: listed
-- What a person keeps of a project, by name.
SELECT id, project, name, filters, created_at
FROM view
WHERE organization = $1
  AND project = $2
  AND labeler = $3
ORDER BY name
LIMIT $4

-- name: delete
-- Forgets one of a person's own.
DELETE FROM view
WHERE organization = $1
  AND labeler = $2
  AND id = $3
RETURNING id
