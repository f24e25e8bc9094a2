-- name: last_commit_at
-- When the last transaction was committed that this recovery found; null after a start without one (superuser).
SELECT pg_last_xact_replay_timestamp()

-- name: blobs
-- Every blob that the database knows of (superuser).
SELECT organization, sha256, size_bytes FROM asset
UNION
SELECT organization, sha256, size_bytes FROM snapshot
ORDER BY organization, sha256
