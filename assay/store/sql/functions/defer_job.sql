-- Hands a job to the job library in the caller's transaction: it runs only if that commits.
CREATE OR REPLACE FUNCTION assay_defer_job(p_organization uuid, p_job uuid, p_kind text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = jobs, pg_temp AS $$
    SELECT procrastinate_defer_jobs_v1(ARRAY[ROW(
        'assay', p_kind, 0, NULL, NULL, jsonb_build_object('organization', p_organization, 'job', p_job), NULL
    )::procrastinate_job_to_defer_v1])
$$;
