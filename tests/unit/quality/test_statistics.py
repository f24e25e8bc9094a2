"""The reference page of statistics: whole, and true in what it says of tests."""

import re
from importlib import import_module
from inspect import isfunction
from pathlib import Path

import pytest

import assay.quality

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "reference" / "statistics.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.splitlines()
    if line.startswith("| `")
]


def test_every_file_is_a_statistic_or_a_part_of_one():
    parts = re.findall(r"`(\w+)`", PAGE.split("## Parts")[1])
    named = [row[0].strip("`") for row in ROWS] + parts
    files = {path.stem for path in Path(assay.quality.__path__[0]).glob("*.py")} - {"__init__"}
    assert sorted(named) == sorted(files)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0].strip("`"))
def test_names_what_there_is(row):
    stem, functions, source, how, test = row
    module = import_module(f"assay.quality.{stem.strip('`')}")
    public = {
        name
        for name, value in vars(module).items()
        if isfunction(value) and value.__module__ == module.__name__ and not name.startswith("_")
    }
    assert set(re.findall(r"`(\w+)`", functions)) == (public or {"OnlineTruth"})
    assert source
    assert re.match(r"\*(paper|reference|exact|simulated)\*", how)
    path, name = test.strip("`").split("::")
    assert f"def {name}(" in (ROOT / "tests" / "unit" / "quality" / path).read_text(encoding="utf-8")
