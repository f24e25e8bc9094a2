"""``kill -9`` of each process in the middle of submits; ``bench/kill.py`` does the same for longer."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

KILL = Path(__file__).parents[2] / "bench" / "kill.py"


def test_what_was_acknowledged_is_there_once_whoever_dies() -> None:
    ended = subprocess.run(
        [sys.executable, KILL, "--kills", "4"], capture_output=True, text=True, check=False, timeout=600
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    report = json.loads(ended.stdout)
    assert report["faults"] == []
    assert set(report["killed"]) == {"api", "worker", "postmaster", "backend"}
    assert report["acknowledged"] >= 3 * report["tasks"]
