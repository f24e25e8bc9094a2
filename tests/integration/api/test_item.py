"""Items in by stream or array, and out by page."""

from __future__ import annotations

import gzip
import json
from typing import Any

NEWS = {"topic": "news"}


def note(name: str, text: str = "x", **more: Any) -> dict[str, Any]:
    return {"external_id": name, "fields": {"note": text}, **more}


def offered(**prediction: Any) -> dict[str, Any]:
    return note("i", predictions=[{"labeler": "m", **prediction}])


async def test_each_bad_line_is_told_and_the_good_ones_stored(rest: Any) -> None:
    project = await rest.project()
    bad: list[tuple[Any, str, str | None]] = [
        (3, "item.invalid", ""),
        ({}, "item.invalid", "/external_id"),
        (note(""), "item.invalid", "/external_id"),
        (note("x" * 1_001), "item.invalid", "/external_id"),
        (note("i", colour="red"), "field.unknown", "/colour"),
        ({"external_id": "i"}, "item.field", "/fields"),
        ({"external_id": "i", "fields": {}}, "item.field", "/fields/note"),
        ({"external_id": "i", "fields": {"note": 3}}, "item.field", "/fields/note"),
        ({"external_id": "i", "fields": {"note": "a", "x": "b"}}, "item.field", "/fields/x"),
        (note("i", priority=10), "item.invalid", "/priority"),
        (note("i", priority="1"), "item.invalid", "/priority"),
        (note("i", priority=True), "item.invalid", "/priority"),
        (note("i", metadata=[]), "item.invalid", "/metadata"),
        (note("i", metadata={"m": "x" * 65_536}), "item.invalid", "/metadata"),
        (note("i", gold={"topic": "weather"}), "label.class", "/gold/topic"),
        (note("i", gold={}), "label.required", "/gold/topic"),
        (note("i", predictions={}), "item.invalid", "/predictions"),
        (note("i", predictions=[{"labeler": "m"}]), "item.invalid", "/predictions/0"),
        (offered(label={"topic": "?"}), "label.class", "/predictions/0/label/topic"),
        (offered(label=NEWS, api_base="x"), "field.unknown", "/predictions/0/api_base"),
    ]  # fmt: skip
    lines = [json.dumps(line).encode() for line, _, _ in bad]
    raw: list[tuple[bytes, str, str]] = [
        (b"{", "json.malformed", ""),
        (b'{"external_id": NaN}', "json.number", "/external_id"),
        (b'{"a": 1, "a": 2}', "json.duplicate_key", "/a"),
        (b'["\\ud800"]', "json.surrogate", "/0"),
        (b'{"fields": {"note": "\\u0000"}}', "json.nul", "/fields/note"),
        (b"[" * 70 + b"]" * 70, "json.too_deep", "/0" * 64),
        (b"\xff", "json.malformed", ""),
    ]
    good = [json.dumps(note("first")).encode(), b"", json.dumps(note("last")).encode()]
    body = b"\n".join([good[0], *lines, *(line for line, _, _ in raw), *good[1:]])
    answer = await rest.post(
        f"/v1/projects/{project}/items?on_error=skip",
        content=gzip.compress(body),
        headers={"Content-Type": "application/x-ndjson", "Content-Encoding": "gzip"},
    )
    report = answer.json()
    assert (report["accepted"], report["rejected"]) == (2, len(bad) + len(raw))
    told = {error["line"]: (error["code"], error["pointer"]) for error in report["errors"]}
    expected = [*((code, at) for _, code, at in bad), *((code, at) for _, code, at in raw)]
    assert told == dict(enumerate(expected, start=2))
    listed = (await rest.get(f"/v1/projects/{project}/items")).json()["items"]
    assert [one["external_id"] for one in listed] == ["first", "last"]


async def test_a_known_item_is_counted_once_and_another_body_names_it(rest: Any, refused: Any) -> None:
    project = await rest.project()
    items = f"/v1/projects/{project}/items"
    first = (await rest.post(items, [note("a", metadata={"n": 1})])).json()
    assert (first["accepted"], first["existing"]) == (1, 0)
    again = (await rest.post(items, [note("a", metadata={"n": 1}), note("b")])).json()
    assert (again["accepted"], again["existing"], again["rejected"]) == (1, 1, 0)
    stored = {one["external_id"]: one["id"] for one in (await rest.get(items)).json()["items"]}
    told = refused(await rest.post(items, [note("c"), note("a", "other")]), 409, "existing")
    assert told["existing"] == stored["a"]
    assert (await rest.get(items, params={"external_id": "c"})).json()["items"] == []
    twice = (await rest.post(f"{items}?on_error=skip", [note("d"), note("d"), note("d", "other")])).json()
    assert (twice["accepted"], twice["existing"], twice["rejected"]) == (1, 1, 1)
    assert [error["line"] for error in twice["errors"]] == [3]


async def test_filters_take_what_they_offer_and_nothing_more(rest: Any, refused: Any) -> None:
    project = await rest.project()
    items = f"/v1/projects/{project}/items"
    await rest.post(items, [note("n", metadata={"k": 1}, priority=2), note("g", gold=NEWS), note("50%")])

    async def names(**filters: str) -> list[str]:
        answer = await rest.get(items, params=filters)
        assert answer.status_code == 200, answer.text
        return [one["external_id"] for one in answer.json()["items"]]

    assert await names() == ["n", "g", "50%"]
    assert await names(gold="true") == ["g"]
    assert await names(state="open") == ["n", "50%"]
    assert await names(external_id="n") == ["n"]
    for literal in ("%", "_", "n' OR '1'='1", "n\\", "n;--", "𝒳"):
        assert await names(external_id=literal) == [], literal
    for nul in ("\x00", "n\x00"):
        told = refused(await rest.get(items, params={"external_id": nul}), 400, "json.nul")
        assert told["pointer"] == "/external_id"
    for name, value in (("state", "gone"), ("state", "open' --"), ("gold", "maybe")):
        told = refused(await rest.get(items, params={name: value}), 422, "field.invalid")
        assert told["pointer"] == f"/{name}"
    (first, *_) = (await rest.get(items)).json()["items"]
    assert (first["metadata"], first["priority"], first["fields"]) == ({"k": 1}, 2, {"note": "x"})


async def test_only_the_media_types_of_the_contract_are_read(rest: Any, refused: Any) -> None:
    project = await rest.project()
    items = f"/v1/projects/{project}/items"
    for media_type in ("text/plain", "multipart/form-data", "application/jsonl", ""):
        answer = await rest.post(items, content=b"[]", headers={"Content-Type": media_type})
        refused(answer, 415, "body.type")
    refused(await rest.post(items, {"external_id": "a"}), 422, "item.invalid")
    refused(await rest.post(f"{items}?on_error=ignore", [note("a")]), 422, "field.invalid")
    bomb = gzip.compress(b"[" + b" " * (20 << 20) + b"]")
    for media_type in ("application/json", "application/x-ndjson"):
        headers = {"Content-Type": media_type, "Content-Encoding": "gzip"}
        refused(await rest.post(items, content=bomb, headers=headers), 413, "body.too_large")
    headers = {"Content-Type": "application/json", "Content-Encoding": "br"}
    refused(await rest.post(items, content=b"x", headers=headers), 415, "body.encoding")
