-- Counts a stored label towards its task: the posterior moves by the labeler's current skill, and the task closes,
-- asks for one more label, or goes to a reviewer. Returns the task's new state. Structured answers leave the
-- decision to the merge job (state 'resolving').
CREATE OR REPLACE FUNCTION assay_count_label(
    p_organization uuid, p_project uuid, p_task uuid, p_labeler uuid, p_ballots jsonb, p_structured boolean
) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
    v_task task%ROWTYPE;
    v_skills jsonb := '{}';
BEGIN
    SELECT * INTO v_task FROM task t WHERE t.organization = p_organization AND t.id = p_task FOR UPDATE;
    IF v_task.gold OR v_task.method = 'review' THEN
        UPDATE task t SET given = t.given + 1
        WHERE t.organization = p_organization AND t.id = p_task;
        RETURN v_task.state;
    END IF;
    IF p_ballots <> '[]' THEN
        SELECT coalesce(jsonb_object_agg(
                s.question, jsonb_build_object('accuracy', s.accuracy, 'confusion', s.confusion)), '{}')
            INTO v_skills
            FROM labeler_skill s
            WHERE s.organization = p_organization AND s.project = p_project AND s.labeler = p_labeler;
        v_task.tally := assay_add_ballots(v_task.tally, p_ballots, v_skills);
        v_task.confidence := assay_confidence(v_task.tally);
    END IF;
    v_task.given := v_task.given + 1;
    IF p_structured THEN
        INSERT INTO merge_due (organization, task, requested_at)
        VALUES (p_organization, p_task, clock_timestamp())
        ON CONFLICT (organization, task) DO UPDATE SET requested_at = excluded.requested_at;
        IF v_task.given >= v_task.wanted AND v_task.state = 'open' THEN
            v_task.state := 'resolving';
        END IF;
        UPDATE task t
        SET tally = v_task.tally, given = v_task.given, state = v_task.state, confidence = v_task.confidence,
            updated_at = clock_timestamp()
        WHERE t.organization = p_organization AND t.id = p_task;
        RETURN v_task.state;
    END IF;
    RETURN assay_decide(v_task);
END $$;
