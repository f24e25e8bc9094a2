"""Certificates with the SDK and the command: audited, shown, kept, checked without the server."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import assay
from assay.cli.main import cli
from assay.errors import Invalid


def audited(client: assay.Client, topic: dict[str, Any]) -> assay.Snapshot:
    project = client.projects.create("News", topic)
    project.items.add({"external_id": f"n-{n}", "fields": {"note": f"note {n}"}} for n in range(8))
    labeler = client.labelers.create("ann")
    with assay.Client(client.url, labeler.api_key) as ann:
        for lease in ann.projects.get(project.id).work(count=4):
            lease.submit({"topic": "news"})
    snapshot = project.snapshots.create("June")
    assert snapshot.certificate().data.low is None
    assert snapshot.audit(8).audits == 8
    for lease in project.work(count=3, stage="audit"):
        lease.submit({"topic": "sports" if lease.item.external_id == "n-2" else "news"})
    return snapshot


async def test_a_certificate_is_read_kept_and_checked(
    served: Any, topic: dict[str, Any], tmp_path: Path
) -> None:
    def story(client: assay.Client) -> None:
        snapshot = audited(client, topic)
        found = snapshot.certificate()
        assert (found.data.state, found.data.wrong, found.data.low) == ("complete", 1, 0.875)
        found.verify(client.certificate_key())
        kept = json.loads(json.dumps(found.document))
        assay.verify_certificate(kept, client.certificate_key())
        with pytest.raises(Invalid):
            assay.verify_certificate(kept | {"wrong": 0}, client.certificate_key())
        assert snapshot.certificate("label.topic=news").data.items == 8
        page = snapshot.certificate_page(tmp_path / "page.html")
        assert found.data.statement in page.read_text()

    await served.run(story)


async def test_on_an_event_loop(served: Any, topic: dict[str, Any], tmp_path: Path) -> None:
    ids: list[str] = []
    await served.run(lambda client: ids.append(audited(client, topic).id))
    async with assay.AsyncClient(served.url, served.api_key) as client:
        snapshot = await client.snapshot(ids[0])
        assert (await snapshot.audit(4)).audits == 8
        (await snapshot.certificate()).verify(await client.certificate_key())
        page = await snapshot.certificate_page(tmp_path / "page.html")
        assert "<svg" in page.read_text()


async def test_the_command(served: Any, topic: dict[str, Any], tmp_path: Path) -> None:
    def story(client: assay.Client) -> None:
        snapshot = audited(client, topic)
        asked = ["--url", client.url, "--api-key", served.api_key]

        def certify(*arguments: str) -> Any:
            return CliRunner().invoke(cli, ["certify", *arguments])

        shown = certify(snapshot.id, *asked)
        assert (shown.exit_code, shown.output.partition(" labels")[0]) == (0, "At least 87.5% of these 8")
        assert json.loads(certify("News", "--json", *asked).output)["wrong"] == 1
        assert json.loads(certify("start", "News", "--audits", "3", "--json", *asked).output)["audits"] == 8
        file, page = tmp_path / "certificate.json", tmp_path / "certificate.html"
        for path in (file, page):
            assert certify(snapshot.id, "-o", str(path), *asked).exit_code == 0
        assert page.read_text().startswith("<!doctype html>")
        key = certify("key", *asked).output.strip()
        assert certify("verify", str(file), "--key", key).output.startswith("genuine  At least 87.5%")
        file.write_text(file.read_text().replace('"wrong": 1', '"wrong": 0'))
        forged = certify("verify", str(file), "--key", key)
        assert (forged.exit_code, "certificate.invalid" in forged.stderr) == (1, True)
        assert certify("verify", str(page), "--key", key).exit_code == 1
        assert certify("nothing", *asked).exit_code == 1

    await served.run(story)
