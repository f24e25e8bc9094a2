"""Assay as processes: settings become an installation that starts, serves, recovers and stops."""
