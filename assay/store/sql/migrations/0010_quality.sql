-- What the whole-project refit finds, and what claim and submit do with it.

-- `confusion` is {answer: {truth: chance of that answer}}: what one answer of this labeler says. It is null where
-- nothing is known but the accuracy. `gold_rate` is the share of the labeler's next tasks that should be gold.
ALTER TABLE labeler_skill ADD COLUMN confusion jsonb;
ALTER TABLE labeler_skill ADD COLUMN gold_rate double precision;

-- Its successor takes the method too.
DROP FUNCTION IF EXISTS assay_retally(uuid, uuid[], text[], integer[]);
