"""Imports of files and the jobs that do them, over REST and by the job library's own worker."""

from __future__ import annotations

import asyncio
import io
import json
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from PIL import Image

from assay.service import importing
from assay.store import job as job_store

Refused = Callable[[httpx.Response, int, str], dict[str, Any]]

ENTITIES = {
    "fields": {"text": "text"},
    "questions": [{"name": "entities", "kind": "span", "field": "text", "classes": ["person", "place"]}],
}
CONLL = "Ann\tB-person\nran\tO\n\nOslo\tB-place\n\n"
VOC = """<annotation><filename>{name}</filename><size><width>40</width><height>30</height></size>
<object><name>raccoon</name><bndbox><xmin>{left}</xmin><ymin>1</ymin><xmax>20</xmax><ymax>20</ymax></bndbox></object>
</annotation>"""


def png(shade: int = 90) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), (shade, shade, 0)).save(out, "PNG")
    return out.getvalue()


def zipped(files: Mapping[str, bytes | str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


async def begin(rest: Any, project: str, data: bytes, name: str, **options: Any) -> httpx.Response:
    asset = (await rest.upload(data, name=name)).json()["asset"]
    response: httpx.Response = await rest.post(f"/v1/projects/{project}/imports", {"asset": asset, **options})
    return response


async def done(rest: Any, work: Any, begun: httpx.Response) -> dict[str, Any]:
    """The job when it has ended."""
    assert begun.status_code == 202, begun.text
    await work()
    job: dict[str, Any] = (await rest.get(f"/v1/jobs/{begun.json()['job']}")).json()
    return job


async def test_conll_becomes_items_with_votes(rest: Any, work: Any) -> None:
    project = await rest.project(ENTITIES)
    begun = await begin(rest, project, CONLL.encode(), "train.conll", format="conll", labeler="wnut")
    waiting = (await rest.get(f"/v1/jobs/{begun.json()['job']}")).json()
    job = await done(rest, work, begun)

    assert (waiting["kind"], waiting["state"]) == ("import", "queued")
    assert job["state"] == "done", job
    assert (job["result"]["accepted"], job["result"]["rejected"]) == (2, 0)
    assert job["result"]["annotations"]["accepted"] == 2
    labelers = {one["name"]: one["kind"] for one in (await rest.get("/v1/labelers")).json()["items"]}
    assert labelers == {"admin": "person", "wnut": "person"}
    items = (await rest.get(f"/v1/projects/{project}/items")).json()["items"]
    assert [item["fields"]["text"] for item in items] == ["Ann ran", "Oslo"]
    assert [item["state"] for item in items] == ["resolving", "resolving"]


@pytest.mark.parametrize("by", ["asset", "url"])
@pytest.mark.parametrize("name", [None, "labels.bin"])
async def test_a_file_needs_no_name_where_its_format_is_given(
    rest: Any, work: Any, by: str, name: str | None
) -> None:
    """The contract asks for no name at uploads: ``{size_bytes, sha256?}``, then ``{asset|url, format}``."""
    project = await rest.project(ENTITIES)
    kept = (await rest.upload(CONLL.encode(), **({"name": name} if name else {}))).json()
    source = {"asset": kept["asset"]} if by == "asset" else {"url": kept["url"]}
    begun = await rest.post(f"/v1/projects/{project}/imports", {**source, "format": "conll"})
    job = await done(rest, work, begun)
    assert (job["state"], job["result"]["accepted"]) == ("done", 2), job
    assert (job["done"], job["total"]) == (2, 2)


async def test_a_voc_archive_brings_its_images(rest: Any, work: Any) -> None:
    project = await rest.project(rest.BOXES)
    archive = zipped(
        {
            "JPEGImages/a.png": png(),
            "Annotations/a.xml": VOC.format(name="a.png", left=2),
            "Annotations/b.xml": VOC.format(name="b.png", left=2),
        }
    )
    job = await done(
        rest,
        work,
        await begin(rest, project, archive, "voc.zip", format="voc", on_error="skip", labels="gold"),
    )

    assert job["state"] == "done", job
    assert (job["result"]["accepted"], job["result"]["rejected"]) == (1, 1)
    assert [(e["line"], e["code"]) for e in job["result"]["errors"]] == [(2, "item.field")]
    assert job["result"]["errors"][0]["where"] == "Annotations/b.xml"
    (item,) = (await rest.get(f"/v1/projects/{project}/items")).json()["items"]
    asset = item["fields"]["image"]["url"].removeprefix("asset:sha256:")
    assert (await rest.get(f"/v1/assets/{asset}")).content == png()
    (gold,) = await rest.resolutions(project)
    assert gold["gold"] is True
    assert gold["label"]["objects"][0]["box"] == [1, 0, 19, 20]


async def test_one_bad_record_stores_nothing(rest: Any, work: Any) -> None:
    project = await rest.project(rest.BOXES)
    archive = zipped(
        {
            "JPEGImages/a.png": png(),
            "Annotations/a.xml": VOC.format(name="a.png", left=2),
            "JPEGImages/c.png": png(91),
            "Annotations/c.xml": VOC.format(name="c.png", left=25),
        }
    )
    job = await done(rest, work, await begin(rest, project, archive, "voc.zip", format="voc"))

    assert (job["state"], job["error"]["code"]) == ("failed", "import.aborted")
    assert [e["line"] for e in job["error"]["errors"]] == [2]
    assert (await rest.get(f"/v1/projects/{project}/items")).json()["items"] == []


async def test_a_label_file_alone_brings_votes_on_items_that_are_there(rest: Any, work: Any) -> None:
    project = await rest.project(rest.BOXES)
    url = (await rest.upload(png())).json()["url"]
    await rest.add_items(project, [{"external_id": "a", "fields": {"image": {"url": url}}}])
    files = {f"Annotations/{name}.xml": VOC.format(name=f"{name}.png", left=2) for name in "ab"}
    begun = await begin(rest, project, zipped(files), "voc.zip", format="voc", on_error="skip", labeler="ann")
    job = await done(rest, work, begun)

    result = job["result"]
    assert (result["accepted"], result["existing"], result["rejected"]) == (0, 1, 1)
    assert result["annotations"]["accepted"] == 1
    (task,) = await rest.resolutions(project)
    assert (task["state"], task["annotations"]) == ("resolving", 1)


class Site:
    """A web site on an address that the operator opened. Answers each path with what is given for it."""

    def __init__(self, answers: Mapping[str, bytes]) -> None:
        self._answers = answers

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        writer.write(self._answers[head.split()[1].decode()])
        await writer.drain()
        writer.close()
        await writer.wait_closed()


async def test_a06_a_file_elsewhere_is_fetched_through_the_one_door(
    rest: Any, work: Any, refused: Refused
) -> None:
    body = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(CONLL) + CONLL.encode()
    inside = b"HTTP/1.1 302 Found\r\nConnection: close\r\nLocation: https://169.254.169.254/\r\n\r\n"
    server = await asyncio.start_server(Site({"/a.conll": body, "/to": inside}), "127.0.0.2", 0)
    async with server:
        address = f"http://127.0.0.2:{server.sockets[0].getsockname()[1]}"
        project = await rest.project(ENTITIES)
        path = f"/v1/projects/{project}/imports"
        job = await done(rest, work, await rest.post(path, {"url": f"{address}/a.conll", "format": "conll"}))
        led = await rest.post(path, {"url": f"{address}/to", "format": "conll"})
    assert (job["state"], job["result"]["accepted"]) == ("done", 2), job
    refused(led, 422, "url.redirect_refused")


async def test_importing_again_changes_nothing(rest: Any, work: Any) -> None:
    project = await rest.project(ENTITIES)
    for expected in ((2, 0), (0, 2)):
        job = await done(rest, work, await begin(rest, project, CONLL.encode(), "a.conll", format="conll"))
        assert (job["result"]["accepted"], job["result"]["existing"]) == expected
        votes = job["result"]["annotations"]
        assert (votes["accepted"], votes["existing"]) == expected


async def test_an_import_that_a_crash_cut_short_is_taken_up_again(
    rest: Any, work: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = await rest.project(ENTITIES)
    begun = (await begin(rest, project, CONLL.encode(), "a.conll", format="conll")).json()
    organization, job = rest.principal.organization, UUID(begun["job"])
    # What a worker leaves that dies in the middle: a running job that names its half-staged import.
    left_behind = importing.ImportReport(import_id=rest.engine.ids.new())

    async def lines() -> Any:
        yield 1, {"external_id": "half", "fields": {"text": "staged"}}

    await importing.stage_items(rest.engine, rest.principal, UUID(project), lines(), "abort", left_behind)
    async with rest.engine.database.transaction(organization) as tx:
        await job_store.start(tx, organization, job)
        await job_store.save(tx, organization, job, {"import": str(left_behind.import_id)})

    await work()

    told = (await rest.get(f"/v1/jobs/{job}")).json()
    assert (told["state"], told["result"]["accepted"]) == ("done", 2), told
    items = (await rest.get(f"/v1/projects/{project}/items")).json()["items"]
    assert [item["fields"]["text"] for item in items] == ["Ann ran", "Oslo"]


async def test_media_elsewhere_are_looked_at_before_anyone_is_asked(
    rest: Any, work: Any, tmp_path: Path
) -> None:
    (tmp_path / "mounted" / "good.png").write_bytes(png())
    (tmp_path / "mounted" / "bad.png").write_bytes(b"<html>not a picture</html>")
    project = await rest.project(rest.BOXES, quality={"min_labels": 2})
    names = ("good.png", "bad.png", "none.png")
    await rest.add_items(
        project,
        ({"external_id": name, "fields": {"image": {"url": f"mount:pictures/{name}"}}} for name in names),
    )
    ann = await rest.labeler("ann")
    before = await ann.claim(project, 10)
    await work()
    after = await ann.claim(project, 10)

    assert before == []
    assert [lease["item"]["external_id"] for lease in after] == ["good.png"]
    outside = {"objects": [{"id": "b", "class": "cat", "box": [0, 0, 41, 30]}]}
    assert (await ann.submit(after[0], outside)).json()["code"] == "label.geometry"
    items = (await rest.get(f"/v1/projects/{project}/items")).json()["items"]
    assert [item["state"] for item in items] == ["open", "needs_attention", "needs_attention"]
    (job,) = (await rest.get(f"/v1/projects/{project}/jobs")).json()["items"]
    assert (job["kind"], job["state"], job["done"], job["total"]) == ("probe", "done", 3, 3)
    assert (job["result"]["probed"], job["result"]["unreadable"]) == (3, 2)
    task = (await rest.get(f"/v1/projects/{project}/tasks/{items[2]['task']}")).json()
    assert task["item"]["facts"]["image"]["unreadable"]["code"] == "item.unreadable"
    reasons = [(one["external_id"], one["code"], one["pointer"]) for one in job["result"]["errors"]]
    assert reasons == [
        ("bad.png", "media.type_mismatch", "/fields/image/url"),
        ("none.png", "item.unreadable", "/fields/image/url"),
    ]


async def test_gold_and_votes_wait_for_their_media_too(rest: Any, work: Any, tmp_path: Path) -> None:
    (tmp_path / "mounted" / "a.png").write_bytes(png())
    (tmp_path / "mounted" / "b.png").write_bytes(png())
    project = await rest.project(rest.BOXES)
    label = {"objects": []}
    items: list[dict[str, Any]] = [
        {"external_id": name, "fields": {"image": {"url": f"mount:pictures/{name}.png"}}} for name in "ab"
    ]
    await rest.add_items(project, [items[0] | {"gold": label}, items[1]])
    await rest.post_lines(
        f"/v1/projects/{project}/annotations", [{"external_id": "b", "labeler": "ann", "label": label}]
    )
    assert [one["state"] for one in await rest.resolutions(project)] == ["probing", "probing"]
    await work()
    assert [one["state"] for one in await rest.resolutions(project)] == ["resolved", "resolving"]


async def test_jsonl_names_who_answered(rest: Any, work: Any) -> None:
    project = await rest.project()
    lines = [
        {
            "external_id": "n-0",
            "fields": {"note": "one"},
            "votes": [
                {"labeler": "ann", "label": {"topic": "news"}},
                {"labeler": "bob", "label": {"topic": "sports"}},
            ],
        },
        {"external_id": "n-1", "fields": {"note": "two"}},
    ]
    data = "\n".join(map(json.dumps, lines)).encode()
    job = await done(rest, work, await begin(rest, project, data, "a.jsonl", format="jsonl"))
    assert job["result"]["annotations"]["accepted"] == 2, job
    first, second = await rest.resolutions(project)
    assert (first["annotations"], second["annotations"]) == (2, 0)


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "FILE:///etc/passwd",
        "gopher://a.test/",
        "ftp://a.test/x",
        "data:text/plain,x",
        "jar:https://a.test/x",
    ],
)
async def test_a01_schemes(rest: Any, refused: Refused, url: str) -> None:
    project = await rest.project()
    response = await rest.post(f"/v1/projects/{project}/imports", {"url": url, "format": "jsonl"})
    assert refused(response, 422, "url.scheme_refused")["pointer"] == "/url"


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "169.254.169.254", "[::1]", "[::ffff:127.0.0.1]", "10.0.0.1", "2130706433", "0x7f.1"],
)
async def test_a02_a03_addresses(rest: Any, refused: Refused, host: str) -> None:
    project = await rest.project()
    path, url = f"/v1/projects/{project}/imports", f"https://{host}/x"
    refused(await rest.post(path, {"format": "jsonl", "url": url}), 422, "url.address_refused")
    media = await rest.post(path, {"format": "jsonl", "asset": "0" * 64, "media": url})
    assert refused(media, 422, "url.address_refused")["pointer"] == "/media"
    boxes = await rest.project(rest.BOXES)
    item = {"external_id": "a", "fields": {"image": {"url": url}}}
    problem = refused(await rest.post_lines(f"/v1/projects/{boxes}/items", [item]), 422, "import.aborted")
    (error,) = problem["errors"]
    assert (error["code"], error["pointer"]) == ("url.address_refused", "/fields/image/url")
    jobs = (await rest.get(f"/v1/projects/{project}/jobs")).json()["items"]
    assert jobs == []


async def test_what_is_asked_for_must_make_sense(rest: Any, refused: Refused) -> None:
    project = await rest.project()
    path = f"/v1/projects/{project}/imports"
    refused(await rest.post(path, {"asset": "0" * 64, "format": "docx"}), 422, "format.unknown")
    refused(await rest.post(path, {"format": "coco"}), 422, "field.invalid")
    refused(await rest.post(path, {"format": "coco", "url": "mount:none/x"}), 422, "url.invalid")
    refused(await rest.post(path, {"format": "coco", "url": "mount:pictures/x"}), 422, "item.unreadable")
    refused(await rest.post(path, {"format": "coco", "colour": 1}), 422, "field.unknown")
    ann = await rest.labeler("ann")
    refused(await ann.post(path, {"format": "coco", "asset": "0" * 64}), 403, "role.forbidden")


@pytest.mark.parametrize("name", ["../../x", "/etc/x", "C:\\x", "..\\x", "a/\u2215x", "a/./x"])
async def test_a11_archive_paths(rest: Any, refused: Refused, name: str) -> None:
    project = await rest.project(rest.BOXES)
    info = zipfile.ZipInfo("x")
    info.filename = name  # set afterwards, so that zipfile does not tidy it
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(info, b"x")
    response = await begin(rest, project, out.getvalue(), "a.zip", format="coco")
    assert "\u2215" not in refused(response, 422, "archive.path_refused")["detail"]


async def test_a12_archive_links(rest: Any, refused: Refused) -> None:
    project = await rest.project(rest.BOXES)
    info = zipfile.ZipInfo("link")
    info.external_attr = 0o120777 << 16
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(info, "/etc/passwd")
    refused(await begin(rest, project, out.getvalue(), "a.zip", format="coco"), 422, "archive.path_refused")


async def test_a04_a_name_that_leads_to_a_private_address(rest: Any, refused: Refused) -> None:
    project = await rest.project(ENTITIES)
    new = {"url": "https://private.example.org/a.jsonl", "format": "jsonl"}
    told = refused(await rest.post(f"/v1/projects/{project}/imports", new), 422, "url.address_refused")
    assert told["pointer"] == "/url"
    assert "127.0.0.1" not in json.dumps(told), "where the name leads is nobody's business"


async def test_a14_a_zip_bomb_is_told_its_limit(rest: Any, refused: Refused) -> None:
    project = await rest.project(rest.BOXES)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.json", b"0" * (40 << 20))
    problem = refused(
        await begin(rest, project, out.getvalue(), "a.zip", format="coco"), 413, "archive.limit"
    )
    assert problem["limit_name"] == "ratio"


async def test_a22_a_doctype_fails_its_record(rest: Any, work: Any) -> None:
    project = await rest.project(rest.BOXES)
    entity = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    archive = zipped(
        {"JPEGImages/a.png": png(), "Annotations/a.xml": entity + VOC.format(name="&x;", left=2)}
    )
    job = await done(rest, work, await begin(rest, project, archive, "voc.zip", format="voc"))
    assert (job["state"], job["error"]["code"]) == ("failed", "import.aborted")
    assert job["error"]["errors"][0]["code"] == "xml.dtd_refused"


async def test_a23_a_yaml_tag_fails_the_job(rest: Any, work: Any) -> None:
    project = await rest.project(rest.BOXES)
    yaml = "names: !!python/object/apply:os.system ['true']\n"
    archive = zipped({"data.yaml": yaml, "labels/a.txt": "0 .5 .5 .1 .1", "images/a.png": png()})
    job = await done(rest, work, await begin(rest, project, archive, "yolo.zip", format="yolo"))
    assert (job["state"], job["error"]["code"]) == ("failed", "yaml.tag_refused")


async def test_a24_a_pickle_in_an_archive_is_refused(rest: Any, refused: Refused) -> None:
    project = await rest.project(rest.BOXES)
    archive = zipped({"annotations.json": "{}", "weights.pt": b"\x80\x04."})
    response = await begin(rest, project, archive, "a.zip", format="coco")
    refused(response, 422, "format.executable_refused")


async def test_a28_a29_jobs_and_assets_of_others(
    rest: Any, stranger: Any, work: Any, refused: Refused
) -> None:
    project = await rest.project(ENTITIES)
    begun = await begin(rest, project, CONLL.encode(), "a.conll", format="conll")
    asset = (await rest.upload(CONLL.encode())).json()["asset"]
    theirs = await stranger.project(ENTITIES)

    refused(await stranger.get(f"/v1/jobs/{begun.json()['job']}"), 404, "not_found")
    refused(await stranger.get(f"/v1/projects/{project}/jobs"), 404, "not_found")
    taken = await stranger.post(f"/v1/projects/{theirs}/imports", {"asset": asset, "format": "conll"})
    assert refused(taken, 422, "ref.not_found")["pointer"] == "/asset"
    into_ours = await stranger.post(f"/v1/projects/{project}/imports", {"asset": asset, "format": "conll"})
    refused(into_ours, 404, "not_found")
    refused(await rest.get(f"/v1/jobs/{uuid4()}"), 404, "not_found")


async def test_one_key_makes_one_job(rest: Any) -> None:
    project = await rest.project(ENTITIES)
    asset = (await rest.upload(CONLL.encode(), name="a.conll")).json()["asset"]
    answers = [
        await rest.post(
            f"/v1/projects/{project}/imports",
            {"asset": asset, "format": "conll"},
            headers={"Idempotency-Key": "k"},
        )
        for _ in range(2)
    ]
    assert answers[0].json() == answers[1].json()
    assert len((await rest.get(f"/v1/projects/{project}/jobs")).json()["items"]) == 1
