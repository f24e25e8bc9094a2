-- name: count
-- How many published tasks of a project wait for their media to be looked at.
SELECT count(*)
FROM task t
WHERE t.organization = $1
  AND t.project = $2
  AND t.state = 'probing'
  AND (t.import IS NULL OR NOT EXISTS (
      SELECT FROM import
      WHERE import.organization = $1 AND import.id = t.import AND import.state <> 'published'))

-- name: in_import
-- Whether an import brought tasks that wait for their media.
SELECT EXISTS (
    SELECT FROM task t
    WHERE t.organization = $1
      AND t.project = $2
      AND t.state = 'probing'
      AND t.import = $3)

-- name: page
-- The next of them, with their items.
SELECT t.id, t.seq, t.item, i.external_id, i.fields, i.facts
FROM task t
JOIN item i ON i.organization = t.organization AND i.id = t.item
WHERE t.organization = $1
  AND t.project = $2
  AND t.state = 'probing'
  AND (t.import IS NULL OR NOT EXISTS (
      SELECT FROM import
      WHERE import.organization = $1 AND import.id = t.import AND import.state <> 'published'))
ORDER BY t.seq
LIMIT $3

-- name: save_facts
-- What was measured of items' media.
UPDATE item i
SET facts = found.facts::jsonb
FROM unnest($2::uuid[], $3::text[]) AS found (id, facts)
WHERE i.organization = $1
  AND i.id = found.id

-- name: open
-- Makes tasks claimable whose media can be read.
SELECT assay_open_probed($1, $2::uuid[])

-- name: give_up
-- Tasks whose media cannot be read wait for a person.
UPDATE task
SET state = 'needs_attention',
    version = version + 1,
    updated_at = clock_timestamp()
WHERE organization = $1
  AND id = ANY ($2::uuid[])
  AND state = 'probing'
