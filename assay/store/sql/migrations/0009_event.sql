-- What becomes of a task is told in the feed, whichever statement decided it. Deferred to the commit, so that it
-- comes after the answer or the review that it came of.
CREATE FUNCTION assay_tell_task_state() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO feed (organization, kind, project, subject, body)
    VALUES (NEW.organization, 'task.' || NEW.state, NEW.project, NEW.id,
            jsonb_build_object('state', NEW.state, 'version', NEW.version, 'confidence', NEW.confidence));
    RETURN NULL;
END $$;

-- Opening after a probe is part of an import, and resolving is a moment between two answers: neither is news.
CREATE CONSTRAINT TRIGGER task_state_told
    AFTER UPDATE OF state ON task
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW
    WHEN (OLD.state IS DISTINCT FROM NEW.state
        AND OLD.state <> 'probing'
        AND NEW.state NOT IN ('probing', 'resolving')
        AND NOT (OLD.state = 'resolving' AND NEW.state = 'open'))
    EXECUTE FUNCTION assay_tell_task_state();
