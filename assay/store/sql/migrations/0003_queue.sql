-- What is asked, who holds it, and what was answered. Every key starts with the organisation.

-- Staged chunks take a block of numbers each, so that an import finds its rows again by ranges.
CREATE SEQUENCE task_seq INCREMENT BY 8192;
CREATE SEQUENCE ready_slot_seq;
CREATE SEQUENCE fence_seq;

-- `tally` holds, for each class-valued question and facet, summed log-odds by answer:
-- {"topic": {"": {"k": 5, "w": {"sports": 2.77}}}}. `label` and `probability` hold merged structured answers,
-- gold and reviews.
CREATE TABLE task (
    organization uuid NOT NULL,
    id uuid NOT NULL,
    project uuid NOT NULL,
    item uuid NOT NULL,
    seq bigint NOT NULL,
    ontology_version integer NOT NULL,
    import uuid,
    priority smallint NOT NULL,
    gold boolean NOT NULL,
    state text NOT NULL CHECK (state IN (
        'probing', 'open', 'resolving', 'resolved', 'review', 'ambiguous', 'needs_attention')),
    wanted smallint NOT NULL,
    given smallint NOT NULL DEFAULT 0,
    failures smallint NOT NULL DEFAULT 0,
    tally jsonb NOT NULL DEFAULT '{}',
    label jsonb NOT NULL DEFAULT '{}',
    probability jsonb NOT NULL DEFAULT '{}',
    confidence double precision,
    method text NOT NULL DEFAULT '',
    reviewed boolean NOT NULL DEFAULT false,
    version integer NOT NULL DEFAULT 0,
    updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (organization, id)
) WITH (fillfactor = 80);
CREATE UNIQUE INDEX task_project_seq ON task (organization, project, seq);
CREATE UNIQUE INDEX task_project_item ON task (organization, project, item);
CREATE INDEX task_to_review ON task (organization, project, confidence)
    WHERE state IN ('review', 'ambiguous') OR (state = 'resolved' AND NOT reviewed AND NOT gold);
CREATE INDEX task_gold ON task (organization, project, seq) WHERE gold;
CREATE INDEX task_probing ON task (organization, project, seq) WHERE state = 'probing';

CREATE TABLE prediction (
    organization uuid NOT NULL,
    task uuid NOT NULL,
    labeler text NOT NULL,
    label jsonb NOT NULL,
    scores jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (organization, task, labeler)
);

-- The keys of the tables that fill and empty all day name the organisation last. The planner believes such a table
-- to be empty, all its indexes to be equal, and takes any whose first column the row-level policy names: then a probe
-- by id walks every dead entry of the organisation.

-- What can be claimed: one narrow row for each wanted label, and no other. `rank` is minus the priority, so
-- that the index reads urgent slots first. A returned or added slot gets a new `seq`: it goes to the end.
CREATE TABLE ready_slot (
    organization uuid NOT NULL,
    project uuid NOT NULL,
    rank smallint NOT NULL,
    seq bigint NOT NULL,
    task uuid NOT NULL,
    slot bigint NOT NULL,
    PRIMARY KEY (project, rank, seq, organization),
    CONSTRAINT ready_slot_once UNIQUE (task, slot, organization)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);

-- Who holds what: slot 0 is a review, 1… are wanted labels, negative ones are gold (one for each lease). `until` is in no index, so that a heartbeat stays a HOT update.
CREATE TABLE lease (
    organization uuid NOT NULL,
    id uuid NOT NULL,
    project uuid NOT NULL,
    task uuid NOT NULL,
    slot bigint NOT NULL,
    fence bigint NOT NULL,
    labeler uuid NOT NULL,
    stage text NOT NULL CHECK (stage IN ('label', 'review')),
    ontology_version integer NOT NULL,
    claimed_at timestamptz NOT NULL,
    until timestamptz NOT NULL,
    CONSTRAINT lease_slot_once PRIMARY KEY (task, slot, organization),
    CONSTRAINT lease_id UNIQUE (id, organization)
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
CREATE INDEX lease_project_labeler ON lease (labeler, project, fence, organization);

-- Leases that ended without a submit: what a late submit is checked against.
CREATE TABLE ended_lease (
    organization uuid NOT NULL,
    id uuid NOT NULL,
    project uuid NOT NULL,
    task uuid NOT NULL,
    slot bigint NOT NULL,
    fence bigint NOT NULL,
    labeler uuid NOT NULL,
    stage text NOT NULL,
    ontology_version integer NOT NULL,
    claimed_at timestamptz NOT NULL,
    ended_at timestamptz NOT NULL,
    reason text NOT NULL,
    PRIMARY KEY (organization, id)
);

-- Never twice: whom a task was given to.
CREATE TABLE labeler_task (
    organization uuid NOT NULL,
    labeler uuid NOT NULL,
    task uuid NOT NULL,
    PRIMARY KEY (labeler, task, organization)
);

-- Append-only. A submitted annotation bears its lease's id, so that a repeated submit finds it by key.
CREATE TABLE annotation (
    organization uuid NOT NULL,
    id uuid NOT NULL,
    project uuid NOT NULL,
    task uuid NOT NULL,
    slot bigint,
    fence bigint,
    labeler uuid NOT NULL,
    ontology_version integer NOT NULL,
    label jsonb NOT NULL,
    digest bytea NOT NULL,
    counted boolean NOT NULL,
    claimed_at timestamptz,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (organization, id)
);
CREATE UNIQUE INDEX annotation_task_labeler ON annotation (organization, task, labeler) WHERE counted;
CREATE UNIQUE INDEX annotation_task_slot ON annotation (organization, task, slot) WHERE counted AND slot IS NOT NULL;

CREATE TABLE review (
    organization uuid NOT NULL,
    id uuid NOT NULL,
    project uuid NOT NULL,
    task uuid NOT NULL,
    reviewer uuid NOT NULL,
    annotation uuid,
    resolution_version integer,
    verdict text NOT NULL CHECK (verdict IN ('accept', 'fix', 'reject')),
    label jsonb,
    reason text NOT NULL,
    digest bytea NOT NULL,
    new_version integer NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (organization, id),
    CHECK ((annotation IS NULL) <> (resolution_version IS NULL)),
    CHECK ((label IS NOT NULL) = (verdict = 'fix'))
);
CREATE INDEX review_task ON review (organization, task);

-- Work in progress; belongs to (labeler, task) and outlives the lease.
CREATE TABLE draft (
    organization uuid NOT NULL,
    labeler uuid NOT NULL,
    task uuid NOT NULL,
    ontology_version integer NOT NULL,
    revision bigint NOT NULL,
    label jsonb NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (organization, labeler, task)
);

CREATE TABLE draft_operation (
    organization uuid NOT NULL,
    labeler uuid NOT NULL,
    task uuid NOT NULL,
    id uuid NOT NULL,
    revision bigint NOT NULL,
    forward jsonb NOT NULL,
    inverse jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (organization, labeler, task, id)
);

-- One estimate of skill for each labeler and question; written by the background refit only.
CREATE TABLE labeler_skill (
    organization uuid NOT NULL,
    project uuid NOT NULL,
    labeler uuid NOT NULL,
    question text NOT NULL,
    accuracy double precision NOT NULL CHECK (accuracy > 0 AND accuracy < 1),
    low double precision NOT NULL,
    high double precision NOT NULL,
    labels integer NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (organization, project, labeler, question)
);

-- Tasks whose structured answers wait to be merged.
CREATE TABLE merge_due (
    organization uuid NOT NULL,
    task uuid NOT NULL,
    requested_at timestamptz NOT NULL,
    PRIMARY KEY (organization, task)
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);

-- What is known of a project's quality, as the last refit saw it.
CREATE TABLE project_quality (
    organization uuid NOT NULL,
    project uuid NOT NULL,
    labels integer NOT NULL,
    document jsonb NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (organization, project)
);
