"""The reference pages name everything there is."""

from __future__ import annotations

import re
from pathlib import Path

import assay
from assay.cli.main import COMMANDS

REFERENCE = Path(__file__).parents[3] / "docs" / "reference"


def test_every_command_is_on_its_page() -> None:
    page = (REFERENCE / "cli.md").read_text()
    assert [name for name in COMMANDS if f"assay {name}" not in page] == []


def test_every_name_is_on_its_page() -> None:
    words = set(re.findall(r"\w+", (REFERENCE / "sdk.md").read_text()))
    async_twins = {name for name in assay.__all__ if name.startswith("Async")} - {"AsyncClient"}
    missing = {name for name in assay.__all__ if name not in words and f"{name}s" not in words}
    assert missing == async_twins
