-- Who said something may take it back: it is shown to nobody from then on, and kept.

ALTER TABLE comment ADD COLUMN withdrawn_at timestamptz;
GRANT UPDATE (withdrawn_at) ON comment TO assay_app;
