"""Uploads and assets over REST: what comes in, and how it is served again."""

from __future__ import annotations

import hashlib
import io
import zlib
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import httpx
import pytest
from PIL import Image

PART = 8 << 20
Refused = Callable[[httpx.Response, int, str], dict[str, Any]]


def png(width: int = 4, height: int = 3) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), (200, 30, 30)).save(out, "PNG")
    return out.getvalue()


def png_that_says(width: int, height: int) -> bytes:
    """A PNG whose header announces sides it does not have."""
    head = b"IHDR" + width.to_bytes(4) + height.to_bytes(4) + b"\x08\x02\0\0\0"
    chunk = b"\0\0\0\r" + head + zlib.crc32(head).to_bytes(4)
    return b"\x89PNG\r\n\x1a\n" + chunk + png()[33:]


def kept_files(rest: Any, tmp_path: Any) -> list[str]:
    kept = (tmp_path / "blobs" / str(rest.principal.organization)).rglob("*")
    return [path.name for path in kept if path.is_file()]


async def test_an_image_goes_in_in_parts_and_comes_out_whole(rest: Any, tmp_path: Any) -> None:
    data = png() + b"\0" * PART
    begun = (await rest.post("/v1/uploads", {"size_bytes": len(data), "name": "r.png"})).json()
    assert (begun["part_size"], begun["parts"], begun["received"]) == (PART, 2, [])
    path = f"/v1/uploads/{begun['upload']}"

    assert (await rest.put(f"{path}/parts/2", content=data[PART:])).status_code == 200
    assert (await rest.get(path)).json()["received"] == [2]
    for _ in range(2):  # a part that comes again replaces itself
        assert (await rest.put(f"{path}/parts/1", content=data[:PART])).status_code == 200
    first, again = await rest.post(f"{path}/complete"), await rest.post(f"{path}/complete")

    sha256 = hashlib.sha256(data).hexdigest()
    assert first.status_code == 200
    assert first.json() == again.json()
    assert first.json() == {
        "id": sha256,
        "asset": sha256,
        "url": f"asset:sha256:{sha256}",
        "media_type": "image/png",
        "size_bytes": len(data),
        "width": 4,
        "height": 3,
        "frames": 1,
    }
    assert (await rest.get(f"/v1/assets/{sha256}")).content == data
    assert kept_files(rest, tmp_path) == [sha256]


async def test_an_upload_is_checked_against_what_was_announced(rest: Any, refused: Refused) -> None:
    data = png()
    wrong_sum = await rest.upload(data, sha256="0" * 64)
    refused(wrong_sum, 422, "asset.checksum")

    begun = (await rest.post("/v1/uploads", {"size_bytes": len(data)})).json()
    path = f"/v1/uploads/{begun['upload']}"
    refused(await rest.post(f"{path}/complete"), 422, "upload.incomplete")
    refused(await rest.put(f"{path}/parts/1", content=data[:-1]), 422, "upload.part")
    refused(await rest.put(f"{path}/parts/1", content=data + b"x"), 422, "upload.part")
    refused(await rest.put(f"{path}/parts/2", content=b"x"), 422, "upload.part")
    for body, pointer in (
        ({"size_bytes": 0}, "/size_bytes"),
        ({"size_bytes": 1 << 41}, "/size_bytes"),
        ({"size_bytes": 1, "sha256": "ABC"}, "/sha256"),
    ):
        assert refused(await rest.post("/v1/uploads", body), 422, "field.invalid")["pointer"] == pointer


async def test_ranges(rest: Any, refused: Refused) -> None:
    data = png(300, 200)
    path = f"/v1/assets/{(await rest.upload(data)).json()['asset']}"
    size = len(data)
    for asked, part, served in (
        ("bytes=0-9", data[:10], f"bytes 0-9/{size}"),
        ("bytes=10-", data[10:], f"bytes 10-{size - 1}/{size}"),
        ("bytes=-5", data[-5:], f"bytes {size - 5}-{size - 1}/{size}"),
        (f"bytes=10-{size * 2}", data[10:], f"bytes 10-{size - 1}/{size}"),
    ):
        response = await rest.get(path, headers={"Range": asked})
        assert (response.status_code, response.content) == (206, part)
        assert response.headers["content-range"] == served
        assert response.headers["content-length"] == str(len(part))
    for asked in ("bytes=9-3", "bytes=0-1,3-4", "lines=1-2", "bytes=-"):
        assert (await rest.get(path, headers={"Range": asked})).status_code == 200
    for asked in (f"bytes={size}-", "bytes=-0"):
        problem = await rest.get(path, headers={"Range": asked})
        assert refused(problem, 416, "range.unsatisfiable")["status"] == 416
        assert problem.headers["content-range"] == f"bytes */{size}"


async def test_head_says_what_get_would(rest: Any, stranger: Any) -> None:
    made = (await rest.upload(b"0123456789" * 10)).json()
    path = f"/v1/assets/{made['asset']}"
    signed = {"Authorization": f"Bearer {rest.api_key}"}
    for more, status in (({}, 200), ({"Range": "bytes=0-3"}, 206), ({"Range": "bytes=900-"}, 416)):
        got = await rest.http.get(path, headers=signed | more)
        head = await rest.http.head(path, headers=signed | more)
        assert (head.status_code, got.status_code) == (status, status)
        for name in ("content-length", "content-type", "content-range", "etag", "accept-ranges"):
            assert head.headers.get(name) == got.headers.get(name), name
    unsigned, theirs = {}, {"Authorization": f"Bearer {stranger.api_key}"}
    assert [(await rest.http.head(path, headers=one)).status_code for one in (unsigned, theirs)] == [401, 404]


async def test_etags(rest: Any) -> None:
    path = f"/v1/assets/{(await rest.upload(png())).json()['asset']}"
    etag = (await rest.get(path)).headers["etag"]
    assert (await rest.get(path, headers={"If-None-Match": etag})).status_code == 304
    resumed = await rest.get(path, headers={"Range": "bytes=0-3", "If-Range": etag})
    restarted = await rest.get(path, headers={"Range": "bytes=0-3", "If-Range": '"other"'})
    assert (resumed.status_code, restarted.status_code) == (206, 200)


async def test_a_thumbnail_is_small(rest: Any, refused: Refused) -> None:
    asset = (await rest.upload(png(400, 300))).json()["asset"]
    small = await rest.get(f"/v1/assets/{asset}/thumbnail", params={"size": 64})
    assert small.headers["content-type"] == "image/webp"
    assert Image.open(io.BytesIO(small.content)).size == (64, 48)
    refused(await rest.get(f"/v1/assets/{asset}/thumbnail", params={"size": 4000}), 422, "field.invalid")
    text = (await rest.upload(b"just text")).json()["asset"]
    refused(await rest.get(f"/v1/assets/{text}/thumbnail"), 422, "media.unreadable")


@pytest.mark.parametrize(
    "data",
    [
        b"<!doctype html><script>alert(1)</script>",
        b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        b'<?xml version="1.0"?><a xmlns="http://www.w3.org/1999/xhtml"><script>alert(1)</script></a>',
        b"%PDF-1.7\n%%EOF",
        b"plain text",
    ],
)
async def test_a18_nothing_that_could_run_is_shown(rest: Any, data: bytes) -> None:
    asset = (await rest.upload(data)).json()["asset"]
    headers = (await rest.get(f"/v1/assets/{asset}")).headers
    assert headers["content-disposition"].startswith("attachment")
    assert headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert headers["x-content-type-options"] == "nosniff"


async def test_a18_a_picture_is_shown_in_a_sandbox(rest: Any) -> None:
    asset = (await rest.upload(png())).json()["asset"]
    headers = (await rest.get(f"/v1/assets/{asset}")).headers
    assert headers["content-type"] == "image/png"
    assert headers["content-disposition"].startswith("inline")
    assert headers["content-security-policy"].startswith("sandbox")


@pytest.mark.parametrize(
    ("data", "announced"),
    [
        (b"<html><script>alert(1)</script></html>", {"name": "avatar.jpg"}),
        (png(), {"media_type": "text/html"}),
        (png(), {"name": "page.html"}),
        (png(), {"name": "clip.mp4"}),
        (b"GIF89a<html>" + b"<script>alert(1)</script>" * 3, {"name": "a.txt"}),
    ],
)
async def test_a21_a_file_is_what_it_is_called(
    rest: Any, refused: Refused, tmp_path: Any, data: bytes, announced: dict[str, str]
) -> None:
    refused(await rest.upload(data, **announced), 422, "media.type_mismatch")
    refused(await rest.get(f"/v1/assets/{hashlib.sha256(data).hexdigest()}"), 404, "not_found")
    assert kept_files(rest, tmp_path) == []


async def test_a21_refusing_bytes_under_a_wrong_name_leaves_those_kept_under_the_right_one(
    rest: Any, refused: Refused
) -> None:
    asset = (await rest.upload(png(), name="r.png")).json()["asset"]
    refused(await rest.upload(png(), name="r.html"), 422, "media.type_mismatch")
    assert (await rest.get(f"/v1/assets/{asset}")).content == png()


async def test_a16_an_image_bomb_is_refused_and_not_kept(rest: Any, refused: Refused, tmp_path: Any) -> None:
    problem = refused(await rest.upload(png_that_says(65_000, 65_000), name="b.png"), 422, "media.limit")
    assert problem["limit"]
    assert kept_files(rest, tmp_path) == []


async def test_a24_a_pickle_is_refused(rest: Any, refused: Refused) -> None:
    pickled = b"\x80\x04\x95\x10\0\0\0\0\0\0\0\x8c\x05posix\x8c\x06system\x93\x94."
    refused(await rest.upload(pickled, name="model.pt"), 422, "format.executable_refused")


async def test_a28_what_belongs_to_others_is_not_there(rest: Any, stranger: Any, refused: Refused) -> None:
    asset = (await rest.upload(png())).json()["asset"]
    upload = (await rest.post("/v1/uploads", {"size_bytes": 5})).json()["upload"]

    refused(await stranger.get(f"/v1/assets/{asset}"), 404, "not_found")
    refused(await stranger.get(f"/v1/assets/{asset}/thumbnail"), 404, "not_found")
    refused(await stranger.get(f"/v1/uploads/{upload}"), 404, "not_found")
    refused(await stranger.put(f"/v1/uploads/{upload}/parts/1", content=b"bytes"), 404, "not_found")
    refused(await stranger.post(f"/v1/uploads/{upload}/complete"), 404, "not_found")
    refused(await rest.get(f"/v1/uploads/{uuid4()}"), 404, "not_found")
    refused(await rest.get("/v1/assets/..%2f..%2fetc"), 404, "route.not_found")


async def test_any_labeler_sees_assets_and_managers_upload(rest: Any, refused: Refused) -> None:
    asset = (await rest.upload(png())).json()["asset"]
    ann = await rest.labeler("ann")
    assert (await ann.get(f"/v1/assets/{asset}")).status_code == 200
    refused(await ann.post("/v1/uploads", {"size_bytes": 5}), 403, "role.forbidden")
