-- name: insert
-- A version of a project's data; the blob store holds its lines.
INSERT INTO snapshot (
    organization, id, project, name, ontology_version, sha256, size_bytes, items, gold, min_probability, created_by)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
RETURNING id, project, name, ontology_version, sha256, size_bytes, items, gold, min_probability, created_at

-- name: find
-- One snapshot.
SELECT id, project, name, ontology_version, sha256, size_bytes, items, gold, min_probability, created_at
FROM snapshot
WHERE organization = $1
  AND id = $2

-- name: page
-- Snapshots of a project, oldest first.
SELECT id, project, name, ontology_version, sha256, size_bytes, items, gold, min_probability, created_at
FROM snapshot
WHERE organization = $1
  AND project = $2
  AND id > $3
ORDER BY id
LIMIT $4
