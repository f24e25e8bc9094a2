-- Makes tasks claimable whose media were looked at: one slot of each before the next of any, at the end of their rank.
-- Gold is resolved; a task that imported votes satisfy goes to the merge job, which decides on all kinds of answers.
CREATE OR REPLACE FUNCTION assay_open_probed(p_organization uuid, p_tasks uuid[]) RETURNS void
LANGUAGE sql AS $$
    WITH opened AS (
        UPDATE task t
        SET state = CASE WHEN t.gold THEN 'resolved' WHEN t.given >= t.wanted THEN 'resolving' ELSE 'open' END,
            updated_at = clock_timestamp()
        WHERE t.organization = p_organization
          AND t.id = ANY (p_tasks)
          AND t.state = 'probing'
        RETURNING t.organization, t.project, t.id, t.seq, t.priority, t.state, t.given, t.wanted
    ), due AS (
        INSERT INTO merge_due (organization, task, requested_at)
        SELECT opened.organization, opened.id, clock_timestamp()
        FROM opened
        WHERE opened.state = 'resolving'
        ON CONFLICT (organization, task) DO UPDATE SET requested_at = excluded.requested_at
    )
    INSERT INTO ready_slot (organization, project, rank, seq, task, slot)
    SELECT laid.organization, laid.project, -laid.priority, nextval('ready_slot_seq'), laid.id, laid.slot
    FROM (
        SELECT opened.*, slot
        FROM opened, generate_series(opened.given + 1, opened.wanted) AS slot
        WHERE opened.state = 'open'
        ORDER BY slot, opened.seq
    ) AS laid
    ON CONFLICT ON CONSTRAINT ready_slot_once DO NOTHING
$$;
