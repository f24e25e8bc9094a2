-- Takes a batch of labels from elsewhere: votes that took no slot here, and withdraw slots no longer needed. The rows
-- are taken in the order of their tasks, so that two imports never wait for each other in a circle. Says of each row,
-- by its place from 1, whether it was 'accepted', 'existing' (the labeler answered the same) or in 'conflict', and
-- which annotation stands.
CREATE OR REPLACE FUNCTION assay_import_annotations(
    p_organization uuid, p_project uuid, p_version integer, p_ids uuid[], p_tasks uuid[], p_labelers uuid[],
    p_labels text[], p_digests bytea[], p_ballots text[], p_structured boolean[], p_created_at timestamptz[]
) RETURNS TABLE (place bigint, outcome text, annotation uuid)
LANGUAGE plpgsql AS $$
DECLARE
    v_row record;
    v_there annotation%ROWTYPE;
    v_state text;
BEGIN
    FOR v_row IN
        SELECT given.*
        FROM unnest(p_ids, p_tasks, p_labelers, p_labels, p_digests, p_ballots, p_structured, p_created_at)
            WITH ORDINALITY AS given (id, task, labeler, label, digest, ballots, structured, created_at, place)
        ORDER BY given.task, given.place
    LOOP
        place := v_row.place;
        outcome := 'accepted';
        annotation := v_row.id;
        INSERT INTO annotation (
            organization, id, project, task, labeler, ontology_version, label, digest, counted, created_at)
        VALUES (
            p_organization, v_row.id, p_project, v_row.task, v_row.labeler, p_version, v_row.label::jsonb,
            v_row.digest, true, coalesce(v_row.created_at, clock_timestamp()))
        ON CONFLICT DO NOTHING;
        IF FOUND THEN
            INSERT INTO labeler_task (organization, labeler, task)
            VALUES (p_organization, v_row.labeler, v_row.task)
            ON CONFLICT DO NOTHING;
            v_state := assay_count_label(
                p_organization, p_project, v_row.task, v_row.labeler, v_row.ballots::jsonb, v_row.structured);
            PERFORM assay_withdraw_slots(p_organization, v_row.task);
            INSERT INTO feed (organization, kind, project, subject, body)
            VALUES (p_organization, 'annotation.imported', p_project, v_row.task,
                    jsonb_build_object(
                        'annotation', v_row.id, 'labeler', v_row.labeler, 'task_state', v_state));
        ELSE
            SELECT * INTO v_there
                FROM annotation a
                WHERE a.organization = p_organization AND a.task = v_row.task AND a.labeler = v_row.labeler
                  AND a.counted;
            annotation := v_there.id;
            outcome := CASE WHEN v_there.digest = v_row.digest THEN 'existing' ELSE 'conflict' END;
        END IF;
        RETURN NEXT;
    END LOOP;
END $$;
