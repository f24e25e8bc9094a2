-- What a person looks at again and again: a set of filters of a project's items, under a name of theirs.
CREATE TABLE view (
    organization uuid NOT NULL,
    project uuid NOT NULL,
    labeler uuid NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL,
    filters jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (organization, id),
    CONSTRAINT view_name_once UNIQUE (organization, project, labeler, name)
);

ALTER TABLE view ENABLE ROW LEVEL SECURITY;
ALTER TABLE view FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON view TO assay_app USING (organization = current_organization());
GRANT SELECT, INSERT, DELETE ON view TO assay_app;
