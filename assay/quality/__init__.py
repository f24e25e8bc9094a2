"""Truth inference, agreement, gold, calibration, stopping, label errors, certificates.

Arrays in, frozen results out; no database, no documents.
"""
