-- Adds one labeler's ballots to a task's tally. p_ballots: [[question, facet, answer, K], …]; p_skills:
-- {question: {"accuracy": a, "confusion": {answer: {truth: chance}} or null}}.
-- Where the refit knows what this answer of this labeler says of each of the K truths, each truth gains the log of
-- its chance, times K so that an answer that says nothing adds nothing. Otherwise the one-coin model: a vote by a
-- labeler of accuracy a, 0.8 where unknown (the mean of the prior Beta(4, 1)), adds ln(a (K-1) / (1-a)) to its answer.
-- An accuracy is taken for no worse than chance and never for certain: a label is evidence for what it says.
CREATE OR REPLACE FUNCTION assay_add_ballots(p_tally jsonb, p_ballots jsonb, p_skills jsonb) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    v_ballot jsonb;
    v_facet jsonb;
    v_accuracy double precision;
    v_chance double precision;
    v_weight double precision;
    v_said jsonb;
BEGIN
    FOR v_ballot IN SELECT * FROM jsonb_array_elements(p_ballots) LOOP
        v_accuracy := coalesce((p_skills -> (v_ballot ->> 0) ->> 'accuracy')::double precision, 0.8);
        v_chance := 1.0 / greatest((v_ballot ->> 3)::integer, 2);
        v_accuracy := least(greatest(v_accuracy, v_chance + 0.01 * (1 - v_chance)), 0.999);
        v_weight := ln(v_accuracy * (1 / v_chance - 1) / (1 - v_accuracy));
        IF NOT p_tally ? (v_ballot ->> 0) THEN
            p_tally := jsonb_set(p_tally, ARRAY[v_ballot ->> 0], '{}');
        END IF;
        v_facet := coalesce(
            p_tally -> (v_ballot ->> 0) -> (v_ballot ->> 1),
            jsonb_build_object('k', v_ballot -> 3, 'w', '{}'::jsonb));
        v_said := p_skills -> (v_ballot ->> 0) -> 'confusion' -> (v_ballot ->> 2);
        IF jsonb_typeof(v_said) = 'object'
            AND (SELECT count(*) FROM jsonb_object_keys(v_said)) = (v_ballot ->> 3)::integer
        THEN
            v_facet := jsonb_set(v_facet, '{w}', (v_facet -> 'w') || (
                SELECT jsonb_object_agg(
                    truth.key,
                    coalesce((v_facet -> 'w' ->> truth.key)::double precision, 0)
                        + ln(greatest(truth.value::double precision, 0.0001) * (v_ballot ->> 3)::integer))
                FROM jsonb_each_text(v_said) AS truth));
            p_tally := jsonb_set(p_tally, ARRAY[v_ballot ->> 0, v_ballot ->> 1], v_facet);
            CONTINUE;
        END IF;
        v_weight := v_weight + coalesce((v_facet -> 'w' ->> (v_ballot ->> 2))::double precision, 0);
        v_facet := jsonb_set(v_facet, ARRAY['w', v_ballot ->> 2], to_jsonb(v_weight));
        p_tally := jsonb_set(p_tally, ARRAY[v_ballot ->> 0, v_ballot ->> 1], v_facet);
    END LOOP;
    RETURN p_tally;
END $$;

-- The least sure question's probability that its best answer is right (a question's facets multiply), or NULL for
-- an empty tally. Answers nobody voted for have weight 0 each.
CREATE OR REPLACE FUNCTION assay_confidence(p_tally jsonb) RETURNS double precision
LANGUAGE sql IMMUTABLE AS $$
    SELECT min(question.p)
    FROM (
        SELECT exp(sum(ln(facet.p))) AS p
        FROM jsonb_each(p_tally) AS q (name, facets),
             jsonb_each(q.facets) AS f (name, counted),
             LATERAL (SELECT max(value::double precision) AS top
                      FROM jsonb_each_text(f.counted -> 'w')) AS best,
             LATERAL (SELECT 1 / (
                          sum(exp(greatest(value::double precision - best.top, -600)))
                          + greatest((f.counted ->> 'k')::integer - count(*), 0)
                            * exp(greatest(least(-best.top, 600), -600))) AS p
                      FROM jsonb_each_text(f.counted -> 'w')) AS facet
        GROUP BY q.name
    ) AS question
$$;
