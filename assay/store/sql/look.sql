-- name: least_sure
-- The least sure tasks that may be reviewed, with what their resolutions are made of; none of the reviewer's own work,
-- none that another reviewer holds.
SELECT t.id, t.seq, t.gold, t.state, t.given, t.tally, t.label, t.probability, t.method, t.version, t.confidence,
       i.external_id
FROM task t
JOIN item i ON i.organization = t.organization AND i.id = t.item
WHERE t.organization = $1
  AND t.project = $2
  AND (t.state IN ('review', 'ambiguous') OR (t.state = 'resolved' AND NOT t.reviewed AND NOT t.gold))
  AND ($3::uuid IS NULL OR NOT EXISTS (
      SELECT FROM annotation a
      WHERE a.organization = $1 AND a.task = t.id AND a.labeler = $3))
  AND ($3::uuid IS NULL OR NOT EXISTS (
      SELECT FROM lease l
      WHERE l.organization = $1 AND l.task = t.id AND l.slot = 0 AND l.labeler <> $3
        AND l.until > clock_timestamp()))
ORDER BY t.confidence
LIMIT $4

-- name: held
-- Who reviews a task at the moment, under which lease.
SELECT l.id, l.task, l.fence, l.until, l.labeler
FROM lease l
WHERE l.organization = $1
  AND l.task = $2
  AND l.slot = 0

-- name: claim
-- A review lease for one task, unless somebody else was quicker or there is nothing to review any more.
WITH due AS (
    SELECT t.id
    FROM task t
    WHERE t.organization = $1
      AND t.id = $3
      AND (t.state IN ('review', 'ambiguous') OR (t.state = 'resolved' AND NOT t.reviewed AND NOT t.gold))
    FOR UPDATE OF t
)
INSERT INTO lease (
    organization, id, project, task, slot, fence, labeler, stage, ontology_version, claimed_at, until)
SELECT $1, $5, $2, due.id, 0, nextval('fence_seq'), $4, 'review', $6, clock_timestamp(),
       clock_timestamp() + make_interval(secs => $7)
FROM due
ON CONFLICT DO NOTHING
RETURNING id, task, fence, until, labeler
