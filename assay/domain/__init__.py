"""What exists and what may happen: frozen values and state machines. Pure; no I/O."""
