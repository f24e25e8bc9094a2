"""The SDK: a sync and an async client over one core that does no I/O.

It needs only the base install and imports nothing of the server.
"""
