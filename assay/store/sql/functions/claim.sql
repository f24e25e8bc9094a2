-- Claims up to cardinality(p_leases) slots in one round trip and returns
-- {"outcome": "granted", "leases": […]}, or an outcome that says why not: not_found, quota, mismatch, replay.
-- p_draws holds one uniform random number for each lease: below the gold rate it asks for gold. That is the project's
-- while little is known of the labeler, less once the refit knows the labeler well (labeler_skill.gold_rate).
-- An empty list of leases is exact. p_held and p_after are what the caller remembers: the labeler holds no lease but
-- those with these fences, or with later ones. Fences only grow, so counting like this skips what is long gone.
CREATE OR REPLACE FUNCTION assay_claim(
    p_organization uuid,
    p_project uuid,
    p_labeler uuid,
    p_sees_all boolean,
    p_leases uuid[],
    p_draws double precision[],
    p_quota integer,
    p_ranks smallint[],
    p_marks bigint[],
    p_held bigint[],
    p_after bigint,
    p_key text,
    p_digest bytea
) RETURNS jsonb
LANGUAGE plpgsql
-- Plans are cached, and made while tables were small or said to be empty: probes of indexes only.
SET enable_seqscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
SET enable_sort = off
-- No value makes another plan better here: planned once in each connection, not at each call.
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    v_now timestamptz := clock_timestamp();
    v_project project%ROWTYPE;
    v_stored idempotency%ROWTYPE;
    v_room integer;
    v_held bigint[];
    v_gold uuid;
    v_golds uuid[] := '{}';
    v_slots ready_slot[] := '{}';
    v_asked integer := 0;
    v_leases lease[] := '{}';
    v_positions jsonb := '{}';
    v_slot ready_slot%ROWTYPE;
    v_wait boolean := false;
    v_answer jsonb;
BEGIN
    PERFORM set_config('app.organization', p_organization::text, true);
    -- One labeler's claims in one project go one after the other: the quota is exact.
    PERFORM pg_advisory_xact_lock(hashtextextended(p_labeler::text || p_project::text, 0));

    SELECT * INTO v_project
        FROM project
        WHERE organization = p_organization AND id = p_project AND deleted_at IS NULL;
    IF NOT FOUND OR (v_project.access = 'members' AND NOT p_sees_all AND NOT EXISTS (
        SELECT FROM project_member m
        WHERE m.organization = p_organization AND m.project = p_project AND m.labeler = p_labeler))
    THEN
        RETURN '{"outcome": "not_found"}';
    END IF;

    IF p_key IS NOT NULL THEN
        -- The lock of store/sql/record.sql: requests with one key go one after the other, whatever they ask.
        PERFORM pg_advisory_xact_lock(hashtextextended(p_labeler::text || '/' || p_key, 1));
        SELECT * INTO v_stored
            FROM idempotency i
            WHERE i.organization = p_organization AND i.labeler = p_labeler AND i.key = p_key;
        IF FOUND THEN
            IF v_stored.digest <> p_digest THEN
                RETURN '{"outcome": "mismatch"}';
            END IF;
            -- The same leases, as far as they are still held: an answer is kept by its ids alone.
            v_leases := ARRAY(
                SELECT l
                FROM lease l
                WHERE l.organization = p_organization
                  AND l.id = ANY (ARRAY(SELECT jsonb_array_elements_text(v_stored.body)::uuid)));
            RETURN jsonb_build_object(
                'outcome', 'replay', 'leases', assay_describe_leases(p_organization, v_leases));
        END IF;
    END IF;

    -- Each part in the order of the one index that serves it: of an empty table the planner takes any other as gladly, and
    -- then walks its dead entries.
    v_held := ARRAY(
        (SELECT l.fence
         FROM lease l
         WHERE l.organization = p_organization
           AND l.project = p_project
           AND l.labeler = p_labeler
           AND l.fence = ANY (p_held)
           AND l.until > v_now
         ORDER BY l.fence)
        UNION ALL
        (SELECT l.fence
         FROM lease l
         WHERE l.organization = p_organization
           AND l.project = p_project
           AND l.labeler = p_labeler
           AND l.fence > p_after
           AND l.until > v_now
         ORDER BY l.fence));
    v_room := p_quota - cardinality(v_held);
    IF v_room <= 0 THEN
        RETURN jsonb_build_object('outcome', 'quota', 'limit', p_quota);
    END IF;
    v_room := least(v_room, cardinality(p_leases));

    IF v_project.gold_rate > 0 THEN
        v_project.gold_rate := coalesce(least(v_project.gold_rate, (
            SELECT max(coalesce(s.gold_rate, v_project.gold_rate))
            FROM labeler_skill s
            WHERE s.organization = p_organization AND s.project = p_project AND s.labeler = p_labeler)),
            v_project.gold_rate);
        FOR index IN 1 .. v_room LOOP
            CONTINUE WHEN p_draws[index] >= v_project.gold_rate;
            v_gold := assay_take_gold(p_organization, p_project, p_labeler);
            EXIT WHEN v_gold IS NULL;
            v_golds := v_golds || v_gold;
        END LOOP;
    END IF;

    LOOP
        EXIT WHEN cardinality(v_golds) + cardinality(v_slots) >= v_room;
        FOR v_slot IN
            SELECT * FROM assay_take_slots(
                p_organization, p_project, p_labeler, v_room - cardinality(v_golds) - cardinality(v_slots),
                CASE WHEN v_wait THEN '{}' ELSE p_ranks END, CASE WHEN v_wait THEN '{}' ELSE p_marks END, v_wait)
        LOOP
            v_slots := v_slots || v_slot;
            v_positions := jsonb_set(v_positions, ARRAY[v_slot.rank::text], to_jsonb(v_slot.seq));
        END LOOP;
        EXIT WHEN v_wait OR cardinality(v_golds) + cardinality(v_slots) > 0;
        -- Nothing above the mark. Before saying so, take back what has expired and look from the true start.
        PERFORM assay_expire_leases(p_organization, p_project, 500);
        v_wait := true;
    END LOOP;

    -- A lease begins when it is granted: what was taken back or waited for above ended only a moment ago.
    v_now := clock_timestamp();
    -- Gold stands where its draw fell: neither its place in the answer nor its fence or lease tells it.
    FOR index IN 1 .. cardinality(v_golds) + cardinality(v_slots) LOOP
        IF v_asked >= cardinality(v_slots)
            OR (index - v_asked <= cardinality(v_golds) AND p_draws[index] < v_project.gold_rate)
        THEN
            v_leases := v_leases || assay_grant(
                v_project, p_leases[index], v_golds[index - v_asked], NULL, p_labeler, v_now);
        ELSE
            v_asked := v_asked + 1;
            v_leases := v_leases || assay_grant(
                v_project, p_leases[index], v_slots[v_asked].task, v_slots[v_asked].slot, p_labeler, v_now);
        END IF;
    END LOOP;

    v_answer := assay_describe_leases(p_organization, v_leases);
    IF p_key IS NOT NULL THEN
        INSERT INTO idempotency (organization, labeler, key, digest, status, body)
        VALUES (p_organization, p_labeler, p_key, p_digest, 200,
                to_jsonb(ARRAY(SELECT l.id FROM unnest(v_leases) AS l)));
    END IF;
    RETURN jsonb_build_object(
        'outcome', 'granted',
        'leases', v_answer,
        'marks', v_positions,
        'held', to_jsonb(v_held));
END $$;
