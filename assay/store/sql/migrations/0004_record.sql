-- What happened, in the order readers may rely on, and what is kept of it.

-- Readers take rows with xid < pg_snapshot_xmin(pg_current_snapshot()), in the order (xid, seq): a lower seq may
-- commit after a higher one was read.
CREATE TABLE feed (
    organization uuid NOT NULL,
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    seq bigint GENERATED ALWAYS AS IDENTITY,
    kind text NOT NULL,
    project uuid,
    subject uuid NOT NULL,
    body jsonb NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (xid, seq)
);

CREATE TABLE audit (
    organization uuid NOT NULL,
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    actor uuid,
    action text NOT NULL,
    subject uuid,
    detail jsonb NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- Refusals are merged: one row for each labeler, code and minute.
CREATE UNIQUE INDEX audit_refusal_once ON audit (organization, actor, (detail ->> 'code'), (detail ->> 'minute'))
    WHERE action = 'security.refused';

-- The answer to a request, stored with its effect.
CREATE TABLE idempotency (
    organization uuid NOT NULL,
    labeler uuid NOT NULL,
    key text NOT NULL,
    digest bytea NOT NULL,
    status smallint NOT NULL,
    body jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (organization, labeler, key)
);

-- What a person sees of background work; the job library does the running.
CREATE TABLE job (
    organization uuid NOT NULL,
    id uuid NOT NULL,
    kind text NOT NULL,
    project uuid,
    labeler uuid NOT NULL,
    request jsonb NOT NULL,
    state text NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed')),
    done bigint NOT NULL DEFAULT 0,
    total bigint,
    result jsonb,
    error jsonb,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (organization, id)
);
CREATE INDEX job_project ON job (organization, project, id);

-- An immutable, content-addressed version of a project's resolved labels; the blob store holds the lines.
CREATE TABLE snapshot (
    organization uuid NOT NULL,
    id uuid NOT NULL,
    project uuid NOT NULL,
    name text,
    ontology_version integer NOT NULL,
    sha256 text NOT NULL,
    size_bytes bigint NOT NULL,
    items integer NOT NULL,
    gold boolean NOT NULL,
    min_probability double precision NOT NULL,
    created_by uuid NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (organization, id)
);
CREATE INDEX snapshot_project ON snapshot (organization, project, id);

-- Small facts of the installation, such as which organisation the first start made.
CREATE TABLE installation (
    key text PRIMARY KEY,
    value jsonb NOT NULL
);
