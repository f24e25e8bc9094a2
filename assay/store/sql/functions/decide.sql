-- Writes a task whose answers have just changed, as a new version, and decides what comes next: resolved when it
-- has its labels and is sure enough, one more slot while that is allowed, otherwise ambiguous. The caller holds
-- the row and passes it changed. Sure enough is the bar that the last refit found (stop_at), else the target.
-- Returns the state.
CREATE OR REPLACE FUNCTION assay_decide(p_task task) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
    v_project project%ROWTYPE;
BEGIN
    SELECT * INTO v_project FROM project WHERE organization = p_task.organization AND id = p_task.project;
    IF p_task.state IN ('open', 'resolving') AND p_task.given >= p_task.wanted THEN
        IF v_project.target_accuracy IS NULL
            OR p_task.confidence >= coalesce(v_project.stop_at, v_project.target_accuracy)
        THEN
            p_task.state := 'resolved';
        ELSIF p_task.wanted < v_project.max_labels THEN
            p_task.state := 'open';
            p_task.wanted := greatest(p_task.wanted, p_task.given) + 1;
            INSERT INTO ready_slot (organization, project, rank, seq, task, slot)
            VALUES (p_task.organization, p_task.project, -p_task.priority, nextval('ready_slot_seq'), p_task.id,
                    p_task.wanted);
        ELSE
            p_task.state := 'ambiguous';
        END IF;
    END IF;
    UPDATE task t
    SET tally = p_task.tally,
        label = p_task.label,
        probability = p_task.probability,
        confidence = p_task.confidence,
        method = CASE WHEN p_task.method = '' THEN 'one_coin' ELSE p_task.method END,
        given = p_task.given,
        wanted = p_task.wanted,
        state = p_task.state,
        version = t.version + 1,
        updated_at = clock_timestamp()
    WHERE t.organization = p_task.organization AND t.id = p_task.id;
    RETURN p_task.state;
END $$;
