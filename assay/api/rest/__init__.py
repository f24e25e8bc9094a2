"""REST v1 on FastAPI."""
