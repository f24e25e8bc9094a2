-- Withdraws open slots that a task no longer needs, the last laid first. Returns how many.
CREATE OR REPLACE FUNCTION assay_withdraw_slots(p_organization uuid, p_task uuid) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
    v_task task%ROWTYPE;
    v_held integer;
    v_gone integer;
BEGIN
    SELECT * INTO v_task FROM task t WHERE t.organization = p_organization AND t.id = p_task FOR UPDATE;
    SELECT count(*) INTO v_held
        FROM lease l
        WHERE l.organization = p_organization AND l.task = p_task AND l.slot > 0;
    WITH unneeded AS (
        SELECT s.rank, s.seq, s.project
        FROM ready_slot s
        WHERE s.organization = p_organization AND s.task = p_task
        ORDER BY s.slot
        OFFSET greatest(CASE WHEN v_task.state = 'open' THEN v_task.wanted - v_task.given - v_held ELSE 0 END, 0)
        FOR UPDATE
    )
    DELETE FROM ready_slot s
    USING unneeded u
    WHERE s.organization = p_organization AND s.project = u.project AND s.rank = u.rank AND s.seq = u.seq;
    GET DIAGNOSTICS v_gone = ROW_COUNT;
    RETURN v_gone;
END $$;
