"""Points at which a test may end a process, to see what a crash just there leaves behind (``tests/chaos``).

Nothing happens unless ``CRASH_POINTS`` names a folder. Then the first process that comes by a point whose
name lies there as a file takes the file away and dies as of ``kill -9``; its successor goes on.
"""

from __future__ import annotations

import os
import signal
from pathlib import Path

VARIABLE = "CRASH_POINTS"
POINTS = (
    "transaction.before_commit",
    "transaction.after_commit",
    "function.before_call",
    "function.after_commit",
    "import.staged",
    "import.publishing",
    "import.published",
    "delivery.claimed",
    "delivery.sent",
    "stream.middle",
)
_FOLDER = os.environ.get(VARIABLE)


def crash_point(name: str) -> None:
    """End this process here, once, if somebody asked for it."""
    if _FOLDER is None:
        return
    try:
        Path(_FOLDER, name).unlink()
    except FileNotFoundError:
        return
    os.kill(os.getpid(), signal.SIGKILL)
