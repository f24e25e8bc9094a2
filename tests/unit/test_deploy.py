"""What is in ``deploy/``: every command, variable, value and path that it names is one that exists."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from click import Command, Context

from assay.cli.main import COMMANDS, cli

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
CHART = DEPLOY / "helm" / "assay"
FILES = sorted(path for path in DEPLOY.rglob("*") if path.is_file())


def texts() -> Iterator[tuple[Path, str]]:
    return ((path, path.read_text()) for path in FILES)


def command_lines() -> list[list[str]]:
    """Every call of ``assay`` that a unit, a container or a pod makes."""
    compose = yaml.safe_load((DEPLOY / "compose" / "compose.yaml").read_text())
    found = [shlex.split(one["command"]) for name, one in compose["services"].items() if name != "postgres"]
    for unit in (DEPLOY / "systemd").glob("*.service"):
        (line,) = re.findall(r"^ExecStart=/opt/assay/bin/(.*)$", unit.read_text(), re.MULTILINE)
        found.append(shlex.split(line))
    for template in (CHART / "templates").glob("*.yaml"):
        lists = re.findall(r"command: \[(.*)\]", template.read_text())
        found += [[re.sub(r"\{\{.*\}\}", "1", word.strip()) for word in each.split(",")] for each in lists]
    return found


@pytest.mark.parametrize("line", command_lines(), ids=" ".join)
def test_every_command_line_is_one_that_assay_reads(line: list[str]) -> None:
    program, name, *options = line
    assert program == "assay"
    assert name in COMMANDS
    command = cli.get_command(Context(cli), name)
    assert isinstance(command, Command)
    command.make_context(name, options)  # refuses what it does not know


def test_every_variable_is_a_setting() -> None:
    settings = (ROOT / "docs" / "reference" / "configuration.md").read_text()
    named = {name for _, text in texts() for name in re.findall(r"\bASSAY_[A-Z_]+\b", text)}
    assert len(named) > 5
    assert {name for name in named if f"`{name}`" not in settings} == {"ASSAY_IMAGE"}


def test_templates_use_values_that_there_are() -> None:
    values = yaml.safe_load((CHART / "values.yaml").read_text())
    used = {
        name
        for path in (CHART / "templates").iterdir()
        for name in re.findall(r"\.Values\.([\w.]+)", path.read_text())
    }
    assert len(used) > 10
    for name in used:
        place: Any = values
        for part in name.split("."):
            assert part in place, name
            place = place[part]


def test_values_and_their_schema_name_the_same() -> None:
    schema = json.loads((CHART / "values.schema.json").read_text())
    values = yaml.safe_load((CHART / "values.yaml").read_text())
    assert set(schema["properties"]) - {"global"} == set(values)
    for name, one in schema["properties"].items():
        if "properties" in one:
            assert set(one["properties"]) == set(values[name]), name
    assert set(schema["required"]) <= set(values)


def test_includes_are_defined_and_braces_close() -> None:
    defined, included = set(), set()
    for path in (CHART / "templates").iterdir():
        text = path.read_text()
        defined |= set(re.findall(r'define "([\w.]+)"', text))
        included |= set(re.findall(r'include "([\w.]+)"', text))
        blocks = len(re.findall(r"\{\{-? (?:with|range|if|define) ", text))
        assert blocks == len(re.findall(r"\{\{-? end ", text)), path
        assert text.count("{{") == text.count("}}"), path
    assert included == defined


def test_units_start_again_and_end_in_time() -> None:
    for unit in (DEPLOY / "systemd").glob("assay*.service"):
        text = unit.read_text()
        if "oneshot" not in text:
            assert "Restart=always" in text
            assert "KillMode=mixed" in text  # the parent lets its children end
        assert "User=assay" in text


def test_secrets_have_no_default() -> None:
    for path, text in texts():
        assert not re.search(
            r"(?i)(password|secret)\s*[:=]\s*[\"']?[a-z0-9]{6,}[\"']?\s*$", text, re.MULTILINE
        ), path
    compose = (DEPLOY / "compose" / "compose.yaml").read_text()
    assert compose.count("${ASSAY_SECRET:?}") == 1
    assert compose.count("${POSTGRES_PASSWORD:?}") == 2
