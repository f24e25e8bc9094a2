-- Second looks: resolved tasks whose answer something speaks against go to a reviewer, at most once each. A flag opens
-- one and never changes a label.

-- The share of a project's resolved tasks that may be looked at twice.
ALTER TABLE project ADD COLUMN second_look_rate double precision NOT NULL DEFAULT 0;

CREATE TABLE second_look (
    organization uuid NOT NULL,
    project uuid NOT NULL,
    task uuid NOT NULL,
    question text NOT NULL,
    reason text NOT NULL CHECK (reason IN ('model', 'duplicate')),
    doubt double precision NOT NULL,
    opened_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    closed_at timestamptz,
    changed boolean,
    PRIMARY KEY (organization, task)
);
CREATE INDEX second_look_project ON second_look (organization, project, doubt);

ALTER TABLE second_look ENABLE ROW LEVEL SECURITY;
ALTER TABLE second_look FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON second_look TO assay_app USING (organization = current_organization());
GRANT SELECT, INSERT, UPDATE, DELETE ON second_look TO assay_app;
