-- Files a lease that ended without a submit and gives its slot back at the end of its rank. The caller has
-- deleted the lease row. After 'skip', 'unsure' and 'broken' the same labeler is not asked again; after any other
-- reason, such as 'expired' and 'returned', they may be. Ten that ended without an answer are enough for
-- a person to look at it; one that was 'returned', as an app does with what it fetched ahead, says nothing of the task.
CREATE OR REPLACE FUNCTION assay_end_lease(p_lease lease, p_reason text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_failed integer := CASE WHEN p_reason = 'returned' THEN 0 ELSE 1 END;
    v_task task%ROWTYPE;
BEGIN
    INSERT INTO ended_lease (
        organization, id, project, task, slot, fence, labeler, stage, ontology_version, claimed_at, ended_at, reason)
    VALUES (
        p_lease.organization, p_lease.id, p_lease.project, p_lease.task, p_lease.slot, p_lease.fence,
        p_lease.labeler, p_lease.stage, p_lease.ontology_version, p_lease.claimed_at, clock_timestamp(), p_reason);
    INSERT INTO feed (organization, kind, project, subject, body)
    VALUES (p_lease.organization, 'lease.ended', p_lease.project, p_lease.task,
            jsonb_build_object('lease', p_lease.id, 'labeler', p_lease.labeler, 'reason', p_reason));
    IF p_lease.stage = 'review' THEN
        RETURN;
    END IF;
    IF p_reason NOT IN ('skip', 'unsure', 'broken') THEN
        DELETE FROM labeler_task
        WHERE organization = p_lease.organization AND labeler = p_lease.labeler AND task = p_lease.task;
    END IF;
    IF p_lease.slot < 0 THEN
        RETURN;
    END IF;
    UPDATE task t
    SET failures = t.failures + v_failed,
        state = CASE WHEN t.failures + v_failed >= 10 THEN 'needs_attention' ELSE t.state END
    WHERE t.organization = p_lease.organization AND t.id = p_lease.task
    RETURNING t.* INTO v_task;
    IF v_task.state = 'needs_attention' THEN
        DELETE FROM ready_slot WHERE organization = p_lease.organization AND task = p_lease.task;
    ELSIF v_task.state = 'open' THEN
        INSERT INTO ready_slot (organization, project, rank, seq, task, slot)
        VALUES (p_lease.organization, p_lease.project, -v_task.priority, nextval('ready_slot_seq'), p_lease.task,
                p_lease.slot);
    END IF;
END $$;
