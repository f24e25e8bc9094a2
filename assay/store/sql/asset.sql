-- name: insert
-- Bytes that were looked at. Equal bytes are one asset.
INSERT INTO asset (organization, sha256, media_type, size_bytes, name, width, height, frames)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (organization, sha256) DO NOTHING

-- name: find
-- One asset with what was measured of it.
SELECT sha256, media_type, size_bytes, name, width, height, frames
FROM asset
WHERE organization = $1
  AND sha256 = $2
