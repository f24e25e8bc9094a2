-- name: of_task
-- All annotations of a task with their labelers, oldest first.
SELECT a.id, a.labeler, l.name AS labeler_name, l.kind, a.ontology_version, a.label, a.counted, a.created_at,
       EXISTS (
           SELECT FROM review r
           WHERE r.organization = a.organization AND r.task = a.task AND r.annotation = a.id
             AND r.verdict = 'reject') AS rejected
FROM annotation a
JOIN labeler l ON l.organization = a.organization AND l.id = a.labeler
WHERE a.organization = $1
  AND a.task = $2
ORDER BY a.created_at, a.id

-- name: find
-- One annotation.
SELECT id, task, labeler, label, ontology_version
FROM annotation
WHERE organization = $1
  AND id = $2

-- name: of_project
-- Counted annotations of a project for refitting, in the order of their tasks; with gold, a reviewer's answer or a
-- merged one to compare with.
SELECT a.task, a.labeler, a.label, t.gold, t.method, t.seq, a.ontology_version,
       CASE
           WHEN t.gold OR t.method = 'review' OR (t.state = 'resolved' AND t.given > 1) THEN t.label
       END AS reference,
       EXISTS (
           SELECT FROM review r
           WHERE r.organization = a.organization AND r.task = a.task AND r.annotation = a.id
             AND r.verdict = 'reject') AS rejected
FROM task t
JOIN annotation a ON a.organization = t.organization AND a.task = t.id AND a.counted
WHERE t.organization = $1
  AND t.project = $2
  AND t.seq > $3
  AND t.seq <= $4
ORDER BY t.seq, a.created_at

-- name: task_after
-- The sequence number so many tasks on, or the last.
SELECT max(seq)
FROM (
    SELECT seq
    FROM task
    WHERE organization = $1
      AND project = $2
      AND seq > $3
    ORDER BY seq
    LIMIT $4
) ahead

-- name: labels_with_items
-- Counted labels with the items they are about, for seeing what a new ontology does to them.
SELECT a.label, i.fields, i.facts
FROM task t
JOIN annotation a ON a.organization = t.organization AND a.task = t.id AND a.counted
JOIN item i ON i.organization = t.organization AND i.id = t.item
WHERE t.organization = $1
  AND t.project = $2

-- name: drafts_with_items
-- What is begun in a project with the items it is about, for seeing what a new ontology does to it.
SELECT d.label, i.fields, i.facts
FROM task t
JOIN draft d ON d.organization = t.organization AND d.task = t.id
JOIN item i ON i.organization = t.organization AND i.id = t.item
WHERE t.organization = $1
  AND t.project = $2

-- name: skills
-- What is known of each labeler's accuracy by question.
SELECT s.labeler, l.name, s.question, s.accuracy, s.low, s.high, s.labels, s.confusion, s.gold_rate
FROM labeler_skill s
JOIN labeler l ON l.organization = s.organization AND l.id = s.labeler
WHERE s.organization = $1
  AND s.project = $2
ORDER BY s.labeler, s.question

-- name: save_skills
-- Writes what the refit found.
INSERT INTO labeler_skill (
    organization, project, labeler, question, accuracy, low, high, labels, confusion, gold_rate, updated_at)
SELECT $1, $2, labeler, question, accuracy, low, high, labels, confusion::jsonb, gold_rate, clock_timestamp()
FROM unnest(
        $3::uuid[], $4::text[], $5::float8[], $6::float8[], $7::float8[], $8::integer[], $9::text[], $10::float8[])
    AS found (labeler, question, accuracy, low, high, labels, confusion, gold_rate)
ORDER BY labeler, question
ON CONFLICT (organization, project, labeler, question) DO UPDATE
SET accuracy = excluded.accuracy,
    low = excluded.low,
    high = excluded.high,
    labels = excluded.labels,
    confusion = excluded.confusion,
    gold_rate = excluded.gold_rate,
    updated_at = excluded.updated_at

-- name: import
-- Takes a batch of labels from elsewhere: what became of each, in the order given.
SELECT place, outcome, annotation
FROM assay_import_annotations(
    $1, $2, $3, $4::uuid[], $5::uuid[], $6::uuid[], $7::text[], $8::bytea[], $9::text[], $10::boolean[],
    $11::timestamptz[])
ORDER BY place

-- name: of_labelers
-- What labelers answered tasks with, for pairs of both.
SELECT a.task, a.labeler, a.id, a.digest
FROM unnest($2::uuid[], $3::uuid[]) AS given (task, labeler)
JOIN annotation a ON a.organization = $1 AND a.task = given.task AND a.labeler = given.labeler AND a.counted

-- name: tasks_by_external_id
-- Published tasks of a project by their items' external ids.
SELECT i.external_id, t.id AS task, t.seq, i.fields, i.facts
FROM item i
JOIN task t ON t.organization = i.organization AND t.item = i.id AND t.project = $2
WHERE i.organization = $1
  AND i.external_id = ANY ($3::text[])
  AND i.dataset = $4
  AND (t.import IS NULL OR NOT EXISTS (
      SELECT FROM import
      WHERE import.organization = $1 AND import.id = t.import AND import.state <> 'published'))

-- name: insert_review
-- What a reviewer said.
INSERT INTO review (
    organization, id, project, task, reviewer, annotation, resolution_version, verdict, label, reason, digest,
    new_version, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9::text::jsonb, $10, $11, $12, clock_timestamp())

-- name: find_review
-- A review by its id (a review lease's).
SELECT id, task, reviewer, digest, new_version
FROM review
WHERE organization = $1
  AND id = $2

-- name: reviews_of_task
-- What reviewers said of a task, oldest first.
SELECT r.id, r.reviewer, l.name AS reviewer_name, r.annotation, r.resolution_version, r.verdict, r.label, r.reason,
       r.new_version, r.created_at
FROM review r
JOIN labeler l ON l.organization = r.organization AND l.id = r.reviewer
WHERE r.organization = $1
  AND r.task = $2
ORDER BY r.created_at, r.id

-- name: authored
-- Whether a labeler answered a task.
SELECT EXISTS (
    SELECT FROM annotation
    WHERE organization = $1 AND task = $2 AND labeler = $3)
