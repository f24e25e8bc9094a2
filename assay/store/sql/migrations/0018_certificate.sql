-- Certificates: which items of a snapshot are audited, and what auditors answered. An auditor works under a lease of
-- the stage `audit`.

ALTER TABLE lease DROP CONSTRAINT lease_stage_check;
ALTER TABLE lease ADD CONSTRAINT lease_stage_check CHECK (stage IN ('label', 'review', 'audit')) NOT VALID;

-- How a snapshot is audited, fixed before the first look. `predicted` names the bytes in the blob store that hold each
-- line's predicted chance of error, `audits` is how many items are to be looked at, `seed` what they were drawn with.
CREATE TABLE certificate (
    organization uuid NOT NULL,
    snapshot uuid NOT NULL,
    project uuid NOT NULL,
    seed bytea NOT NULL,
    predicted text NOT NULL,
    items integer NOT NULL,
    audits integer NOT NULL,
    confidence double precision NOT NULL,
    target double precision,
    least_similarity double precision NOT NULL,
    reached boolean NOT NULL DEFAULT false,
    created_by uuid NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (organization, snapshot)
);


-- The n-th item drawn from a snapshot, its label as it was frozen, and what an auditor found. `lease` is the last one
-- that was given for it; `answer` is the auditor's annotation, which is no vote.
CREATE TABLE draw (
    organization uuid NOT NULL,
    snapshot uuid NOT NULL,
    number integer NOT NULL,
    project uuid NOT NULL,
    item integer NOT NULL,
    task uuid NOT NULL,
    label jsonb NOT NULL,
    lease uuid,
    answer uuid,
    auditor uuid,
    similarity jsonb,
    wrong boolean,
    answered_at timestamptz,
    PRIMARY KEY (organization, snapshot, number)
) WITH (fillfactor = 70);
CREATE UNIQUE INDEX draw_task ON draw (organization, task, snapshot);
CREATE INDEX draw_open ON draw (organization, project, snapshot, number) WHERE answer IS NULL;

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['certificate', 'draw'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY tenant ON %I TO assay_app USING (organization = current_organization())', name);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO assay_app', name);
    END LOOP;
END $$;
