"""The files of an installation that hold secrets, each 0600 and whole or absent.

::

    DIR/secrets/master       what keys, signatures and the database's passwords are derived from
    DIR/credentials.json     {"url", "grpc", "api_key"}: an admin's key; there while the server is ready
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from pathlib import Path

from assay.config import Settings, wrong
from assay.service.secrets import MIN_SECRET_BYTES, Secrets

FILE = "credentials.json"


def master_secret(settings: Settings, random_bytes: Callable[[int], bytes] | None) -> str:
    """What this installation derives everything from: ``ASSAY_SECRET``, else the one in its folder.

    The first start makes it with ``random_bytes``; ``None`` refuses to, because the processes of a cluster
    share one secret. Raises ``Invalid`` (``config.invalid``).
    """
    if settings.secret is not None:
        return settings.secret
    path = settings.data / "secrets" / "master"
    if not path.exists():
        if random_bytes is None:
            raise wrong("ASSAY_SECRET", "must be set: all processes of a cluster share it")
        path.parent.mkdir(mode=0o700, exist_ok=True)
        write_private(path, random_bytes(MIN_SECRET_BYTES).hex())
    value = path.read_text("ascii", "replace").strip()
    if re.fullmatch(r"[0-9a-f]{64}", value) is None or len(set(value)) < 8:
        raise wrong(str(path), "is not the secret this installation was made with; restore it from a backup")
    return value


def role_password(master: str) -> str:
    """The password of the two roles the server connects as."""
    return Secrets(master.encode()).mac("database-roles", b"1").hex()


def write_credentials(data: Path, url: str, grpc: str, api_key: str) -> Path:
    """Write ``DIR/credentials.json``; its readers see all of it or nothing."""
    path = data / FILE
    write_private(path, json.dumps({"url": url, "grpc": grpc, "api_key": api_key}) + "\n")
    return path


def remove_credentials(data: Path) -> None:
    """Take the file away: nothing answers there any more."""
    (data / FILE).unlink(missing_ok=True)


def write_private(path: Path, text: str) -> None:
    """Write a 0600 file in one step, and on disk."""
    stage = path.with_name(f"{path.name}.tmp-{os.getpid()}")
    descriptor = os.open(stage, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    stage.rename(path)
