-- name: find
-- One task of a project with its item.
SELECT t.id, t.project, t.item, t.seq, t.ontology_version, t.gold, t.state, t.wanted, t.given, t.tally, t.label,
       t.probability, t.confidence, t.method, t.reviewed, t.version, i.external_id, i.fields, i.facts
FROM task t
JOIN item i ON i.organization = t.organization AND i.id = t.item
WHERE t.organization = $1
  AND t.id = $2
  AND (t.import IS NULL OR NOT EXISTS (
      SELECT FROM import
      WHERE import.organization = $1 AND import.id = t.import AND import.state <> 'published'))

-- name: decided
-- Which of these tasks stand in one of these states.
SELECT t.id
FROM task t
WHERE t.organization = $1
  AND t.id = ANY ($2::uuid[])
  AND t.state = ANY ($3::text[])

-- name: answered_by
-- The task that an annotation answers, and where it stands.
SELECT t.id, t.state
FROM annotation a
JOIN task t ON t.organization = a.organization AND t.id = a.task
WHERE a.organization = $1
  AND a.id = $2

-- name: page
-- Tasks of a project with what their resolutions are made of, in the order they came.
SELECT t.id, t.seq, t.gold, t.state, t.given, t.tally, t.label, t.probability, t.method, t.version, i.external_id
FROM task t
JOIN item i ON i.organization = t.organization AND i.id = t.item
WHERE t.organization = $1
  AND t.project = $2
  AND t.seq > $3
  AND coalesce(t.import <> ALL (ARRAY(
      SELECT import.id
      FROM import
      WHERE import.organization = $1 AND import.project = $2 AND import.state <> 'published')), true)
  AND ($5::text IS NULL OR t.state = $5)
  AND ($6::boolean IS NULL OR t.gold = $6)
ORDER BY t.seq
LIMIT $4

-- name: export_page
-- The same with the item itself, for snapshots.
SELECT t.id, t.seq, t.gold, t.state, t.given, t.tally, t.label, t.probability, t.method, t.version, i.external_id,
       i.fields, i.metadata, i.facts
FROM task t
JOIN item i ON i.organization = t.organization AND i.id = t.item
WHERE t.organization = $1
  AND t.project = $2
  AND t.seq > $3
  AND t.state = 'resolved'
  AND coalesce(t.import <> ALL (ARRAY(
      SELECT import.id
      FROM import
      WHERE import.organization = $1 AND import.project = $2 AND import.state <> 'published')), true)
  AND ($5 OR NOT t.gold)
ORDER BY t.seq
LIMIT $4

-- name: answered
-- Every task that has an answer, with its item, for seeing what a new ontology does to it.
SELECT t.id, t.seq, t.gold, t.state, t.given, t.tally, t.label, t.probability, t.method, t.version, i.external_id,
       i.fields, i.facts
FROM task t
JOIN item i ON i.organization = t.organization AND i.id = t.item
WHERE t.organization = $1
  AND t.project = $2
  AND t.version > 0

-- name: lock
-- Holds a task still while its answers change.
SELECT t.id, t.project, t.gold, t.state, t.wanted, t.given, t.version, t.confidence, t.tally, t.method, i.fields,
       i.facts
FROM task t
JOIN item i ON i.organization = t.organization AND i.id = t.item
WHERE t.organization = $1
  AND t.id = $2
FOR UPDATE OF t

-- name: take_merge_due
-- Takes tasks whose structured answers wait to be merged. A task is held before its request, as wherever an answer
-- is counted, so that the two never wait for each other; one that is just being answered is left for the next time.
WITH due AS MATERIALIZED (
    SELECT t.id
    FROM merge_due d
    JOIN task t ON t.organization = d.organization AND t.id = d.task
    WHERE d.organization = $1
    ORDER BY t.id
    LIMIT $2
    FOR UPDATE OF t SKIP LOCKED
)
DELETE FROM merge_due d
USING due
WHERE d.organization = $1
  AND d.task = due.id
RETURNING d.task

-- name: request_merge
-- Asks for a task's structured answers to be merged anew.
INSERT INTO merge_due (organization, task, requested_at)
VALUES ($1, $2, clock_timestamp())
ON CONFLICT (organization, task) DO UPDATE SET requested_at = excluded.requested_at

-- name: organizations_with_merge_due
-- Where there is something to merge (system role).
SELECT DISTINCT organization
FROM merge_due

-- name: decide
-- Writes merged answers and decides what comes next.
SELECT assay_decide(jsonb_populate_record(
    t, jsonb_build_object('label', $3::text::jsonb, 'probability', $4::text::jsonb, 'confidence', $5::float8,
                          'method', $6::text)))
FROM task t
WHERE t.organization = $1
  AND t.id = $2

-- name: review
-- Writes what a reviewer decided, as a new version.
UPDATE task
SET label = $3::text::jsonb,
    probability = $4::text::jsonb,
    confidence = $5,
    state = $6,
    method = $7,
    reviewed = true,
    version = version + 1,
    updated_at = clock_timestamp()
WHERE organization = $1
  AND id = $2
RETURNING version, state

-- name: withdraw_slots
-- A task that a person decided asks for nothing more.
SELECT assay_withdraw_slots($1, $2)

-- name: reopen
-- A rejected resolution asks for one more label; what a person had decided is open again.
WITH reopened AS (
    UPDATE task
    SET state = 'open',
        wanted = greatest(wanted, given) + 1,
        reviewed = false,
        method = CASE WHEN method = 'review' THEN '' ELSE method END,
        label = CASE WHEN method = 'review' THEN '{}' ELSE label END,
        probability = CASE WHEN method = 'review' THEN '{}' ELSE probability END,
        version = version + 1,
        updated_at = clock_timestamp()
    WHERE organization = $1
      AND id = $2
    RETURNING organization, project, id, priority, wanted, version, state
), slot AS (
    INSERT INTO ready_slot (organization, project, rank, seq, task, slot)
    SELECT organization, project, -priority, nextval('ready_slot_seq'), id, wanted
    FROM reopened
)
SELECT version, state
FROM reopened

-- name: retally
-- Writes a tally anew, from all votes with today's skills.
UPDATE task
SET tally = $3::text::jsonb,
    confidence = assay_confidence($3::text::jsonb),
    version = version + 1,
    updated_at = clock_timestamp()
WHERE organization = $1
  AND id = $2

-- name: counts
-- How many tasks stand where.
SELECT state, gold, count(*) AS tasks
FROM task
WHERE organization = $1
  AND project = $2
GROUP BY state, gold

-- name: expire_leases
-- Takes back what has expired in a project, so that it can be given to someone else.
SELECT assay_expire_leases($1, $2, 500)

-- name: claim_review
-- Leases for a reviewer: tasks sent to review and the least sure resolutions first, never of the reviewer's own work.
WITH due AS (
    SELECT t.id, t.ontology_version
    FROM task t
    WHERE t.organization = $1
      AND t.project = $2
      AND (t.state IN ('review', 'ambiguous') OR (t.state = 'resolved' AND NOT t.reviewed AND NOT t.gold))
      AND NOT EXISTS (
          SELECT FROM annotation a
          WHERE a.organization = $1 AND a.task = t.id AND a.labeler = $3)
      AND NOT EXISTS (
          SELECT FROM lease l
          WHERE l.organization = $1 AND l.task = t.id AND l.slot = 0)
    ORDER BY t.confidence
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

-- name: lock_claims
-- One labeler's claims in one project go one after the other (as in assay_claim).
SELECT pg_advisory_xact_lock(hashtextextended($1::uuid::text || $2::uuid::text, 0))

-- name: count_leases
-- Live leases of a labeler in a project, of any stage.
SELECT count(*)
FROM lease
WHERE organization = $1
  AND project = $2
  AND labeler = $3
  AND until > clock_timestamp()

-- name: end_review_lease
-- Uses a review lease up.
DELETE FROM lease
WHERE organization = $1
  AND id = $2
  AND (labeler = $3) IS TRUE
  AND stage = 'review'
RETURNING task, fence

-- name: find_review_lease
-- A review lease of a labeler.
SELECT task, fence, ontology_version
FROM lease
WHERE organization = $1
  AND id = $2
  AND (labeler = $3) IS TRUE
  AND stage = 'review'
FOR UPDATE
