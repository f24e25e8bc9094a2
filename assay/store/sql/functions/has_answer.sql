-- Whether a task's best answer to a question is, or contains, a class or a value; of equals each is a best one. What was
-- voted on is read off its tally, the rest off its label; an object counts where it is likelier there than not.
CREATE OR REPLACE FUNCTION assay_has_answer(
    p_method text, p_tally jsonb, p_label jsonb, p_probability jsonb, p_question text, p_answer text) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE
        WHEN p_method NOT IN ('gold', 'review') AND p_tally ? p_question THEN
            coalesce((p_tally -> p_question -> '' -> 'w' ->> p_answer)::double precision = (
                SELECT max(w.value::double precision)
                FROM jsonb_each_text(p_tally -> p_question -> '' -> 'w') AS w), false)
            OR coalesce((p_tally -> p_question -> p_answer -> 'w' ->> 'yes')::double precision, 0)
                > coalesce((p_tally -> p_question -> p_answer -> 'w' ->> 'no')::double precision, 0)
        WHEN jsonb_typeof(p_label -> p_question) = 'array' THEN
            p_label -> p_question ? p_answer
            OR EXISTS (
                SELECT
                FROM jsonb_array_elements(p_label -> p_question) AS o (held)
                WHERE jsonb_typeof(o.held) = 'object'
                  AND o.held ->> 'class' = p_answer
                  AND coalesce(
                      (p_probability -> p_question ->> (o.held ->> 'id'))::double precision, 1) >= 0.5)
        ELSE coalesce(p_label ->> p_question = p_answer, false)
    END
$$;
