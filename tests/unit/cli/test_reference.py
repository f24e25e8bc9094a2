"""The reference pages name everything there is."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import assay
from assay.cli.main import COMMANDS
from assay.config import Settings

REFERENCE = Path(__file__).parents[3] / "docs" / "reference"


def test_every_command_is_on_its_page() -> None:
    page = (REFERENCE / "cli.md").read_text()
    assert [name for name in COMMANDS if f"assay {name}" not in page] == []


def test_every_name_is_on_its_page() -> None:
    words = set(re.findall(r"\w+", (REFERENCE / "sdk.md").read_text()))
    async_twins = {name for name in assay.__all__ if name.startswith("Async")} - {"AsyncClient"}
    missing = {name for name in assay.__all__ if name not in words and f"{name}s" not in words}
    assert missing == async_twins


def test_every_setting_is_on_its_page() -> None:
    page = (REFERENCE / "configuration.md").read_text()
    read = set(re.findall(r"ASSAY_[A-Z_]+", (REFERENCE.parents[1] / "assay" / "config.py").read_text()))
    names = {f"ASSAY_{one.name.upper()}" for one in fields(Settings)}
    assert {name for name in read | names if f"| `{name}` |" not in page} == set()
