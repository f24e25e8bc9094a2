-- Tenant isolation is a property of the database: every table is forced under row-level security, the server
-- connects as roles that own nothing, and a transaction sees the organisation it named and no other.

CREATE FUNCTION current_organization() RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(current_setting('app.organization', true), '')::uuid;

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY[
        'labeler', 'api_key', 'session', 'login_link', 'dataset', 'project', 'ontology', 'project_member', 'asset',
        'upload', 'import', 'import_chunk', 'item', 'task', 'prediction', 'ready_slot', 'lease',
        'ended_lease', 'labeler_task', 'annotation', 'review', 'draft', 'draft_operation', 'labeler_skill',
        'merge_due', 'project_quality', 'feed', 'audit', 'idempotency', 'job', 'snapshot'
    ] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY tenant ON %I TO assay_app USING (organization = current_organization())', name);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO assay_app', name);
    END LOOP;

    -- Across organisations, for finding out who asks and what is due; never for content.
    FOREACH name IN ARRAY ARRAY[
        'labeler', 'api_key', 'session', 'login_link', 'import', 'lease', 'merge_due', 'feed', 'audit',
        'idempotency', 'job'
    ] LOOP
        EXECUTE format('CREATE POLICY system ON %I TO assay_system USING (true)', name);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO assay_system', name);
    END LOOP;

    -- Not a tenant's: an organisation's own row, people, and the installation.
    FOREACH name IN ARRAY ARRAY['organization', 'person', 'installation', 'login_attempt'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY system ON %I TO assay_system USING (true)', name);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO assay_system', name);
    END LOOP;
END $$;

-- An audit row and an annotation are never changed, not even by mistake.
REVOKE UPDATE, DELETE ON audit FROM assay_app, assay_system;
REVOKE UPDATE, DELETE ON annotation FROM assay_app;

CREATE POLICY own ON organization TO assay_app USING (id = current_organization());
GRANT SELECT ON organization TO assay_app;

GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO assay_app, assay_system;
