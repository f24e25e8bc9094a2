-- name: insert
-- Items drawn for an audit, in their order.
INSERT INTO draw (organization, snapshot, number, project, item, task, label)
SELECT $1, $2, given.number, $3, given.item, given.task, given.label::jsonb
FROM unnest($4::integer[], $5::integer[], $6::uuid[], $7::text[]) AS given (number, item, task, label)
ON CONFLICT (organization, snapshot, number) DO NOTHING

-- name: of_snapshot
-- All draws of a snapshot in their order, with what was found.
SELECT number, item, task, auditor, similarity, wrong, answered_at
FROM draw
WHERE organization = $1
  AND snapshot = $2
ORDER BY number

-- name: lock_project
-- Auditors of one project are served one after the other, so that no item is given to two.
SELECT pg_advisory_xact_lock(hashtextextended($1::uuid::text || '/audit', 0))

-- name: claim
-- Leases for an auditor: the first draws that nobody answered or holds, never of what the auditor was asked, answered or
-- reviewed before. A negative slot of its own: it takes nothing from the task's queue.
WITH due AS (
    SELECT d.snapshot, d.number, d.task, s.ontology_version, row_number() OVER () AS n
    FROM (
        SELECT open.organization, open.snapshot, open.number, open.task
        FROM draw open
        JOIN certificate c ON c.organization = open.organization AND c.snapshot = open.snapshot AND NOT c.reached
        WHERE open.organization = $1
          AND open.project = $2
          AND open.answer IS NULL
          AND NOT EXISTS (
              SELECT FROM lease l
              WHERE l.organization = $1 AND l.task = open.task AND l.stage = 'audit')
          AND NOT EXISTS (
              SELECT FROM labeler_task t
              WHERE t.organization = $1 AND t.labeler = $3 AND t.task = open.task)
          AND NOT EXISTS (
              SELECT FROM annotation a
              WHERE a.organization = $1 AND a.task = open.task AND a.labeler = $3)
          AND NOT EXISTS (
              SELECT FROM review r
              WHERE r.organization = $1 AND r.task = open.task AND r.reviewer = $3)
        ORDER BY open.snapshot, open.number
        LIMIT cardinality($4::uuid[])
    ) d
    JOIN snapshot s ON s.organization = d.organization AND s.id = d.snapshot
), first AS (
    -- The same task may be drawn from two snapshots; it is asked for one of them.
    SELECT DISTINCT ON (task) snapshot, number, task, ontology_version, n
    FROM due
    ORDER BY task, n
), given AS (
    UPDATE draw d
    SET lease = ($4::uuid[])[first.n]
    FROM first
    WHERE d.organization = $1
      AND d.snapshot = first.snapshot
      AND d.number = first.number
    RETURNING d.lease, d.task, first.ontology_version, first.n
), remembered AS (
    INSERT INTO labeler_task (organization, labeler, task)
    SELECT $1, $3, given.task FROM given
), leased AS (
    INSERT INTO lease (
        organization, id, project, task, slot, fence, labeler, stage, ontology_version, claimed_at, until)
    SELECT $1, given.lease, $2, given.task, -fence.number, fence.number, $3, 'audit', given.ontology_version,
           clock_timestamp(), clock_timestamp() + make_interval(secs => $5)
    FROM given, LATERAL (SELECT nextval('fence_seq') AS number WHERE given.n > 0) AS fence
    RETURNING id, task, fence, ontology_version, until
)
SELECT l.id AS lease, l.task, l.fence, l.ontology_version, l.until, i.id AS item, i.external_id, i.fields, i.metadata
FROM leased l
JOIN task t ON t.organization = $1 AND t.id = l.task
JOIN item i ON i.organization = $1 AND i.id = t.item
ORDER BY l.fence

-- name: find_lease
-- An auditor's lease, live or ended, held still: what a late answer is checked against.
SELECT l.task, l.slot, l.fence, l.ontology_version, l.claimed_at, true AS live
FROM lease l
WHERE l.organization = $1
  AND l.id = $2
  AND (l.labeler = $3) IS TRUE
  AND l.stage = 'audit'
FOR UPDATE

-- name: find_ended
-- The same of a lease whose time ran out.
SELECT l.task, l.slot, l.fence, l.ontology_version, l.claimed_at, false AS live
FROM ended_lease l
WHERE l.organization = $1
  AND l.id = $2
  AND l.labeler = $3
  AND l.stage = 'audit'

-- name: lock
-- The draw that a lease was given for, unless somebody else has it by now or answered it.
SELECT d.snapshot, d.number, d.project, d.task, d.label, c.least_similarity
FROM draw d
JOIN certificate c ON c.organization = d.organization AND c.snapshot = d.snapshot
WHERE d.organization = $1
  AND d.task = $2
  AND d.lease = $3
  AND d.answer IS NULL
FOR UPDATE OF d

-- name: answer
-- What an auditor found.
UPDATE draw
SET answer = $4,
    auditor = $5,
    similarity = $6::text::jsonb,
    wrong = $7,
    answered_at = clock_timestamp()
WHERE organization = $1
  AND snapshot = $2
  AND number = $3

-- name: find_answer
-- What an auditor answered under a lease.
SELECT a.task, a.fence, a.digest, d.answer IS NOT NULL AS counted, t.state
FROM annotation a
JOIN task t ON t.organization = a.organization AND t.id = a.task
LEFT JOIN draw d ON d.organization = a.organization AND d.task = a.task AND d.answer = a.id
WHERE a.organization = $1
  AND a.id = $2
  AND a.labeler = $3

-- name: write_answer
-- An auditor's label, which is no vote.
INSERT INTO annotation (
    organization, id, project, task, slot, fence, labeler, ontology_version, label, digest, counted, claimed_at,
    created_at)
SELECT $1, $2, t.project, t.id, $4, $5, $6, $7, $8::text::jsonb, $9, false, $10, clock_timestamp()
FROM task t
WHERE t.organization = $1
  AND t.id = $3
RETURNING (SELECT state FROM task t WHERE t.organization = $1 AND t.id = $3) AS state

-- name: end_lease
-- Uses an auditor's lease up.
DELETE FROM lease
WHERE organization = $1
  AND id = $2
  AND (labeler = $3) IS TRUE
  AND stage = 'audit'

-- name: remember
-- Whom a task was given to is not given it again.
INSERT INTO labeler_task (organization, labeler, task)
VALUES ($1, $2, $3)
ON CONFLICT DO NOTHING

-- name: forget_draft
-- What an auditor saved on the way is not needed any more.
DELETE FROM draft
WHERE organization = $1
  AND labeler = $2
  AND task = $3
