-- name: enter
-- Says which organisation this transaction sees.
SELECT set_config('app.organization', $1, true)

-- name: insert
-- A new tenant.
INSERT INTO organization (id, name)
VALUES ($1, $2)

-- name: ping
-- Whether the database answers.
SELECT 1
