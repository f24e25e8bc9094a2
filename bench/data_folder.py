"""The folder of the crowd sets, as ``--data`` names it, and rows of its files."""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterable
from pathlib import Path


def data_folder() -> Path:
    """The folder given by ``--data``, which must exist."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True, help="the folder that holds the crowd sets")
    folder: Path = parser.parse_args().data
    if not folder.is_dir():
        parser.error(f"{folder} is not a folder")
    return folder


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of one CSV file with a header."""
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def numbered(names: Iterable[str]) -> dict[str, int]:
    """Each distinct name's place in sorted order."""
    return {name: place for place, name in enumerate(sorted(set(names)))}
