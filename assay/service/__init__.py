"""Use cases, one module for each noun; each runs in one transaction that its caller commits."""
