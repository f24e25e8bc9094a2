-- Takes many labels in one round trip and one transaction. All leases are held before the first task, and the tasks
-- are taken in order, so that a batch never waits in a circle with another, or with leases that are being ended.
-- Returns the outcomes of assay_submit in the order the labels were given.
CREATE OR REPLACE FUNCTION assay_submit_many(
    p_organization uuid,
    p_labeler uuid,
    p_leases uuid[],
    p_fences bigint[],
    p_labels text[],
    p_digests bytea[],
    p_ballots text[],
    p_structured boolean[]
) RETURNS jsonb
LANGUAGE plpgsql
-- Plans are cached, and made while tables were small or said to be empty: probes of indexes only.
SET enable_seqscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
-- No value makes another plan better here: planned once in each connection, not at each call.
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    v_index integer;
    v_outcomes jsonb[] := array_fill('null'::jsonb, ARRAY[cardinality(p_leases)]);
BEGIN
    PERFORM set_config('app.organization', p_organization::text, true);
    PERFORM FROM lease l
        WHERE l.organization = p_organization AND l.id = ANY (p_leases)
        ORDER BY l.id
        FOR UPDATE;
    FOR v_index IN
        SELECT given.index
        FROM unnest(p_leases) WITH ORDINALITY AS given (lease, index)
        LEFT JOIN lease l ON l.organization = p_organization AND l.id = given.lease
        ORDER BY l.task, given.index
    LOOP
        v_outcomes[v_index] := assay_submit(
            p_organization, p_labeler, p_leases[v_index], p_fences[v_index], p_labels[v_index]::jsonb,
            p_digests[v_index], p_ballots[v_index]::jsonb, p_structured[v_index], NULL);
    END LOOP;
    RETURN to_jsonb(v_outcomes);
END $$;
