-- What whoever holds these leases is told of them, oldest first. "facts" is for the server: what labels are checked
-- against. A subquery for each lease, not a join: nothing for the planner to turn round.
CREATE OR REPLACE FUNCTION assay_describe_leases(p_organization uuid, p_leases lease[]) RETURNS jsonb
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN coalesce((
        SELECT jsonb_agg((
            SELECT jsonb_build_object(
                'lease', l.id,
                'fence', l.fence,
                'task', l.task,
                'item', jsonb_build_object(
                    'id', i.id, 'external_id', i.external_id, 'fields', i.fields, 'metadata', i.metadata),
                'facts', i.facts,
                'ontology_version', l.ontology_version,
                'predictions', coalesce((
                    SELECT jsonb_agg(jsonb_build_object('labeler', p.labeler, 'label', p.label) ORDER BY p.labeler)
                    FROM prediction p
                    WHERE p.organization = p_organization AND p.task = l.task), '[]'),
                'expires_at', l.until)
            FROM item i
            WHERE i.organization = p_organization
              AND i.id = (SELECT t.item FROM task t WHERE t.organization = p_organization AND t.id = l.task)
            ) ORDER BY l.fence)
        FROM unnest(p_leases) AS l), '[]');
END $$;
