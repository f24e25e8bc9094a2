-- Whether a session was begun by a one-time link: its person may choose a new password without naming the old one.
ALTER TABLE session ADD COLUMN by_link boolean NOT NULL DEFAULT false;
