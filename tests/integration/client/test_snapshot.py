from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import assay
from assay.cli.main import cli
from assay.errors import Conflict, Invalid, NotFound, Unsupported


def answered(client: assay.Client, topic: dict[str, Any]) -> assay.Project:
    project = client.projects.create("News", topic)
    project.items.add({"external_id": f"n-{n}", "fields": {"note": f"note {n}"}} for n in range(3))
    for lease in project.work():
        lease.submit({"topic": "news"})
    return project


async def test_a_snapshot_is_exported_to_a_file(served: Any, topic: dict[str, Any], tmp_path: Path) -> None:
    def story(client: assay.Client) -> None:
        project = answered(client, topic)
        made = project.snapshots.create("June")
        assert (made.data.name, made.data.items) == ("June", 3)
        assert [one.id for one in project.snapshots.list()] == [made.id]
        assert client.snapshot(made.id).data == project.snapshots.get(made.id).data == made.data

        written = made.export("csv", tmp_path / "new" / "labels.csv")
        assert written.path.read_text(encoding="utf-8-sig").count("news") == 3
        assert written.notes
        with pytest.raises(Unsupported) as carries_none:
            made.export("coco", tmp_path / "coco.json")
        assert carries_none.value.code == "format.unsupported"
        assert not (tmp_path / "coco.json").exists()
        archive = made.export("jsonl", tmp_path / "all.zip", media=True)
        assert "NOTES.json" in zipfile.ZipFile(archive.path).namelist()

    await served.run(story)


async def test_a_snapshot_is_a_data_set_for_training(
    served: Any, topic: dict[str, Any], tmp_path: Path
) -> None:
    def story(client: assay.Client) -> None:
        snapshot = answered(client, topic).snapshots.create()
        rows = snapshot.to_torch(tmp_path / "cache", transform=lambda row: row["label"]["topic"])
        assert [rows[n] for n in range(len(rows))] == ["news"] * 3
        assert rows.ontology == topic
        (kept,) = (tmp_path / "cache").iterdir()
        kept.write_text(json.dumps({"label": {"topic": "from the cache"}}))
        assert snapshot.to_torch(tmp_path / "cache")[0] == {"label": {"topic": "from the cache"}}
        with pytest.raises(assay.AssayError, match="Ray"):
            snapshot.to_ray(tmp_path / "cache")

    await served.run(story)


async def test_the_async_client_freezes_and_exports(
    client: assay.AsyncClient, topic: dict[str, Any], tmp_path: Path
) -> None:
    project = await client.projects.create("News", topic)
    await project.items.add([{"external_id": "n", "fields": {"note": "note"}, "gold": {"topic": "news"}}])
    with pytest.raises(Conflict) as empty:
        await project.snapshots.create()
    assert empty.value.code == "snapshot.empty"
    made = await project.snapshots.create(gold=True)
    assert made.data.items == 1
    assert [one.id async for one in project.snapshots.list()][-1] == made.id
    written = await (await client.snapshot(made.id)).export("jsonl", tmp_path / "gold.jsonl")
    assert json.loads(written.path.read_text().splitlines()[-1])["external_id"] == "n"
    with pytest.raises(Invalid):
        await project.snapshots.create(min_probability=2.0)
    with pytest.raises(NotFound):
        await project.snapshots.get(project.id)


async def test_snapshots_from_the_command_line(served: Any, topic: dict[str, Any], tmp_path: Path) -> None:
    environment = {"ASSAY_URL": served.url, "ASSAY_API_KEY": served.api_key, "ASSAY_DATA": None}

    def story(client: assay.Client) -> None:
        def run(*arguments: str) -> str:
            result = CliRunner(env=environment).invoke(cli, arguments)
            assert result.exit_code == 0, result.output
            return result.stdout.strip()

        project = answered(client, topic)
        made = run("snapshot", "create", "News", "--name", "June")
        assert [one["id"] for one in json.loads(run("snapshot", "list", "News", "--json"))] == [made]
        for source in (made, "News", project.id):
            path = tmp_path / f"{source}.csv"
            assert run("export", source, "--format", "csv", "-o", str(path)) == str(path)
            assert path.read_text(encoding="utf-8-sig").count("news") == 3
        assert run("job", "list", "News", "--json") == "[]"

    await served.run(story)
