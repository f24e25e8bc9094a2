-- Lays slot number p_slot of each task in a range of sequence numbers, at the end of its rank. Called for slot 1 of
-- every chunk before slot 2 of any (breadth first), so that one labeler's own tasks never pile up at the head.
CREATE OR REPLACE FUNCTION assay_lay_slots(
    p_organization uuid, p_project uuid, p_first bigint, p_last bigint, p_slot bigint
) RETURNS void
LANGUAGE sql AS $$
    INSERT INTO ready_slot (organization, project, rank, seq, task, slot)
    SELECT laid.organization, laid.project, -laid.priority, nextval('ready_slot_seq'), laid.id, p_slot
    FROM (
        SELECT t.organization, t.project, t.priority, t.id
        FROM task t
        WHERE t.organization = p_organization
          AND t.project = p_project
          AND t.seq BETWEEN p_first AND p_last
          AND t.state = 'open'
          AND t.wanted >= p_slot
        ORDER BY t.seq
    ) AS laid
    ON CONFLICT ON CONSTRAINT ready_slot_once DO NOTHING
$$;
