-- The next gold task this labeler has not seen, starting at a place of the labeler's own, so that no two
-- labelers meet gold in the same order; NULL when there is none left.
CREATE OR REPLACE FUNCTION assay_take_gold(p_organization uuid, p_project uuid, p_labeler uuid) RETURNS uuid
LANGUAGE plpgsql AS $$
DECLARE
    v_task uuid;
BEGIN
    SELECT t.id INTO v_task
        FROM task t
        WHERE t.organization = p_organization
          AND t.project = p_project
          AND t.gold
          AND NOT EXISTS (
              SELECT FROM import i
              WHERE i.organization = p_organization AND i.id = t.import AND i.state <> 'published')
          AND NOT EXISTS (
              SELECT FROM labeler_task seen
              WHERE seen.organization = p_organization AND seen.labeler = p_labeler AND seen.task = t.id)
        ORDER BY hashtextextended(t.id::text, hashtext(p_labeler::text))
        LIMIT 1;
    IF v_task IS NOT NULL THEN
        INSERT INTO labeler_task (organization, labeler, task) VALUES (p_organization, p_labeler, v_task);
    END IF;
    RETURN v_task;
END $$;
