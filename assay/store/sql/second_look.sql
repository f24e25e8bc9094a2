-- name: predicted
-- What models offered for resolved tasks that nobody looked at twice, with what these were merged to.
SELECT t.id AS task, t.label, p.labeler, p.label AS predicted, p.scores
FROM task t
JOIN prediction p ON p.organization = t.organization AND p.task = t.id
WHERE t.organization = $1
  AND t.project = $2
  AND t.state = 'resolved'
  AND NOT t.reviewed
  AND NOT t.gold
ORDER BY t.seq DESC
LIMIT $3

-- name: copies
-- Resolved tasks whose items have the same fields as others.
SELECT task, content
FROM (
    SELECT t.id AS task, md5(i.fields::text) AS content, count(*) OVER (PARTITION BY md5(i.fields::text)) AS alike
    FROM task t
    JOIN item i ON i.organization = t.organization AND i.id = t.item
    WHERE t.organization = $1
      AND t.project = $2
      AND t.state = 'resolved'
      AND NOT t.gold
) each
WHERE alike > 1
ORDER BY content, task
LIMIT $3

-- name: room
-- How many more of a project's resolved tasks may be looked at twice.
SELECT CASE WHEN p.second_look_rate > 0 THEN
           floor(p.second_look_rate * (
               SELECT count(*)
               FROM task t
               WHERE t.organization = $1 AND t.project = $2 AND t.state = 'resolved' AND NOT t.gold))::integer
           - (SELECT count(*) FROM second_look s WHERE s.organization = $1 AND s.project = $2)::integer
       ELSE 0 END
FROM project p
WHERE p.organization = $1
  AND p.id = $2

-- name: open
-- Opens second looks, the most doubtful first; a task that had one, was reviewed or is resolved no more gets none.
INSERT INTO second_look (organization, project, task, question, reason, doubt)
SELECT $1, $2, t.id, flagged.question, flagged.reason, flagged.doubt
FROM unnest($3::uuid[], $4::text[], $5::text[], $6::float8[]) AS flagged (task, question, reason, doubt)
JOIN task t ON t.organization = $1 AND t.id = flagged.task AND t.state = 'resolved' AND NOT t.reviewed
WHERE NOT EXISTS (SELECT FROM second_look s WHERE s.organization = $1 AND s.task = t.id)
ORDER BY flagged.doubt DESC, t.id
LIMIT $7
ON CONFLICT (organization, task) DO NOTHING

-- name: close
-- Somebody looked.
UPDATE second_look
SET closed_at = clock_timestamp(),
    changed = $3
WHERE organization = $1
  AND task = $2
  AND closed_at IS NULL

-- name: counts
-- How many second looks wait, are done, and changed the answer.
SELECT count(*) FILTER (WHERE closed_at IS NULL) AS open,
       count(*) FILTER (WHERE closed_at IS NOT NULL) AS closed,
       count(*) FILTER (WHERE changed) AS changed
FROM second_look
WHERE organization = $1
  AND project = $2

-- name: listed
-- The open ones, the most doubtful first.
SELECT task, question, reason, doubt
FROM second_look
WHERE organization = $1
  AND project = $2
  AND closed_at IS NULL
ORDER BY doubt DESC, task
LIMIT $3

-- name: claim
-- Review leases of tasks that wait for a second look, never of the reviewer's own work.
WITH due AS (
    SELECT t.id
    FROM second_look s
    JOIN task t ON t.organization = s.organization AND t.id = s.task
    WHERE s.organization = $1
      AND s.project = $2
      AND s.closed_at IS NULL
      AND t.state = 'resolved'
      AND NOT t.reviewed
      AND NOT EXISTS (
          SELECT FROM annotation a
          WHERE a.organization = $1 AND a.task = t.id AND a.labeler = $3)
      AND NOT EXISTS (
          SELECT FROM lease l
          WHERE l.organization = $1 AND l.task = t.id AND l.slot = 0)
    ORDER BY s.doubt DESC
    LIMIT cardinality($4::uuid[])
    FOR UPDATE OF t SKIP LOCKED
), numbered AS (
    SELECT id, row_number() OVER () AS n
    FROM due
)
INSERT INTO lease (
    organization, id, project, task, slot, fence, labeler, stage, ontology_version, claimed_at, until)
SELECT $1, ($4::uuid[])[numbered.n], $2, numbered.id, 0, nextval('fence_seq'), $3, 'review', $5,
       clock_timestamp(), clock_timestamp() + make_interval(secs => $6)
FROM numbered
ON CONFLICT DO NOTHING
RETURNING id, task, fence, until
