-- name: find
-- What the last refit knew of a project.
SELECT labels, document
FROM project_quality
WHERE organization = $1
  AND project = $2

-- name: save
-- Keeps what a refit found.
INSERT INTO project_quality (organization, project, labels, document, updated_at)
VALUES ($1, $2, $3, $4::text::jsonb, clock_timestamp())
ON CONFLICT (organization, project) DO UPDATE
SET labels = excluded.labels,
    document = excluded.document,
    updated_at = excluded.updated_at

-- name: measure
-- How tasks stand, and how sure their answers are. Gold stays out.
SELECT count(*) AS tasks,
       count(*) FILTER (WHERE state = 'resolved') AS resolved,
       coalesce(sum(given), 0) AS labels,
       coalesce(sum(greatest(wanted - given, 0)) FILTER (WHERE state = 'open'), 0) AS missing,
       coalesce(avg(confidence) FILTER (WHERE state = 'resolved'), 0) AS estimate,
       coalesce(sum(confidence * (1 - confidence)) FILTER (WHERE state = 'resolved'), 0) AS variance,
       clock_timestamp() AS now
FROM task
WHERE organization = $1
  AND project = $2
  AND NOT gold

-- name: states
-- How many tasks stand in each state.
SELECT state, count(*) AS tasks
FROM task
WHERE organization = $1
  AND project = $2
  AND NOT gold
GROUP BY state

-- name: recent_labels
-- Labels of the last seven days, for a forecast.
SELECT count(*)
FROM annotation a
JOIN task t ON t.organization = a.organization AND t.id = a.task
WHERE a.organization = $1
  AND t.project = $2
  AND a.counted
  AND a.created_at > clock_timestamp() - interval '7 days'

-- name: labels_by_day
-- Labels of each of the last fourteen days since the first of them, days without any included.
WITH given AS (
    SELECT floor(extract(epoch FROM clock_timestamp() - a.created_at) / 86400)::integer AS ago, count(*) AS labels
    FROM task t
    JOIN annotation a ON a.organization = t.organization AND a.task = t.id AND a.counted
    WHERE t.organization = $1
      AND t.project = $2
      AND a.created_at > clock_timestamp() - interval '14 days'
    GROUP BY 1
)
SELECT coalesce(given.labels, 0) AS labels
FROM generate_series((SELECT max(ago) FROM given), 0, -1) AS day (ago)
LEFT JOIN given ON given.ago = day.ago
ORDER BY day.ago DESC

-- name: changed_projects
-- Projects with new labels since a place in the feed, which is now settled up to $3 (system role).
SELECT DISTINCT organization, project
FROM feed
WHERE xid >= $1::text::xid8
  AND xid < $2::text::xid8
  AND kind IN ('annotation.submitted', 'annotation.imported', 'task.reviewed')

-- name: settled
-- The feed is complete below this transaction id (system role).
SELECT pg_snapshot_xmin(pg_current_snapshot())::text

-- name: confidences
-- How many tasks are how sure, to a thousandth, by state. Gold stays out; nothing is known of a task without a label.
SELECT state, round(coalesce(confidence, 0)::numeric, 3)::double precision AS confidence, count(*) AS tasks
FROM task
WHERE organization = $1
  AND project = $2
  AND NOT gold
GROUP BY 1, 2
ORDER BY 2, 1

-- name: settle
-- Lets tasks close that are sure enough, and sends those to a person that no label would settle.
SELECT assay_settle($1, $2, $3::uuid[], $4::boolean[], $5::integer[])

-- name: retally
-- Writes tallies anew with today's skills.
SELECT assay_retally($1, $2::uuid[], $3::text[], $4::integer[], $5)
