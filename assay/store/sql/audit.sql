-- name: newest
-- The last number a row of the audit bears (system role).
SELECT coalesce(max(seq), 0)
FROM audit

-- name: unsealed_organizations
-- Whose rows after a number are not sealed yet (system role).
SELECT DISTINCT a.organization
FROM audit a
WHERE a.seq > $1
  AND NOT EXISTS (SELECT FROM audit_seal s WHERE s.organization = a.organization AND s.seq = a.seq)

-- name: begin
-- The first row of an organisation is about to be sealed.
INSERT INTO audit_head (organization, link)
VALUES ($1, $2)
ON CONFLICT DO NOTHING

-- name: head
-- Where the chain ends. Whoever seals holds it, so that there is one chain.
SELECT size, link, roots
FROM audit_head
WHERE organization = $1
FOR UPDATE

-- name: unsealed
-- Rows after a number that are committed and not sealed yet. A late commit is sealed in its turn.
SELECT a.seq, a.actor, a.action, a.subject, a.detail::text AS detail, a.at
FROM audit a
WHERE a.organization = $1
  AND a.seq > $2
  AND NOT EXISTS (SELECT FROM audit_seal s WHERE s.organization = a.organization AND s.seq = a.seq)
ORDER BY a.seq
LIMIT $3

-- name: seal
-- Numbers and chains rows.
INSERT INTO audit_seal (organization, number, seq, leaf, link)
SELECT $1, number, seq, leaf, link
FROM unnest($2::bigint[], $3::bigint[], $4::bytea[], $5::bytea[]) AS sealed (number, seq, leaf, link)

-- name: advance
-- The chain ends here now.
UPDATE audit_head
SET size = $2,
    link = $3,
    roots = $4
WHERE organization = $1

-- name: heads
-- Where every chain ends (system role); with $1 only those of which no checkpoint is kept yet.
SELECT organization, size, link, roots
FROM audit_head
WHERE NOT $1
   OR kept < size
ORDER BY organization

-- name: kept
-- A checkpoint of this size is kept.
UPDATE audit_head
SET kept = greatest(kept, $2)
WHERE organization = $1

-- name: organizations
-- Who has an audit, sealed or not (system role).
SELECT DISTINCT organization FROM audit
UNION
SELECT DISTINCT organization FROM audit_seal
ORDER BY organization

-- name: sealed
-- Every seal with the row it seals, if that is still there (system role).
SELECT s.number, s.seq, s.leaf, s.link, a.seq IS NOT NULL AS there, a.actor, a.action, a.subject,
    a.detail::text AS detail, a.at
FROM audit_seal s
LEFT JOIN audit a ON a.seq = s.seq AND a.organization = s.organization
WHERE s.organization = $1
ORDER BY s.number

-- name: count_unsealed
-- How many rows are not sealed yet (system role).
SELECT count(*)
FROM audit a
WHERE a.organization = $1
  AND NOT EXISTS (SELECT FROM audit_seal s WHERE s.organization = a.organization AND s.seq = a.seq)
