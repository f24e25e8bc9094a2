"""Package assay.v1."""
