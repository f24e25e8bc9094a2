-- The audit as evidence: rows are numbered and chained for each organisation after they were committed, so that the
-- chain makes no writer wait for another.

CREATE TABLE audit_seal (
    organization uuid NOT NULL,
    number bigint NOT NULL,
    seq bigint NOT NULL,
    leaf bytea NOT NULL,
    link bytea NOT NULL,
    PRIMARY KEY (organization, number),
    UNIQUE (organization, seq)
);

-- Where the chain ends. roots are of the full subtrees of the Merkle tree over all leaves, the largest first.
CREATE TABLE audit_head (
    organization uuid PRIMARY KEY,
    size bigint NOT NULL DEFAULT 0,
    link bytea NOT NULL,
    roots bytea[] NOT NULL DEFAULT '{}',
    kept bigint NOT NULL DEFAULT 0
);

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['audit_seal', 'audit_head'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY tenant ON %I TO assay_app USING (organization = current_organization())', name);
        EXECUTE format('CREATE POLICY system ON %I TO assay_system USING (true)', name);
        EXECUTE format('GRANT SELECT ON %I TO assay_system', name);
    END LOOP;
END $$;

-- A seal is written once, as the row it seals.
GRANT SELECT, INSERT ON audit_seal TO assay_app;
GRANT SELECT, INSERT, UPDATE ON audit_head TO assay_app;
