-- Who there is: organisations, people, labelers, and the ways they prove who they are.

CREATE TABLE organization (
    id uuid PRIMARY KEY,
    name text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- One human across organisations; hours and exposure caps count here.
CREATE TABLE person (
    id uuid PRIMARY KEY,
    email text NOT NULL UNIQUE,
    name text NOT NULL,
    password_hash text,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE labeler (
    organization uuid NOT NULL REFERENCES organization ON DELETE CASCADE,
    id uuid NOT NULL,
    name text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('person', 'model', 'function', 'llm')),
    role text NOT NULL CHECK (role IN ('admin', 'manager', 'reviewer', 'labeler')),
    person uuid REFERENCES person ON DELETE SET NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    disabled_at timestamptz,
    PRIMARY KEY (organization, id),
    UNIQUE (organization, name)
);

-- The secret itself is shown once and never stored.
CREATE TABLE api_key (
    organization uuid NOT NULL,
    id uuid NOT NULL UNIQUE,
    labeler uuid NOT NULL,
    secret_sha256 bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    revoked_at timestamptz,
    PRIMARY KEY (organization, id),
    FOREIGN KEY (organization, labeler) REFERENCES labeler ON DELETE CASCADE
);

CREATE TABLE session (
    id_sha256 bytea PRIMARY KEY,
    organization uuid NOT NULL,
    labeler uuid NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    expires_at timestamptz NOT NULL,
    FOREIGN KEY (organization, labeler) REFERENCES labeler ON DELETE CASCADE
);

-- A link that signs its bearer in once.
CREATE TABLE login_link (
    token_sha256 bytea PRIMARY KEY,
    organization uuid NOT NULL,
    labeler uuid NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    FOREIGN KEY (organization, labeler) REFERENCES labeler ON DELETE CASCADE
);

-- Sign-in attempts, so that guessing is slow whatever process it reaches.
CREATE TABLE login_attempt (
    email_sha256 bytea NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX login_attempt_email_at ON login_attempt (email_sha256, at);
