-- name: insert
-- An upload begins.
INSERT INTO upload (organization, id, labeler, size_bytes, sha256, name, media_type)
VALUES ($1, $2, $3, $4, $5, $6, $7)

-- name: find
-- Where an upload stands.
SELECT id, size_bytes, sha256, name, media_type, completed_asset
FROM upload
WHERE organization = $1
  AND id = $2

-- name: complete
-- An upload became an asset.
UPDATE upload
SET completed_asset = $3
WHERE organization = $1
  AND id = $2
