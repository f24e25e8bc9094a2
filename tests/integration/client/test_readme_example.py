"""The example of the README, run as a newcomer runs it."""

from __future__ import annotations

import asyncio
import csv
import os
import sys
from pathlib import Path
from typing import Any

EXAMPLE = Path(__file__).parents[3] / "docs" / "tutorial" / "first_project.py"


async def test_the_example_does_what_it_says(served: Any, tmp_path: Path) -> None:
    environment = os.environ | {"ASSAY_URL": served.url, "ASSAY_API_KEY": served.api_key}
    for _ in range(2):  # a newcomer runs it again
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            EXAMPLE,
            cwd=tmp_path,
            env=environment | {"PYTHONPATH": str(EXAMPLE.parents[2])},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await process.communicate()
        assert process.returncode == 0, err.decode()
        said = [line.split() for line in out.decode().splitlines()]
        assert [line[:2] for line in said] == [["r-1", "good"], ["r-2", "bad"], ["r-3", "good"]]
        assert all(0.9 < float(line[2]) < 1 for line in said)
    with (tmp_path / "reviews.csv").open(newline="", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert [row["external_id"] for row in rows] == ["r-1", "r-2", "r-3"]
