"""Background work: jobs that somebody asked for, and rounds that keep promises about time."""
