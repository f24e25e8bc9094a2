-- The confidence at which a task of this project may close, as the last refit found it; null: at the target itself.
ALTER TABLE project ADD COLUMN stop_at double precision;
