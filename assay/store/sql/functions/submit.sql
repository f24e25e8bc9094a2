-- Takes a label for a lease in one round trip: annotation, posterior, next slot, feed and audit commit together.
-- Returns {"outcome": accepted | existing | conflict | fence | lost | unknown | mismatch, …}. A submit after the lease ended
-- is accepted while its slot is still free; otherwise the label is kept, uncounted.
-- p_structured says that the label also holds answers that a job must merge.
CREATE OR REPLACE FUNCTION assay_submit(
    p_organization uuid,
    p_labeler uuid,
    p_lease uuid,
    p_fence bigint,
    p_label jsonb,
    p_digest bytea,
    p_ballots jsonb,
    p_structured boolean,
    p_key text
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
    v_now timestamptz := clock_timestamp();
    v_lease lease%ROWTYPE;
    v_ended ended_lease%ROWTYPE;
    v_annotation annotation%ROWTYPE;
    v_counted boolean := true;
    v_outcome text;
    v_state text;
    v_request bytea := uuid_send(p_lease) || int8send(p_fence) || p_digest;
    v_earlier bytea;
BEGIN
    PERFORM set_config('app.organization', p_organization::text, true);

    IF p_key IS NOT NULL THEN
        -- The lock of store/sql/record.sql: requests with one key go one after the other, whatever they ask.
        PERFORM pg_advisory_xact_lock(hashtextextended(p_labeler::text || '/' || p_key, 1));
        SELECT i.digest INTO v_earlier
            FROM idempotency i
            WHERE i.organization = p_organization AND i.labeler = p_labeler AND i.key = p_key;
        IF v_earlier <> v_request THEN
            RETURN '{"outcome": "mismatch"}';
        END IF;
    END IF;

    -- Probed by the id alone: with the labeler among the conditions the planner may take the labeler's index.
    SELECT * INTO v_lease FROM lease l WHERE l.organization = p_organization AND l.id = p_lease FOR UPDATE;
    IF FOUND AND v_lease.labeler = p_labeler AND v_lease.stage = 'label' THEN
        IF v_lease.fence <> p_fence THEN
            RETURN '{"outcome": "fence"}';
        END IF;
        DELETE FROM lease l WHERE l.organization = p_organization AND l.id = p_lease;
        IF EXISTS (
            SELECT FROM annotation a
            WHERE a.organization = p_organization AND a.task = v_lease.task AND a.labeler = p_labeler AND a.counted)
        THEN
            -- A vote of this labeler's was imported meanwhile: that one counts, and the slot goes back.
            v_counted := false;
            PERFORM assay_end_lease(v_lease, 'answered');
        END IF;
    ELSE
        SELECT * INTO v_annotation
            FROM annotation a
            WHERE a.organization = p_organization AND a.id = p_lease AND a.labeler = p_labeler;
        IF FOUND THEN
            v_outcome := CASE
                WHEN v_annotation.fence <> p_fence THEN 'fence'
                WHEN v_annotation.digest <> p_digest THEN 'conflict'
                WHEN NOT v_annotation.counted THEN 'lost'
                ELSE 'existing' END;
            IF v_outcome = 'existing' AND p_key IS NOT NULL THEN
                -- A repeat under a new key was answered: from now on that key means this request.
                INSERT INTO idempotency (organization, labeler, key, digest, status, body)
                VALUES (p_organization, p_labeler, p_key, v_request, 200, 'null')
                ON CONFLICT (organization, labeler, key) DO NOTHING;
            END IF;
            RETURN jsonb_build_object(
                'outcome', v_outcome,
                'annotation', v_annotation.id,
                'task', v_annotation.task,
                'task_state', (SELECT t.state FROM task t
                               WHERE t.organization = p_organization AND t.id = v_annotation.task));
        END IF;
        SELECT * INTO v_ended
            FROM ended_lease e
            WHERE e.organization = p_organization AND e.id = p_lease AND e.labeler = p_labeler AND e.stage = 'label'
            FOR UPDATE;
        IF NOT FOUND THEN
            RETURN '{"outcome": "unknown"}';
        ELSIF v_ended.fence <> p_fence THEN
            RETURN '{"outcome": "fence"}';
        END IF;
        v_lease := ROW(
            v_ended.organization, v_ended.id, v_ended.project, v_ended.task, v_ended.slot, v_ended.fence,
            v_ended.labeler, v_ended.stage, v_ended.ontology_version, v_ended.claimed_at, v_ended.ended_at);
        -- One after the other with this labeler's claims: whoever was given the task anew answers under that lease.
        PERFORM pg_advisory_xact_lock(hashtextextended(p_labeler::text || v_ended.project::text, 0));
        -- The task before its slot, as a claim that ends leases takes them.
        PERFORM FROM task t WHERE t.organization = p_organization AND t.id = v_ended.task FOR UPDATE;
        v_counted := NOT EXISTS (
                SELECT FROM annotation a
                WHERE a.organization = p_organization AND a.task = v_ended.task AND a.labeler = p_labeler
                  AND a.counted)
            AND NOT EXISTS (
                SELECT FROM lease l
                WHERE l.organization = p_organization AND l.task = v_ended.task AND l.labeler = p_labeler);
        IF v_counted AND v_ended.slot > 0 THEN
            DELETE FROM ready_slot s
            WHERE s.organization = p_organization AND s.task = v_ended.task AND s.slot = v_ended.slot;
            v_counted := FOUND;
        END IF;
        INSERT INTO labeler_task (organization, labeler, task)
        VALUES (p_organization, p_labeler, v_ended.task)
        ON CONFLICT DO NOTHING;
    END IF;

    IF p_key IS NOT NULL THEN
        INSERT INTO idempotency (organization, labeler, key, digest, status, body)
        VALUES (p_organization, p_labeler, p_key, v_request, 200, 'null')
        ON CONFLICT (organization, labeler, key) DO NOTHING;
    END IF;
    v_now := clock_timestamp();  -- after every wait: the answer was taken now
    INSERT INTO annotation (
        organization, id, project, task, slot, fence, labeler, ontology_version, label, digest, counted, claimed_at,
        created_at)
    VALUES (
        p_organization, p_lease, v_lease.project, v_lease.task, v_lease.slot, v_lease.fence, p_labeler,
        v_lease.ontology_version, p_label, p_digest, v_counted, v_lease.claimed_at, v_now);
    IF v_counted THEN
        v_state := assay_count_label(
            p_organization, v_lease.project, v_lease.task, p_labeler, p_ballots, p_structured);
    END IF;
    DELETE FROM draft d WHERE d.organization = p_organization AND d.labeler = p_labeler AND d.task = v_lease.task;
    INSERT INTO feed (organization, kind, project, subject, body)
    VALUES (p_organization, 'annotation.submitted', v_lease.project, v_lease.task,
            jsonb_build_object(
                'annotation', p_lease, 'labeler', p_labeler, 'counted', v_counted, 'task_state', v_state));
    INSERT INTO audit (organization, actor, action, subject, detail)
    VALUES (p_organization, p_labeler, 'lease.submit', p_lease,
            jsonb_build_object('task', v_lease.task, 'counted', v_counted, 'sha256', encode(p_digest, 'hex')));
    RETURN jsonb_build_object(
        'outcome', CASE WHEN v_counted THEN 'accepted' ELSE 'lost' END,
        'annotation', p_lease,
        'task', v_lease.task,
        'task_state', v_state);
END $$;
