-- Moves tasks to where the last refit's bar puts them: one that is sure enough closes, though a label more was asked;
-- one whose labels fit no answer, or that no label would settle (p_doubtful), goes to a person. What a person decided
-- or reviewed stays, and so do a task that somebody holds and one whose votes changed meanwhile or were rejected
-- (p_given says how many the caller saw). Returns how many moved.
CREATE OR REPLACE FUNCTION assay_settle(
    p_organization uuid, p_project uuid, p_tasks uuid[], p_doubtful boolean[], p_given integer[]
) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
    v_project project%ROWTYPE;
    v_task record;
    v_moved integer := 0;
BEGIN
    PERFORM set_config('app.organization', p_organization::text, true);
    SELECT * INTO v_project FROM project p WHERE p.organization = p_organization AND p.id = p_project;
    IF v_project.target_accuracy IS NULL THEN
        RETURN 0;
    END IF;
    FOR v_task IN
        SELECT t.id, CASE WHEN seen.doubtful THEN 'ambiguous' ELSE 'resolved' END AS next
        FROM unnest(p_tasks, p_doubtful, p_given) AS seen (task, doubtful, given)
        JOIN task t ON t.organization = p_organization AND t.id = seen.task
        WHERE t.given = seen.given
          AND t.given >= v_project.min_labels
          AND NOT t.gold
          AND NOT t.reviewed
          AND t.method <> 'review'
          AND t.label = '{}'
          AND CASE
              WHEN seen.doubtful THEN t.state IN ('open', 'resolved')
              ELSE t.state IN ('open', 'ambiguous')
                  AND t.confidence >= coalesce(v_project.stop_at, v_project.target_accuracy)
              END
          AND NOT EXISTS (
              SELECT FROM lease l
              WHERE l.organization = p_organization AND l.task = t.id AND l.until > clock_timestamp())
        ORDER BY t.id
        FOR UPDATE OF t SKIP LOCKED
    LOOP
        UPDATE task t
        SET state = v_task.next,
            wanted = t.given,
            version = t.version + 1,
            updated_at = clock_timestamp()
        WHERE t.organization = p_organization AND t.id = v_task.id;
        PERFORM assay_withdraw_slots(p_organization, v_task.id);
        v_moved := v_moved + 1;
    END LOOP;
    RETURN v_moved;
END $$;
