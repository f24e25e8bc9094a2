-- Writes the lease for a slot that the caller has taken; a gold task gets a slot of its own. Returns the lease.
CREATE OR REPLACE FUNCTION assay_grant(
    p_project project, p_lease uuid, p_task uuid, p_slot bigint, p_labeler uuid, p_now timestamptz
) RETURNS lease
LANGUAGE plpgsql AS $$
DECLARE
    v_fence bigint := nextval('fence_seq');
    v_lease lease%ROWTYPE;
BEGIN
    INSERT INTO lease (
        organization, id, project, task, slot, fence, labeler, stage, ontology_version, claimed_at, until)
    VALUES (
        p_project.organization, p_lease, p_project.id, p_task, coalesce(p_slot, -v_fence), v_fence, p_labeler,
        'label', p_project.ontology_version, p_now, p_now + make_interval(secs => p_project.lease_seconds))
    RETURNING * INTO v_lease;
    RETURN v_lease;
END $$;
