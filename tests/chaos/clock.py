"""A wrong clock for the processes that are tormented: ``clock.c``, compiled when it is wanted."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

SOURCE = Path(__file__).with_name("clock.c")


@contextmanager
def turned(shift_secs: int, jump_secs: int) -> Iterator[Mapping[str, str]]:
    """The variables that turn a process's clock by so much, or only in every other ``jump_secs``; none for no
    shift. Needs a C compiler (``cc``)."""
    if not shift_secs:
        yield {}
        return
    with tempfile.TemporaryDirectory(prefix="assay-clock-", dir="/tmp") as folder:
        Path(folder).chmod(0o755)  # the serving user preloads it
        library = Path(folder, "clock.so")
        subprocess.run(["cc", "-shared", "-fPIC", "-O2", "-o", library, SOURCE, "-ldl"], check=True)
        yield {
            "LD_PRELOAD": str(library),
            "CLOCK_SHIFT_SECS": str(shift_secs),
            "CLOCK_EVERY_SECS": str(jump_secs),
        }
