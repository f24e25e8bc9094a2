"""An item's media over REST: for whoever may see the item, typed by their bytes, in ranges, inert."""

from __future__ import annotations

import io
import re
import threading
from collections.abc import AsyncIterator, Iterator, Mapping
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from assay.store.blob import BlobStore

SVG = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"


def png(side: int = 40) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((side, side), 64).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
async def pictures(rest: Any, work: Any, tmp_path: Path) -> dict[str, str]:
    """Paths of the media of two items of one project that lie in a mounted folder, by name."""
    project = await rest.project(rest.BOXES)
    for name in ("a", "b"):
        (tmp_path / "mounted" / f"{name}.png").write_bytes(png())
    await rest.add_items(
        project,
        ({"external_id": name, "fields": {"image": {"url": f"mount:pictures/{name}.png"}}} for name in "ab"),
    )
    await work()
    items = (await rest.get(f"/v1/projects/{project}/items")).json()["items"]
    return {one["external_id"]: f"/v1/projects/{project}/items/{one['id']}/media/image" for one in items} | {
        "project": project
    }


async def test_a_mounted_picture_is_served_whole_and_in_ranges(
    rest: Any, pictures: dict[str, str], tmp_path: Path
) -> None:
    data = (tmp_path / "mounted" / "a.png").read_bytes()
    whole = await rest.get(pictures["a"])
    assert (whole.status_code, whole.content) == (200, data)
    assert whole.headers["content-type"] == "image/png"
    assert whole.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert whole.headers["x-content-type-options"] == "nosniff"
    assert whole.headers["content-length"] == str(len(data))
    for asked, start, end in (
        ("bytes=0-9", 0, 10),
        (f"bytes={len(data) - 4}-", len(data) - 4, len(data)),
        ("bytes=-7", len(data) - 7, len(data)),
    ):
        part = await rest.get(pictures["a"], headers={"range": asked})
        assert (part.status_code, part.content) == (206, data[start:end])
        assert part.headers["content-range"] == f"bytes {start}-{end - 1}/{len(data)}"
    outside = await rest.get(pictures["a"], headers={"range": f"bytes={len(data)}-"})
    assert (outside.status_code, outside.headers["content-range"]) == (416, f"bytes */{len(data)}")


async def test_only_who_may_see_the_item_sees_its_media(
    rest: Any, stranger: Any, refused: Any, pictures: dict[str, str]
) -> None:
    ann = await rest.labeler("ann")
    refused(await ann.get(pictures["a"]), 404, "not_found")
    (lease,) = await ann.claim(pictures["project"])
    given = pictures[lease["item"]["external_id"]]
    assert (await ann.get(given)).status_code == 200
    other = next(path for name, path in pictures.items() if name in "ab" and path != given)
    refused(await ann.get(other), 404, "not_found")
    refused(await stranger.get(given), 404, "not_found")
    assert (await ann.submit(lease, {"objects": []})).is_success
    assert (await ann.get(given)).status_code == 200  # a page that shows it still may
    refused(await rest.get(given.replace("/image", "/noise")), 404, "not_found")


async def test_what_the_bytes_are_now_is_what_counts(
    rest: Any, refused: Any, pictures: dict[str, str], tmp_path: Path
) -> None:
    file = tmp_path / "mounted" / "a.png"
    for data in (SVG, b"<html><script>alert(1)</script>", b"just text", png()[:200] + b"<script>"):
        file.write_bytes(data)
        refused(await rest.get(pictures["a"]), 422, "media.type_mismatch")
    file.unlink()
    refused(await rest.get(pictures["a"]), 422, "item.unreadable")


async def test_an_uploaded_picture_is_served_the_same_way(rest: Any, work: Any) -> None:
    data = png()
    url = (await rest.upload(data)).json()["url"]
    project = await rest.project(rest.BOXES)
    await rest.add_items(project, [{"external_id": "u", "fields": {"image": {"url": url}}}])
    (item,) = (await rest.get(f"/v1/projects/{project}/items")).json()["items"]
    path = f"/v1/projects/{project}/items/{item['id']}/media/image"
    assert (await rest.get(path)).content == data
    assert (await rest.get(path, headers={"range": "bytes=1-3"})).content == data[1:4]


@pytest.mark.parametrize(
    "data",
    [
        SVG,
        b"\xef\xbb\xbf<?xml version='1.0'?><!-- a --><svg><foreignObject><body/></foreignObject></svg>",
        b"<!DOCTYPE svg [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><svg>&x;</svg>",
        b"<!doctype html><script>alert(1)</script>",
        b"%PDF-1.7\n%%EOF",
        b"just text",
    ],
)
async def test_a18_a21_what_is_no_picture_fills_no_field_of_pictures(
    rest: Any, refused: Any, work: Any, tmp_path: Path, data: bytes
) -> None:
    project = await rest.project(rest.BOXES)
    url = (await rest.upload(data)).json()["url"]
    (tmp_path / "mounted" / "a.png").write_bytes(data)
    items = [
        {"external_id": name, "fields": {"image": {"url": at}}}
        for name, at in (("up", url), ("mount", "mount:pictures/a.png"))
    ]
    path = f"/v1/projects/{project}/items"
    (told,) = refused(await rest.post(path, items[:1]), 422, "import.aborted")["errors"]
    assert (told["code"], told["pointer"]) == ("media.type_mismatch", "/fields/image/url")
    taken = (await rest.post(f"{path}?on_error=skip", items)).json()
    assert [(one["line"], one["code"], one["pointer"]) for one in taken["errors"]] == [
        (1, "media.type_mismatch", "/fields/image/url")
    ]
    await work()
    (listed,) = (await rest.get(path)).json()["items"]
    assert (listed["external_id"], listed["state"]) == ("mount", "needs_attention")


class Elsewhere(ThreadingHTTPServer):
    """A web server with a few files, on the address that the operator opened; S3's reads are no more than
    this: an object by its bucket and key, or a range of it."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.2", 0), _Files)
        self.files: dict[str, bytes] = {}
        self.asked: list[tuple[str, str | None]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.2:{self.server_port}"


class _Files(BaseHTTPRequestHandler):
    server: Elsewhere

    def do_GET(self) -> None:
        wanted = self.headers.get("Range")
        self.server.asked.append((self.path, wanted))
        data = self.server.files.get(self.path)
        if data is None:
            self.send_error(404)
            return
        found = re.fullmatch(r"bytes=(\d+)-(\d*)", wanted or "")
        start = int(found[1]) if found else 0
        part = data[start : int(found[2]) + 1 if found and found[2] else None]
        self.send_response(206 if found else 200)
        self.send_header("Content-Length", str(len(part)))
        if found:
            self.send_header("Content-Range", f"bytes {start}-{start + len(part) - 1}/{len(data)}")
        self.send_header("ETag", '"1"')
        self.send_header("Last-Modified", formatdate(0, usegmt=True))
        self.end_headers()
        self.wfile.write(part)

    def log_message(self, *_: object) -> None:
        """Told by ``asked``."""


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    with Elsewhere() as server:
        serving = threading.Thread(target=server.serve_forever)
        serving.start()
        yield server
        server.shutdown()
        serving.join()


@pytest.fixture
async def buckets(
    elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Mapping[str, BlobStore]]:
    """``s3://pictures``, through an operator's own endpoint."""
    for name, value in (
        ("AWS_ENDPOINT", elsewhere.url),
        ("AWS_ACCESS_KEY_ID", "key"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
    ):
        monkeypatch.setenv(name, value)
    bucket = BlobStore.open("s3://pictures", new_id=str)
    yield {"s3://pictures": bucket}
    await bucket.aclose()


async def test_pictures_in_a_bucket_and_on_the_web_are_measured_claimed_and_served(
    rest: Any, refused: Any, work: Any, elsewhere: Elsewhere
) -> None:
    data = png()
    elsewhere.files |= {"/pictures/a.png": data, "/b.png": data, "/pictures/c.png": SVG}
    urls = {
        "bucket": "s3://pictures/a.png",
        "web": f"{elsewhere.url}/b.png",
        "drawing": "s3://pictures/c.png",
        "gone": f"{elsewhere.url}/none.png",
    }
    project = await rest.project(rest.BOXES)
    await rest.add_items(
        project, ({"external_id": name, "fields": {"image": {"url": url}}} for name, url in urls.items())
    )
    path = f"/v1/projects/{project}/items"
    for url in ("s3://others/a.png", f"http://127.0.0.1:{elsewhere.server_port}/b.png"):
        item = {"external_id": "x", "fields": {"image": {"url": url}}}
        (told,) = refused(await rest.post(path, [item]), 422, "import.aborted")["errors"]
        assert (told["code"], told["pointer"]) == ("url.address_refused", "/fields/image/url")
    await work()
    items = {one["external_id"]: one for one in (await rest.get(path)).json()["items"]}
    assert {name: one["state"] for name, one in items.items()} == {
        "bucket": "open",
        "web": "open",
        "drawing": "needs_attention",
        "gone": "needs_attention",
    }
    ann = await rest.labeler("ann")
    leases = {lease["item"]["external_id"]: lease for lease in await ann.claim(project, 10)}
    assert leases.keys() == {"bucket", "web"}
    outside = {"objects": [{"id": "b", "class": "cat", "box": [0, 0, 41, 30]}]}
    assert (await ann.submit(leases["bucket"], outside)).json()["code"] == "label.geometry"

    for name in ("bucket", "web"):
        at = f"{path}/{items[name]['id']}/media/image"
        whole = await ann.get(at)
        assert (whole.status_code, whole.content) == (200, data)
        assert whole.headers["content-type"] == "image/png"
        assert whole.headers["content-security-policy"] == "sandbox; default-src 'none'"
        assert whole.headers["x-content-type-options"] == "nosniff"
        part = await ann.get(at, headers={"range": "bytes=1-3"})
        # A bucket gives ranges; what is on the web is always passed on whole.
        asked = (206, data[1:4]) if name == "bucket" else (200, data)
        assert (part.status_code, part.content) == asked
    # Only the range was asked of the bucket.
    assert ("/pictures/a.png", "bytes=1-3") in elsewhere.asked
    # What it is now is what counts.
    elsewhere.files |= {"/pictures/a.png": SVG, "/b.png": b"<html><script>alert(1)</script>"}
    for name in ("bucket", "web"):
        at = f"{path}/{items[name]['id']}/media/image"
        refused(await ann.get(at), 422, "media.type_mismatch")
