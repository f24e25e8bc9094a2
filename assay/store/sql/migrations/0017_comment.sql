-- What reviewers say to labelers, and whether they know to whom.

-- About a task; with annotation, about one answer to it. (question, object) names an object of that answer, or of the
-- resolution; (field, x, y) a point on a picture, in its pixels. Never changed.
CREATE TABLE comment (
    organization uuid NOT NULL,
    id uuid NOT NULL,
    project uuid NOT NULL,
    task uuid NOT NULL,
    annotation uuid,
    author uuid NOT NULL,
    question text,
    object text,
    field text,
    x double precision,
    y double precision,
    text text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (organization, id),
    CHECK (object IS NULL OR question IS NOT NULL),
    CHECK ((field IS NULL) = (x IS NULL) AND (x IS NULL) = (y IS NULL)),
    CHECK (field IS NULL OR object IS NULL)
);
CREATE INDEX comment_project ON comment (organization, project, id);
CREATE INDEX comment_task ON comment (organization, task, id);

ALTER TABLE comment ENABLE ROW LEVEL SECURITY;
ALTER TABLE comment FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON comment TO assay_app USING (organization = current_organization());
GRANT SELECT, INSERT ON comment TO assay_app;

-- Reviewers do not see whose an answer is, unless a project says so.
ALTER TABLE project ADD COLUMN blind_review boolean NOT NULL DEFAULT true;
