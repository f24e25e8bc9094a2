-- name: insert
-- An import begins.
INSERT INTO import (organization, id, project, labeler, state)
VALUES ($1, $2, $3, $4, 'staging')

-- name: insert_chunk
-- Remembers the numbers a chunk took, and that the import is alive.
WITH chunk AS (
    INSERT INTO import_chunk (organization, import, number, first_seq, last_seq)
    VALUES ($1, $2, $3, $4, $5)
)
UPDATE import
SET accepted = accepted + $6,
    existing = existing + $7,
    rejected = rejected + $8,
    heartbeat_at = clock_timestamp()
WHERE organization = $1
  AND id = $2
  AND state = 'staging'
RETURNING id

-- name: chunks
-- The numbers an import took.
SELECT number, first_seq, last_seq
FROM import_chunk
WHERE organization = $1
  AND import = $2
ORDER BY number

-- name: set_state
-- Moves an import on, from the state it must be in.
UPDATE import
SET state = $4,
    heartbeat_at = clock_timestamp()
WHERE organization = $1
  AND id = $2
  AND state = $3
RETURNING id

-- name: find
-- Where an import stands, held still.
SELECT id, project, labeler, state, accepted, existing, rejected, published_chunks
FROM import
WHERE organization = $1
  AND id = $2
FOR UPDATE

-- name: lay_slots
-- Lays one slot of each task of a chunk.
SELECT assay_lay_slots($1, $2, $3, $4, $5)

-- name: advance
-- Remembers how far publishing came.
UPDATE import
SET published_chunks = published_chunks + 1,
    heartbeat_at = clock_timestamp()
WHERE organization = $1
  AND id = $2

-- name: remove_chunk
-- Removes what a chunk staged.
WITH gone AS (
    DELETE FROM task t
    WHERE t.organization = $1
      AND t.project = $2
      AND t.seq BETWEEN $3 AND $4
      AND t.import = $5
    RETURNING t.id, t.item
), predictions AS (
    DELETE FROM prediction p
    USING gone
    WHERE p.organization = $1
      AND p.task = gone.id
)
DELETE FROM item i
USING gone
WHERE i.organization = $1
  AND i.id = gone.item
  AND NOT EXISTS (
      SELECT FROM task other
      WHERE other.organization = $1 AND other.item = i.id AND other.project <> $2)

-- name: removed
-- Nothing of an aborted import is there any more.
UPDATE import
SET accepted = 0
WHERE organization = $1
  AND id = $2
  AND state = 'aborted'

-- name: stale
-- Imports whose process died: nobody has moved them for a while (system role). An aborted one of which something was
-- accepted is not yet removed.
SELECT organization, id, state
FROM import
WHERE (state IN ('staging', 'publishing') OR (state = 'aborted' AND accepted > 0))
  AND heartbeat_at < clock_timestamp() - make_interval(secs => $1)

-- name: wanted_labels
-- How many slots each new task of a project gets.
SELECT min_labels
FROM project
WHERE organization = $1
  AND id = $2
