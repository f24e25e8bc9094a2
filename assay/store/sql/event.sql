-- name: horizon
-- The feed is complete below this transaction id.
SELECT pg_snapshot_xmin(pg_current_snapshot())::text

-- name: settled_since
-- Organisations with something new since a transaction id, and the one the feed is complete below (system role).
SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS horizon,
       array(
           SELECT DISTINCT f.organization
           FROM feed f
           WHERE f.xid >= $1::text::xid8
             AND f.xid < pg_snapshot_xmin(pg_current_snapshot())
       ) AS organizations

-- name: page
-- What happened after a place, below the horizon, in the order that loses no late commit. $7: the reader sees
-- projects for members only; $8 is the reader.
SELECT f.xid::text AS xid, f.seq, f.kind, f.project, f.subject, f.body, f.at
FROM feed f
WHERE f.organization = $1
  AND (f.xid, f.seq) > ($2::text::xid8, $3::bigint)
  AND f.xid < $4::text::xid8
  AND ($5::uuid IS NULL OR f.project = $5)
  AND ($6::text[] IS NULL OR f.kind = ANY ($6))
  AND ($7 OR f.project IS NULL OR EXISTS (
      SELECT FROM project p
      WHERE p.organization = f.organization
        AND p.id = f.project
        AND (p.access = 'organization' OR EXISTS (
            SELECT FROM project_member m
            WHERE m.organization = p.organization AND m.project = p.id AND m.labeler = $8))))
ORDER BY f.xid, f.seq
LIMIT $9
