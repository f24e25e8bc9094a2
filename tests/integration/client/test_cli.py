"""The commands against the real application."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from assay.cli.main import cli


class Terminal:
    """Runs commands as someone whose environment names the server."""

    def __init__(self, url: str, api_key: str) -> None:
        self._environment = {"ASSAY_URL": url, "ASSAY_API_KEY": api_key, "ASSAY_DATA": None}

    async def result(self, *arguments: str, typed: str | None = None) -> Result:
        runner = CliRunner(env=self._environment)
        return await asyncio.to_thread(runner.invoke, cli, arguments, input=typed)

    async def __call__(self, *arguments: str, typed: str | None = None) -> str:
        result = await self.result(*arguments, typed=typed)
        assert result.exit_code == 0, result.output
        return str(result.stdout)

    async def json(self, *arguments: str) -> Any:
        return json.loads(await self(*arguments, "--json"))


@pytest.fixture
def terminal(served: Any) -> Terminal:
    return Terminal(served.url, served.api_key)


@pytest.fixture
def files(tmp_path: Path, topic: dict[str, Any]) -> Path:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "ontology.json").write_text(json.dumps(topic))
    items = [{"external_id": f"n-{n}", "fields": {"note": f"note {n}"}} for n in range(3)]
    (folder / "items.jsonl").write_text("\n".join(json.dumps(item) for item in items))
    return folder


async def test_a_project_from_the_command_line(terminal: Terminal, files: Path) -> None:
    ontology, items = str(files / "ontology.json"), str(files / "items.jsonl")
    project = (
        await terminal("project", "create", "News", "--ontology", ontology, "--min-labels", "1")
    ).strip()
    assert [one["name"] for one in await terminal.json("project", "list")] == ["News"]
    assert (await terminal.json("project", "show", "News"))["id"] == project

    (report,) = await terminal.json("import", "News", items)
    assert (report["accepted"], report["rejected"]) == (3, 0)
    assert "3" in await terminal("project", "import", project, items)

    await terminal("work", "News", typed="1\n2\ns\n")
    found = await terminal.json("resolutions", "News", "--state", "resolved")
    assert [one["label"]["topic"] for one in found] == ["sports", "news"]
    assert (await terminal.json("quality", project))["cost"] == {"labels": 2}
    assert "accuracy" in await terminal("quality", project)

    assert (await terminal.result("project", "delete", project, typed="n\n")).exit_code == 1
    await terminal("project", "delete", "News", "--yes")
    assert await terminal.json("project", "list") == []


async def test_a_script_works(terminal: Terminal, files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(files)
    monkeypatch.setattr("sys.path", list(sys.path))
    (files / "news_labeler.py").write_text(
        "def label(item):\n    return {'topic': 'news'} if item.external_id != 'n-1' else None\n"
    )
    await terminal("project", "create", "News", "--ontology", "ontology.json")
    await terminal("import", "News", "items.jsonl")
    result = await terminal.result("work", "News", "--script", "news_labeler:label", "--count", "2")
    assert "2 answered" in result.stderr
    found = await terminal.json("resolutions", "News", "--state", "resolved")
    assert [one["external_id"] for one in found] == ["n-0", "n-2"]


async def test_labelers_are_made_listed_and_disabled(terminal: Terminal) -> None:
    made = await terminal.json("labeler", "create", "robot", "--kind", "model")
    assert made["api_key"]
    assert {one["name"]: one["api_key"] for one in await terminal.json("labeler", "list")}["robot"] is None
    await terminal("labeler", "disable", made["id"], "--yes")
    assert "disabled_at" in await terminal("labeler", "list")


async def test_what_is_refused_says_what_to_do(terminal: Terminal, files: Path) -> None:
    missing = await terminal.result("project", "show", "Nothing")
    assert (missing.exit_code, missing.stdout) == (1, "")
    assert "there is no project 'Nothing'" in missing.stderr
    assert "not_found: Check the id" in missing.stderr

    for _ in range(2):
        await terminal("project", "create", "Twin", "--ontology", str(files / "ontology.json"))
    twins = await terminal.result("project", "show", "Twin")
    assert twins.exit_code == 2
    assert "give an id" in twins.stderr

    kind = await terminal.result("import", (await terminal.json("project", "list"))[0]["id"], "data.xml")
    assert kind.exit_code == 2
    assert "--format" in kind.stderr


async def test_bad_lines_are_printed(terminal: Terminal, files: Path) -> None:
    await terminal("project", "create", "News", "--ontology", str(files / "ontology.json"))
    bad = files / "bad.jsonl"
    bad.write_text('{"external_id": "a", "fields": {"note": "x"}}\n{"external_id": 3}\n')
    aborted = await terminal.result("import", "News", str(bad))
    assert aborted.exit_code == 1
    assert "import.aborted" in aborted.stderr
    skipped = await terminal.result("import", "News", str(bad), "--on-error", "skip")
    assert skipped.exit_code == 0
    assert "bad.jsonl:2: item.invalid" in skipped.stderr
