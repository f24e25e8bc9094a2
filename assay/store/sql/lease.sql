-- `(labeler = $3) IS TRUE` is a condition no index serves: a lease is found by its id, never by walking its labeler's.

-- name: claim
-- Claims work in one round trip.
SELECT assay_claim($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)

-- name: submit
-- Submits a label in one round trip.
SELECT assay_submit($1, $2, $3, $4, $5::text::jsonb, $6, $7::text::jsonb, $8, $9)

-- name: submit_many
-- Submits labels in one round trip.
SELECT assay_submit_many($1, $2, $3, $4, $5, $6, $7, $8)

-- name: expire
-- Gives back the slots of leases whose time ran out.
SELECT assay_expire_leases($1, NULL, 500)

-- name: organizations_with_expired
-- Where there is something to expire (system role).
SELECT DISTINCT organization
FROM lease
WHERE until < clock_timestamp()

-- name: find_target
-- What a live or ended lease is for: what its label is checked against.
SELECT l.project, l.task, l.stage, l.ontology_version, i.fields, i.facts
FROM (
    SELECT organization, project, task, stage, ontology_version
    FROM lease
    WHERE organization = $1 AND id = $2 AND (labeler = $3) IS TRUE
    UNION ALL
    SELECT organization, project, task, stage, ontology_version
    FROM ended_lease
    WHERE organization = $1 AND id = $2 AND labeler = $3
    UNION ALL
    SELECT organization, project, task,
           CASE WHEN EXISTS (
               SELECT FROM draw d
               WHERE d.organization = $1 AND d.task = annotation.task AND d.answer = annotation.id
           ) THEN 'audit' ELSE 'label' END,
           ontology_version
    FROM annotation
    WHERE organization = $1 AND id = $2 AND labeler = $3
) l
JOIN task t ON t.organization = l.organization AND t.id = l.task
JOIN item i ON i.organization = t.organization AND i.id = t.item
LIMIT 1

-- name: heartbeat
-- Prolongs a live lease; the row is written only after a third of its time has passed.
WITH held AS (
    SELECT l.task, l.slot, l.until, p.lease_seconds
    FROM lease l
    JOIN project p ON p.organization = l.organization AND p.id = l.project
    WHERE l.organization = $1
      AND l.id = $2
      AND (l.labeler = $3) IS TRUE
      AND l.until > clock_timestamp()
), prolonged AS (
    UPDATE lease l
    SET until = clock_timestamp() + make_interval(secs => held.lease_seconds)
    FROM held
    WHERE l.organization = $1
      AND l.task = held.task
      AND l.slot = held.slot
      AND held.until < clock_timestamp() + make_interval(secs => held.lease_seconds * 2.0 / 3)
    RETURNING l.until
)
SELECT coalesce((SELECT until FROM prolonged), held.until)
FROM held

-- name: release
-- Ends a lease at its holder's wish and gives the slot back.
WITH released AS (
    DELETE FROM lease
    WHERE organization = $1
      AND id = $2
      AND (labeler = $3) IS TRUE
    RETURNING lease.*
)
SELECT assay_end_lease(released, $4)
FROM released

-- name: mine
-- A page of the live leases of a labeler in a project, oldest first.
SELECT l.id AS lease, l.fence, l.task, l.stage, l.ontology_version, l.until, i.id AS item, i.external_id, i.fields,
       i.metadata
FROM lease l
JOIN task t ON t.organization = l.organization AND t.id = l.task
JOIN item i ON i.organization = t.organization AND i.id = t.item
WHERE l.organization = $1
  AND l.project = $2
  AND l.labeler = $3
  AND l.until > clock_timestamp()
  AND l.id > $4
ORDER BY l.id
LIMIT $5

-- name: find_draft
-- The draft of a labeler for a lease's task.
SELECT d.label, d.revision
FROM draft d
WHERE d.organization = $1
  AND d.labeler = $2
  AND d.task = $3
FOR UPDATE

-- name: begin_draft
-- An empty draft, unless there is one.
INSERT INTO draft (organization, labeler, task, ontology_version, revision, label, updated_at)
VALUES ($1, $2, $3, $4, 0, '{}', clock_timestamp())
ON CONFLICT (organization, labeler, task) DO NOTHING

-- name: save_draft
-- Writes the draft with its new revision.
INSERT INTO draft (organization, labeler, task, ontology_version, revision, label, updated_at)
VALUES ($1, $2, $3, $4, $5, $6::text::jsonb, clock_timestamp())
ON CONFLICT (organization, labeler, task) DO UPDATE
SET revision = excluded.revision,
    label = excluded.label,
    ontology_version = excluded.ontology_version,
    updated_at = excluded.updated_at

-- name: known_operations
-- Which of these operations were applied before.
SELECT id
FROM draft_operation
WHERE organization = $1
  AND labeler = $2
  AND task = $3
  AND id = ANY ($4::uuid[])

-- name: insert_operation
-- Keeps an edit with its inverse.
INSERT INTO draft_operation (organization, labeler, task, id, revision, forward, inverse, created_at)
VALUES ($1, $2, $3, $4, $5, $6::text::jsonb, $7::text::jsonb, clock_timestamp())
