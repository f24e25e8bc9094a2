-- Takes up to p_need ready slots that this labeler may fill, urgent ranks first, at most one of each task.
-- Searches above a low-water mark in each rank (p_ranks, p_marks), so that no claim walks dead index entries;
-- without marks it searches from the true start. p_wait waits for rows another claim holds instead of skipping
-- them: then finding nothing means that there is nothing.
-- Subqueries and arrays instead of joins: each row costs one probe of an index whatever the planner believes of
-- tables that were empty a second ago.
CREATE OR REPLACE FUNCTION assay_take_slots(
    p_organization uuid,
    p_project uuid,
    p_labeler uuid,
    p_need integer,
    p_ranks smallint[],
    p_marks bigint[],
    p_wait boolean
) RETURNS SETOF ready_slot
LANGUAGE plpgsql AS $$
DECLARE
    v_rank smallint := -32768;
    v_known smallint;
    v_below smallint;
    v_new smallint;
    v_mark bigint;
    v_seqs bigint[];
    v_taken integer;
BEGIN
    LOOP
        SELECT min(known) INTO v_known FROM unnest(p_ranks) AS known WHERE known > v_rank;
        -- A variable of the column's own type. Whatever row-level security does not know to be leakproof, a coalesce
        -- too, is no bound of the index but a filter behind it: each claim would walk the whole rank.
        v_below := coalesce(v_known, 32767);
        SELECT s.rank INTO v_new
            FROM ready_slot s
            WHERE s.organization = p_organization
              AND s.project = p_project
              AND s.rank > v_rank
              AND s.rank < v_below
            ORDER BY s.rank
            LIMIT 1;
        v_rank := coalesce(v_new, v_known);
        EXIT WHEN v_rank IS NULL;
        v_mark := coalesce(p_marks[array_position(p_ranks, v_rank)], 0);
        LOOP
            IF p_wait THEN
                v_seqs := ARRAY(
                    SELECT s.seq
                    FROM ready_slot s
                    WHERE s.organization = p_organization
                      AND s.project = p_project
                      AND s.rank = v_rank
                      AND s.seq > v_mark
                      AND (SELECT t.task
                           FROM labeler_task t
                           WHERE t.organization = p_organization AND t.labeler = p_labeler AND t.task = s.task
                          ) IS NULL
                    ORDER BY s.seq
                    LIMIT p_need
                    FOR UPDATE OF s);
            ELSE
                v_seqs := ARRAY(
                    SELECT s.seq
                    FROM ready_slot s
                    WHERE s.organization = p_organization
                      AND s.project = p_project
                      AND s.rank = v_rank
                      AND s.seq > v_mark
                      AND (SELECT t.task
                           FROM labeler_task t
                           WHERE t.organization = p_organization AND t.labeler = p_labeler AND t.task = s.task
                          ) IS NULL
                    ORDER BY s.seq
                    LIMIT p_need
                    FOR UPDATE OF s SKIP LOCKED);
            END IF;
            EXIT WHEN cardinality(v_seqs) = 0;
            -- Two slots of one task may stand side by side; the labeler gets the first.
            v_seqs := ARRAY(
                SELECT min(twin.seq)
                FROM ready_slot twin
                WHERE twin.organization = p_organization
                  AND twin.project = p_project
                  AND twin.rank = v_rank
                  AND twin.seq = ANY (v_seqs)
                GROUP BY twin.task);
            RETURN QUERY
                WITH taken AS (
                    DELETE FROM ready_slot s
                    WHERE s.organization = p_organization
                      AND s.project = p_project
                      AND s.rank = v_rank
                      AND s.seq = ANY (v_seqs)
                    RETURNING s.*
                ), remembered AS (
                    INSERT INTO labeler_task (organization, labeler, task)
                    SELECT p_organization, p_labeler, taken.task FROM taken
                )
                SELECT * FROM taken ORDER BY seq;
            GET DIAGNOSTICS v_taken = ROW_COUNT;
            p_need := p_need - v_taken;
            EXIT WHEN p_need <= 0 OR v_taken = 0;
        END LOOP;
        EXIT WHEN p_need <= 0;
    END LOOP;
END $$;
