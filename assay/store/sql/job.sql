-- name: insert
-- A job to be done.
INSERT INTO job (organization, id, kind, project, labeler, request, state)
VALUES ($1, $2, $3, $4, $5, $6::text::jsonb, 'queued')

-- name: defer
-- Hands a job to the job library, in the caller's transaction.
SELECT assay_defer_job($1, $2, $3)

-- name: find
-- One job.
SELECT id, kind, project, labeler, state, done, total, result, error, created_at, updated_at
FROM job
WHERE organization = $1
  AND id = $2

-- name: page
-- Jobs of a project in the order they came.
SELECT id, kind, project, labeler, state, done, total, result, error, created_at, updated_at
FROM job
WHERE organization = $1
  AND project = $2
  AND id > $3
ORDER BY id
LIMIT $4

-- name: start
-- Starts a job, or takes it up again where a crash left it. Nothing when it has ended.
UPDATE job
SET state = 'running',
    updated_at = clock_timestamp()
WHERE organization = $1
  AND id = $2
  AND state IN ('queued', 'running')
RETURNING id, kind, project, labeler, request, result

-- name: advance
-- How far a running job came.
UPDATE job
SET done = $3,
    total = coalesce($4, total),
    updated_at = clock_timestamp()
WHERE organization = $1
  AND id = $2
  AND state = 'running'

-- name: save
-- What a running job has to remember across a crash.
UPDATE job
SET result = $3::text::jsonb,
    updated_at = clock_timestamp()
WHERE organization = $1
  AND id = $2
  AND state = 'running'

-- name: finish
-- A job ended well.
UPDATE job
SET state = 'done',
    result = $3::text::jsonb,
    updated_at = clock_timestamp()
WHERE organization = $1
  AND id = $2
  AND state = 'running'

-- name: fail
-- A job ended, and this is why.
UPDATE job
SET state = 'failed',
    error = $3::text::jsonb,
    updated_at = clock_timestamp()
WHERE organization = $1
  AND id = $2
  AND state = 'running'
