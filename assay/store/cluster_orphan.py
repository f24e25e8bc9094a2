"""What a killed supervisor or postmaster left running, and the pid files that outlive their process."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Callable
from pathlib import Path

from assay.errors import Unavailable
from assay.store.cluster_owner import Owner

ORPHAN_POLL_SECS = 0.05


def end_orphans(directory: Path, owner: Owner, report: Callable[[str], None]) -> None:
    """End what an earlier supervisor or postmaster that was killed left running in this database.

    The caller holds the folder's lock, so nobody else supervises them. A postmaster is asked to stop fast;
    server processes that lost theirs cannot, and end at once. Nothing committed is at risk either way.
    Raises Unavailable ``database.unavailable`` when something outlives SIGKILL.
    """
    for asked, patience_secs in ((signal.SIGINT, 30), (signal.SIGQUIT, 10), (signal.SIGKILL, 10)):
        found = owner.orphans(directory)
        chief = postmaster_pid(directory)
        targets = found if asked == signal.SIGKILL or chief not in found else [chief]
        if found and chief not in found and asked == signal.SIGINT:
            continue  # to a server process SIGINT means: cancel the query
        if found:
            report(f"ending {len(found)} PostgreSQL processes of an earlier run")
        for pid in targets:
            send(pid, asked)
        deadline = time.monotonic() + patience_secs
        while found and time.monotonic() < deadline:
            time.sleep(ORPHAN_POLL_SECS)
            found = owner.orphans(directory)
        if not found:
            return
    raise Unavailable(
        "database.unavailable", f"PostgreSQL process {found[0]} of an earlier run cannot be ended."
    )


def send(pid: int, asked: int) -> None:
    try:
        os.kill(pid, asked)
    except ProcessLookupError:
        return  # it ended by itself, which is what was asked


def postmaster_pid(directory: Path) -> int | None:
    """The process that ``postmaster.pid`` names; initdb and crashes leave it negative, cut or absent."""
    try:
        first = (directory / "pg" / "postmaster.pid").read_text("ascii", "replace").partition("\n")[0]
    except FileNotFoundError:
        return None
    return int(first) if re.fullmatch(r"[1-9][0-9]{0,9}", first) else None


def remove_stale_pid(directory: Path) -> None:
    """Remove a ``postmaster.pid`` that names a living process; call when no process of this database lives.

    PostgreSQL would take that foreign process (pids are reused) for its predecessor and refuse to start.
    A file that names nobody stays: PostgreSQL's own shared-memory check still reads it.
    """
    named = postmaster_pid(directory)
    if named is None or Path(f"/proc/{named}").exists():
        (directory / "pg" / "postmaster.pid").unlink(missing_ok=True)
