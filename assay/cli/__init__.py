"""Commands over the SDK, one noun a file; what runs the server is in ``server``."""
