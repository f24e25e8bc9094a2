-- Ends leases whose time ran out, of one project or of all, and gives their slots back. Returns how many.
-- A labeler who vanished may be asked again; a task that was let go ten times needs a person's attention.
CREATE OR REPLACE FUNCTION assay_expire_leases(p_organization uuid, p_project uuid, p_limit integer)
RETURNS integer
LANGUAGE plpgsql
-- Plans are cached, and made while tables were small or said to be empty: probes of indexes only.
SET enable_seqscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
-- No value makes another plan better here: planned once in each connection, not at each call.
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    v_lease lease%ROWTYPE;
    v_count integer := 0;
BEGIN
    PERFORM set_config('app.organization', p_organization::text, true);
    FOR v_lease IN
        DELETE FROM lease l
        USING (
            SELECT due.task, due.slot
            FROM lease due
            WHERE due.organization = p_organization
              AND (p_project IS NULL OR due.project = p_project)
              AND due.until < clock_timestamp()
            ORDER BY due.task, due.slot
            LIMIT p_limit
            FOR UPDATE SKIP LOCKED
        ) due
        WHERE l.organization = p_organization AND l.task = due.task AND l.slot = due.slot
        RETURNING l.*
    LOOP
        PERFORM assay_end_lease(v_lease, 'expired');
        v_count := v_count + 1;
    END LOOP;
    RETURN v_count;
END $$;
