"""The only door out: every request to an address that a person chose goes through here."""
