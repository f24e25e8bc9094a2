"""The gRPC contract, generated from proto/ by scripts/wire: never edited, checked fresh by a test."""
