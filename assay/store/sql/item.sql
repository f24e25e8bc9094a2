-- name: assets
-- The measured facts of assets, by hash.
SELECT sha256, media_type, width, height, frames
FROM asset
WHERE organization = $1
  AND sha256 = ANY ($2::text[])

-- name: insert_items
-- Stages items; those whose external id is taken are passed over.
INSERT INTO item (organization, id, dataset, external_id, fields, metadata, facts, digest)
SELECT $1, id, $2, external_id, fields::jsonb, metadata::jsonb, facts::jsonb, digest
FROM unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bytea[])
    AS given (id, external_id, fields, metadata, facts, digest)
ON CONFLICT (organization, dataset, external_id) DO NOTHING
RETURNING id

-- name: find_existing
-- Items already there under these external ids, whether this project asks about them, and which import is still
-- bringing them.
SELECT i.external_id, i.id, i.digest, t.id IS NOT NULL AS asked, m.id AS import, m.state AS import_state
FROM item i
LEFT JOIN task t ON t.organization = i.organization AND t.project = $3 AND t.item = i.id
LEFT JOIN import m ON m.organization = t.organization AND m.id = t.import AND m.state <> 'published'
WHERE i.organization = $1
  AND i.dataset = $2
  AND i.external_id = ANY ($4::text[])

-- name: next_block
-- The first of 8,192 sequence numbers of tasks.
SELECT nextval('task_seq')

-- name: insert_tasks
-- Stages tasks, invisible until their import is published.
INSERT INTO task (
    organization, id, project, item, seq, ontology_version, import, priority, gold, state, wanted, label,
    probability, confidence, method, version)
SELECT $1, id, $2, item, seq, $3, $4, priority, gold, state,
       CASE WHEN gold THEN 0 ELSE $5::smallint END,
       label::jsonb, probability::jsonb,
       CASE WHEN gold THEN 1.0 END,
       CASE WHEN gold THEN 'gold' ELSE '' END,
       CASE WHEN gold THEN 1 ELSE 0 END
FROM unnest($6::uuid[], $7::uuid[], $8::bigint[], $9::smallint[], $10::boolean[], $11::text[], $12::text[], $13::text[])
    AS given (id, item, seq, priority, gold, state, label, probability)

-- name: insert_predictions
-- Labels that models offer for staged tasks.
INSERT INTO prediction (organization, task, labeler, label, scores)
SELECT $1, task, labeler, label::jsonb, scores::jsonb
FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[]) AS given (task, labeler, label, scores)

-- name: search
-- Items of a project in the order they came, with the state of their tasks, of the first $5 after a place. Filters that
-- are NULL let all pass; no index serves them, so that $5 is what they may cost.
-- The planner takes a bare `<> ALL` for one that nearly no task passes, and so reads and sorts the whole project for each
-- page; of what a coalesce lets pass it knows nothing, and goes by the index until the page is full.
SELECT t.id AS task, t.seq, t.state, t.gold, t.priority, t.confidence, i.id, i.external_id, i.fields, i.metadata,
       i.created_at
FROM (
    SELECT t.*
    FROM task t
    WHERE t.organization = $1
      AND t.project = $2
      AND t.seq > $3
      AND coalesce(t.import <> ALL (ARRAY(
          SELECT import.id
          FROM import
          WHERE import.organization = $1 AND import.project = $2 AND import.state <> 'published')), true)
    ORDER BY t.seq
    LIMIT $5
) t
JOIN item i ON i.organization = t.organization AND i.id = t.item
WHERE ($6::text IS NULL OR t.state = $6)
  AND ($7::boolean IS NULL OR t.gold = $7)
  AND ($8::double precision IS NULL OR t.confidence >= $8)
  AND ($9::double precision IS NULL OR t.confidence <= $9)
  AND ($10::text IS NULL OR assay_has_answer(t.method, t.tally, t.label, t.probability, $10, $11))
  AND ($12::text IS NULL
      OR position(lower($12) IN lower(i.external_id)) > 0
      OR EXISTS (
          SELECT
          FROM jsonb_each(i.fields) AS f (name, held)
          WHERE jsonb_typeof(f.held) = 'string' AND position(lower($12) IN lower(f.held #>> '{}')) > 0))
ORDER BY t.seq
LIMIT $4

-- name: search_end
-- The place of the last of the first $4 items after a place; none where there are fewer.
SELECT t.seq
FROM task t
WHERE t.organization = $1
  AND t.project = $2
  AND t.seq > $3
  AND coalesce(t.import <> ALL (ARRAY(
      SELECT import.id
      FROM import
      WHERE import.organization = $1 AND import.project = $2 AND import.state <> 'published')), true)
ORDER BY t.seq
OFFSET $4 - 1
LIMIT 1

-- name: place
-- The place of the item that bears a name.
SELECT t.seq
FROM project p
JOIN item i ON i.organization = p.organization AND i.dataset = p.dataset AND i.external_id = $3
JOIN task t ON t.organization = p.organization AND t.project = p.id AND t.item = i.id
WHERE p.organization = $1
  AND p.id = $2

-- name: field
-- One field of a published item of a project; $5: only if this labeler was given it.
SELECT i.fields -> $4
FROM task t
JOIN item i ON i.organization = t.organization AND i.id = t.item
WHERE t.organization = $1
  AND t.project = $2
  AND t.item = $3
  AND (t.import IS NULL OR NOT EXISTS (
      SELECT FROM import
      WHERE import.organization = $1 AND import.id = t.import AND import.state <> 'published'))
  AND ($5::uuid IS NULL OR EXISTS (
      SELECT FROM labeler_task g
      WHERE g.organization = $1 AND g.labeler = $5 AND g.task = t.id))
