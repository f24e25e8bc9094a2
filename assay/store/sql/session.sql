-- name: insert
-- A browser signs in.
INSERT INTO session (id_sha256, organization, labeler, expires_at, by_link)
VALUES ($1, $2, $3, clock_timestamp() + make_interval(secs => $4), $5)

-- name: find
-- Who a session belongs to while it lasts.
SELECT l.organization, l.id AS labeler, l.name, l.kind, l.role, s.by_link
FROM session s
JOIN labeler l ON l.organization = s.organization AND l.id = s.labeler
WHERE s.id_sha256 = $1
  AND s.expires_at > clock_timestamp()
  AND l.disabled_at IS NULL

-- name: delete
-- Signs out.
DELETE FROM session
WHERE id_sha256 = $1

-- name: delete_of
-- Ends every session of a labeler.
DELETE FROM session
WHERE organization = $1
  AND labeler = $2

-- name: delete_of_person
-- Ends every session of a human.
DELETE FROM session s
USING labeler l
WHERE l.person = $1
  AND s.organization = l.organization
  AND s.labeler = l.id

-- name: delete_expired
-- Forgets sessions that ended.
DELETE FROM session
WHERE expires_at < clock_timestamp()

-- name: insert_link
-- A link that signs its bearer in once.
INSERT INTO login_link (token_sha256, organization, labeler, expires_at)
VALUES ($1, $2, $3, clock_timestamp() + make_interval(secs => $4))
RETURNING expires_at

-- name: delete_links_of
-- A new invitation, a new password and a lost access end those before.
DELETE FROM login_link
WHERE organization = $1
  AND labeler = $2
  AND used_at IS NULL

-- name: use_link
-- Uses a link up; the second caller finds it used.
UPDATE login_link
SET used_at = clock_timestamp()
WHERE token_sha256 = $1
  AND used_at IS NULL
  AND expires_at > clock_timestamp()
RETURNING organization, labeler

-- name: lock_attempts
-- Tries are counted under the hash of an address to sign in by, and of the one they come from: email_sha256 is both.
-- Whoever tries the same at the same time waits here, so that no try is left out of the count.
SELECT pg_advisory_xact_lock(hashtextextended(encode(key, 'hex'), 0))
FROM (
    SELECT key
    FROM unnest($1::bytea[]) AS given (key)
    ORDER BY key
) AS ordered

-- name: count_attempts
-- How often someone tried to sign in as an address, or from one, in the last quarter of an hour.
SELECT given.key, count(a.at) AS tries
FROM unnest($1::bytea[]) AS given (key)
LEFT JOIN login_attempt a
    ON a.email_sha256 = given.key
    AND a.at > clock_timestamp() - interval '15 minutes'
GROUP BY given.key

-- name: insert_attempts
-- Remembers a try, right or wrong.
INSERT INTO login_attempt (email_sha256)
SELECT unnest($1::bytea[])

-- name: forget_attempts
-- A successful sign-in clears the count; so does time.
DELETE FROM login_attempt
WHERE email_sha256 = $1
   OR at < clock_timestamp() - interval '1 hour'

-- name: forget_one_attempt
-- A try that was right does not count against where it came from.
DELETE FROM login_attempt
WHERE ctid = (
    SELECT ctid
    FROM login_attempt
    WHERE email_sha256 = $1
    ORDER BY at DESC
    LIMIT 1)

-- name: find_person
-- The labeler a person signs in as (the first organisation they belong to), with the password's hash.
SELECT p.password_hash, l.organization, l.id AS labeler
FROM person p
JOIN labeler l ON l.person = p.id
WHERE p.email = $1
  AND l.disabled_at IS NULL
ORDER BY l.created_at
LIMIT 1

-- name: find_account
-- The human behind a labeler.
SELECT p.id AS person, p.email, p.password_hash
FROM labeler l
JOIN person p ON p.id = l.person
WHERE l.organization = $1
  AND l.id = $2

-- name: set_password
-- A new password.
UPDATE person
SET password_hash = $2
WHERE id = $1

-- name: insert_person
-- A person who can sign in. One whom no labeler stands for was left behind by a request that failed.
INSERT INTO person (id, email, name, password_hash)
VALUES ($1, $2, $3, $4)
ON CONFLICT (email) DO UPDATE
SET name = excluded.name,
    password_hash = excluded.password_hash
WHERE NOT EXISTS (
    SELECT FROM labeler l
    WHERE l.person = person.id)
RETURNING id

-- name: founding
-- Whom the first start made.
SELECT value
FROM installation
WHERE key = 'founding'

-- name: found
-- Remembers whom the first start makes; of several first starts one wins.
INSERT INTO installation (key, value)
VALUES ('founding', $1::text::jsonb)
ON CONFLICT (key) DO UPDATE SET value = installation.value
RETURNING value
