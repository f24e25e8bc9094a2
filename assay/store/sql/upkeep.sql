-- name: forget_attempts
-- Tries to sign in count for a quarter of an hour (system role).
DELETE FROM login_attempt
WHERE at < clock_timestamp() - interval '1 hour'

-- name: forget_links
-- Links that were used or are too old; a day later nobody asks why (system role).
DELETE FROM login_link
WHERE expires_at < clock_timestamp() - interval '1 day'
