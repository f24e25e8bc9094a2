-- Gives tasks tallies computed from all their votes with today's skills, by p_method. A task whose votes changed
-- meanwhile keeps its own (p_given says how many the caller saw), and so does one that a reviewer is looking at: a
-- review is about what was shown. What a person decided stays. Whether a task closes is for assay_settle to say.
CREATE OR REPLACE FUNCTION assay_retally(
    p_organization uuid, p_tasks uuid[], p_tallies text[], p_given integer[], p_method text
) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
    v_new record;
    v_task task%ROWTYPE;
    v_changed integer := 0;
BEGIN
    PERFORM set_config('app.organization', p_organization::text, true);
    FOR v_new IN
        SELECT given.task, given.tally::jsonb AS tally, given.votes
        FROM unnest(p_tasks, p_tallies, p_given) AS given (task, tally, votes)
        ORDER BY given.task
    LOOP
        SELECT * INTO v_task
            FROM task t
            WHERE t.organization = p_organization AND t.id = v_new.task
            FOR UPDATE;
        -- A rejected annotation was given but votes no more.
        CONTINUE WHEN v_task.given <> v_new.votes + (
                SELECT count(DISTINCT r.annotation)
                FROM review r
                JOIN annotation a ON a.organization = r.organization AND a.id = r.annotation AND a.counted
                WHERE r.organization = p_organization AND r.task = v_new.task AND r.verdict = 'reject')
            OR v_task.gold
            OR v_task.method = 'review'
            OR EXISTS (
                SELECT FROM lease l
                WHERE l.organization = p_organization AND l.task = v_new.task AND l.slot = 0
                    AND l.until > clock_timestamp())
            OR v_task.tally = v_new.tally;
        UPDATE task t
        SET tally = v_new.tally,
            confidence = CASE
                WHEN t.label = '{}' THEN assay_confidence(v_new.tally)
                ELSE least(t.confidence, assay_confidence(v_new.tally)) END,
            method = CASE WHEN t.label = '{}' THEN p_method ELSE t.method END,
            version = t.version + 1,
            updated_at = clock_timestamp()
        WHERE t.organization = p_organization AND t.id = v_new.task;
        v_changed := v_changed + 1;
    END LOOP;
    RETURN v_changed;
END $$;
