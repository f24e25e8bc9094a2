-- What is labelled: data sets of items, and the projects that ask questions about them.

CREATE TABLE dataset (
    organization uuid NOT NULL REFERENCES organization ON DELETE CASCADE,
    id uuid NOT NULL,
    name text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (organization, id)
);

CREATE TABLE project (
    organization uuid NOT NULL REFERENCES organization ON DELETE CASCADE,
    id uuid NOT NULL,
    name text NOT NULL,
    access text NOT NULL CHECK (access IN ('organization', 'members')),
    target_accuracy double precision,
    min_labels smallint NOT NULL,
    max_labels smallint NOT NULL,
    gold_rate double precision NOT NULL,
    lease_seconds integer NOT NULL,
    ontology_version integer NOT NULL,
    dataset uuid NOT NULL,
    created_by uuid NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    deleted_at timestamptz,
    PRIMARY KEY (organization, id),
    FOREIGN KEY (organization, dataset) REFERENCES dataset
);

CREATE TABLE ontology (
    organization uuid NOT NULL,
    project uuid NOT NULL,
    version integer NOT NULL,
    document jsonb NOT NULL,
    migration jsonb NOT NULL,
    created_by uuid NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (organization, project, version),
    FOREIGN KEY (organization, project) REFERENCES project ON DELETE CASCADE
);

CREATE TABLE project_member (
    organization uuid NOT NULL,
    project uuid NOT NULL,
    labeler uuid NOT NULL,
    PRIMARY KEY (organization, project, labeler),
    FOREIGN KEY (organization, project) REFERENCES project ON DELETE CASCADE,
    FOREIGN KEY (organization, labeler) REFERENCES labeler ON DELETE CASCADE
);

-- Bytes are immutable and named by their hash; the blob store holds them.
CREATE TABLE asset (
    organization uuid NOT NULL REFERENCES organization ON DELETE CASCADE,
    sha256 text NOT NULL,
    media_type text NOT NULL,
    size_bytes bigint NOT NULL,
    name text,
    width integer,
    height integer,
    frames integer,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (organization, sha256)
);

-- The blob store holds the parts. `media_type` is what the sender calls the file: compared, never believed.
CREATE TABLE upload (
    organization uuid NOT NULL REFERENCES organization ON DELETE CASCADE,
    id uuid NOT NULL,
    labeler uuid NOT NULL,
    size_bytes bigint NOT NULL,
    sha256 text,
    name text,
    media_type text,
    completed_asset text,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (organization, id)
);

-- An import is invisible until it is published, and removed by its id when it fails.
CREATE TABLE import (
    organization uuid NOT NULL,
    id uuid NOT NULL,
    project uuid NOT NULL,
    labeler uuid NOT NULL,
    state text NOT NULL CHECK (state IN ('staging', 'publishing', 'published', 'aborted')),
    accepted integer NOT NULL DEFAULT 0,
    existing integer NOT NULL DEFAULT 0,
    rejected integer NOT NULL DEFAULT 0,
    published_chunks integer NOT NULL DEFAULT 0,
    heartbeat_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (organization, id),
    FOREIGN KEY (organization, project) REFERENCES project ON DELETE CASCADE
);
CREATE INDEX import_unpublished ON import (organization, project) WHERE state <> 'published';

-- The task sequence numbers one staged chunk took: how an import finds its own rows again.
CREATE TABLE import_chunk (
    organization uuid NOT NULL,
    import uuid NOT NULL,
    number integer NOT NULL,
    first_seq bigint NOT NULL,
    last_seq bigint NOT NULL,
    PRIMARY KEY (organization, import, number),
    FOREIGN KEY (organization, import) REFERENCES import ON DELETE CASCADE
);

-- Wide, written at import, not updated. No foreign keys from here on: a key into a hot parent locks it.
CREATE TABLE item (
    organization uuid NOT NULL,
    id uuid NOT NULL,
    dataset uuid NOT NULL,
    external_id text NOT NULL,
    fields jsonb NOT NULL,
    metadata jsonb NOT NULL,
    facts jsonb,
    digest bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (organization, id),
    UNIQUE (organization, dataset, external_id)
);
