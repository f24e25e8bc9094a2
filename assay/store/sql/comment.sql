-- name: insert
-- What a reviewer said.
INSERT INTO comment (organization, id, project, task, annotation, author, question, object, field, x, y, text)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)

-- name: withdraw
-- Take back what was said; the first time counts, and who else asks finds nothing.
UPDATE comment
SET withdrawn_at = coalesce(withdrawn_at, clock_timestamp())
WHERE organization = $1
  AND id = $2
  AND author = $3
RETURNING project, task, annotation, withdrawn_at < statement_timestamp() AS already

-- name: page
-- Comments in a project after an id, oldest first; of one task, where one is named.
SELECT c.*, l.name AS author_name, i.external_id
FROM comment c
JOIN labeler l ON l.organization = c.organization AND l.id = c.author
JOIN task t ON t.organization = c.organization AND t.id = c.task
JOIN item i ON i.organization = t.organization AND i.id = t.item
WHERE c.organization = $1
  AND c.project = $2
  AND c.id > $3
  AND ($4::uuid IS NULL OR c.task = $4)
  AND c.withdrawn_at IS NULL
ORDER BY c.id
LIMIT $5

-- name: received_page
-- Comments after an id on what a labeler answered, oldest first, each with that answer and its item; a comment on a
-- whole task is about every answer to it.
SELECT DISTINCT ON (c.id)
       c.*, a.id AS answered, a.label, a.ontology_version, i.id AS item, i.external_id, i.fields, i.metadata
FROM comment c
JOIN annotation a ON a.organization = c.organization AND a.task = c.task AND a.labeler = $4
    AND (c.annotation IS NULL OR a.id = c.annotation)
JOIN task t ON t.organization = c.organization AND t.id = c.task
JOIN item i ON i.organization = t.organization AND i.id = t.item
WHERE c.organization = $1
  AND c.project = $2
  AND c.id > $3
  AND ($5::uuid IS NULL OR c.task = $5)
  AND c.withdrawn_at IS NULL
ORDER BY c.id, a.counted DESC, a.created_at DESC
LIMIT $6
