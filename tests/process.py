"""Processes as Linux lists them: whose child somebody is, what it is, how much memory it holds."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

TICKS_A_SEC = os.sysconf("SC_CLK_TCK")
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


def descendants(pid: int) -> list[int]:
    """Children, their children, and so on; children first."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):  # it ended meanwhile
            for child in task.read_text().split():
                found += [*descendants(int(child)), int(child)]
    return found


def command_line(pid: int) -> str:
    """What a process was started as; nothing when it ended meanwhile."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def resident_bytes(pid: int) -> int:
    """The memory a process holds; 0 when it ended meanwhile."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE_BYTES
    except OSError:
        return 0


def age_secs(pid: int) -> float:
    """For how long a process has run; 0 when it ended meanwhile."""
    try:
        began_ticks = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19])
    except OSError:
        return 0.0
    return time.clock_gettime(time.CLOCK_BOOTTIME) - began_ticks / TICKS_A_SEC


def send(pid: int, number: signal.Signals) -> None:
    """A signal to a process that may just have ended."""
    with suppress(ProcessLookupError):
        os.kill(pid, number)
