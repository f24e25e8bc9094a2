"""What Assay keeps: the PostgreSQL it runs on, blobs and snapshots; all SQL lives in ``sql/``."""
