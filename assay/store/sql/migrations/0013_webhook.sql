-- Who is told of events at an address of their own, and what was told, or could not be.

-- (xid, seq) is the place in the feed up to which deliveries were laid. The secret is derived from its version and
-- never stored; the version before it signs too until previous_until.
CREATE TABLE webhook (
    organization uuid NOT NULL REFERENCES organization ON DELETE CASCADE,
    id uuid NOT NULL,
    url text NOT NULL,
    project uuid,
    kinds text[],
    state text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'disabled')),
    reason text,
    secret_version integer NOT NULL DEFAULT 1,
    previous_until timestamptz,
    xid xid8 NOT NULL DEFAULT pg_snapshot_xmin(pg_current_snapshot()),
    seq bigint NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (organization, id)
);

-- One event for one webhook, named by the event's number in the feed. A claim moves next_at on, so that whoever
-- claimed and died is followed; attempts is its fence.
CREATE TABLE delivery (
    organization uuid NOT NULL,
    webhook uuid NOT NULL,
    seq bigint NOT NULL,
    kind text NOT NULL,
    project uuid,
    subject uuid NOT NULL,
    body jsonb NOT NULL,
    at timestamptz NOT NULL,
    state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'delivered', 'dead')),
    attempts integer NOT NULL DEFAULT 0,
    next_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    status integer,
    error text,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    ended_at timestamptz,
    PRIMARY KEY (organization, webhook, seq),
    FOREIGN KEY (organization, webhook) REFERENCES webhook ON DELETE CASCADE
);
CREATE INDEX delivery_due ON delivery (organization, webhook, next_at) WHERE state = 'pending';
CREATE INDEX delivery_order ON delivery (organization, webhook, subject, seq) WHERE state = 'pending';
CREATE INDEX delivery_next ON delivery (next_at) WHERE state = 'pending';
CREATE INDEX delivery_ended ON delivery (ended_at) WHERE state <> 'pending';

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['webhook', 'delivery'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY tenant ON %I TO assay_app USING (organization = current_organization())', name);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO assay_app', name);
        EXECUTE format('CREATE POLICY system ON %I TO assay_system USING (true)', name);
        EXECUTE format('GRANT SELECT, DELETE ON %I TO assay_system', name);
    END LOOP;
END $$;
