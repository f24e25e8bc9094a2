-- name: insert_dataset
-- The default data set of a project.
INSERT INTO dataset (organization, id, name)
VALUES ($1, $2, $3)

-- name: insert
-- A new project.
INSERT INTO project (
    organization, id, name, access, target_accuracy, min_labels, max_labels, gold_rate, lease_seconds,
    blind_review, ontology_version, dataset, created_by, second_look_rate)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1, $11, $12, $13)

-- name: insert_ontology
-- A version of a project's ontology; versions never change.
INSERT INTO ontology (organization, project, version, document, migration, created_by)
VALUES ($1, $2, $3, $4::text::jsonb, $5::text::jsonb, $6)

-- name: find
-- One project with its current ontology. $3: the asking labeler may see projects for members only.
SELECT p.id, p.name, p.access, p.target_accuracy, p.min_labels, p.max_labels, p.gold_rate, p.lease_seconds,
       p.blind_review, p.second_look_rate, p.ontology_version, p.dataset, p.created_at, o.document AS ontology
FROM project p
JOIN ontology o ON o.organization = p.organization AND o.project = p.id AND o.version = p.ontology_version
WHERE p.organization = $1
  AND p.id = $2
  AND p.deleted_at IS NULL
  AND ($3 OR p.access = 'organization' OR EXISTS (
      SELECT FROM project_member m
      WHERE m.organization = p.organization AND m.project = p.id AND m.labeler = $4))

-- name: page
-- Projects this labeler may see, newest last.
SELECT p.id, p.name, p.access, p.target_accuracy, p.min_labels, p.max_labels, p.gold_rate, p.lease_seconds,
       p.blind_review, p.second_look_rate, p.ontology_version, p.dataset, p.created_at, o.document AS ontology
FROM project p
JOIN ontology o ON o.organization = p.organization AND o.project = p.id AND o.version = p.ontology_version
WHERE p.organization = $1
  AND p.id > $2
  AND p.deleted_at IS NULL
  AND ($4 OR p.access = 'organization' OR EXISTS (
      SELECT FROM project_member m
      WHERE m.organization = p.organization AND m.project = p.id AND m.labeler = $5))
ORDER BY p.id
LIMIT $3

-- name: lock
-- Holds a project still while it is changed.
SELECT ontology_version
FROM project
WHERE organization = $1
  AND id = $2
  AND deleted_at IS NULL
FOR UPDATE

-- name: update
-- Writes what may change of a project.
UPDATE project
SET name = $3,
    access = $4,
    target_accuracy = $5,
    stop_at = CASE WHEN target_accuracy IS NOT DISTINCT FROM $5 THEN stop_at END,
    min_labels = $6,
    max_labels = $7,
    gold_rate = $8,
    lease_seconds = $9,
    blind_review = $10,
    second_look_rate = $11
WHERE organization = $1
  AND id = $2

-- name: set_ontology_version
-- Makes a version the one that new leases are given.
UPDATE project
SET ontology_version = $3
WHERE organization = $1
  AND id = $2

-- name: delete
-- Hides a project; it is kept for thirty days.
UPDATE project
SET deleted_at = clock_timestamp()
WHERE organization = $1
  AND id = $2
  AND deleted_at IS NULL
RETURNING id

-- name: withdraw
-- A deleted project asks for nothing.
DELETE FROM ready_slot
WHERE organization = $1
  AND project = $2

-- name: ontology
-- One version of an ontology.
SELECT document
FROM ontology
WHERE organization = $1
  AND project = $2
  AND version = $3

-- name: add_member
-- Lets a labeler into a project for members only.
INSERT INTO project_member (organization, project, labeler)
VALUES ($1, $2, $3)
ON CONFLICT DO NOTHING

-- name: remove_member
-- Takes a labeler out of a project.
DELETE FROM project_member
WHERE organization = $1
  AND project = $2
  AND labeler = $3
RETURNING labeler

-- name: members
-- Who belongs to a project.
SELECT l.id, l.name, l.kind, l.role, l.created_at, l.disabled_at
FROM project_member m
JOIN labeler l ON l.organization = m.organization AND l.id = m.labeler
WHERE m.organization = $1
  AND m.project = $2
  AND l.id > $3
ORDER BY l.id
LIMIT $4

-- name: aims
-- What a refit must know of a project.
SELECT gold_rate, target_accuracy, min_labels, max_labels, stop_at
FROM project
WHERE organization = $1
  AND id = $2

-- name: stop_at
-- Sets the confidence at which tasks may close, unless the target it was found for is another now.
UPDATE project
SET stop_at = $3
WHERE organization = $1
  AND id = $2
  AND target_accuracy = $4
  AND stop_at IS DISTINCT FROM $3

-- name: live_leases
-- How many tasks of a project are held now.
SELECT count(*)
FROM lease
WHERE organization = $1
  AND project = $2
  AND until > clock_timestamp()

-- name: ontology_version
-- The version that new leases are given.
SELECT ontology_version
FROM project
WHERE organization = $1
  AND id = $2
