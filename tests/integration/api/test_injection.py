"""What callers write is data: never SQL, never a place to send requests to (A10, A26)."""

from __future__ import annotations

import base64
from typing import Any

import pytest

PAYLOADS = (
    "' OR '1'='1",
    "n-0'; DROP TABLE task; --",
    "n-0' UNION SELECT secret_sha256 FROM api_key --",
    "%",
    "_-0",
    "n-0\\",
    "$1",
    "{n-0,n-1}",
    "n-0' AND pg_sleep(5) --",
)


@pytest.mark.parametrize("payload", PAYLOADS)
async def test_a26_a_filters_value_is_matched_to_the_letter(rest: Any, payload: str) -> None:
    project = await rest.project()
    await rest.add_notes(project, "one", "two")
    found = await rest.get(f"/v1/projects/{project}/items", params={"external_id": payload})
    assert (found.status_code, found.json()["items"]) == (200, [])
    assert len((await rest.get(f"/v1/projects/{project}/items")).json()["items"]) == 2


@pytest.mark.parametrize("payload", PAYLOADS)
async def test_a26_names_and_texts_come_back_as_they_were_sent(rest: Any, payload: str) -> None:
    project = await rest.project()
    await rest.add_items(project, [{"external_id": payload, "fields": {"note": payload}}])
    [item] = (await rest.get(f"/v1/projects/{project}/items")).json()["items"]
    assert (item["external_id"], item["fields"]["note"]) == (payload, payload)


async def test_a26_a_cursor_that_was_changed_is_refused(rest: Any, refused: Any) -> None:
    project = await rest.project()
    await rest.add_notes(project, "one", "two", "three")
    path = f"/v1/projects/{project}/items"
    cursor = (await rest.get(path, params={"limit": 1})).json()["next_cursor"]
    raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    for changed in (raw[:12] + b"0", raw[:12] + b"0 OR 1=1", b"\0" * 12 + raw[12:], b"", raw[12:]):
        forged = base64.urlsafe_b64encode(changed).decode().rstrip("=") or "="
        refused(await rest.get(path, params={"cursor": forged}), 400, "cursor.invalid")
    elsewhere = {"cursor": cursor, "state": "open"}
    refused(await rest.get(path, params=elsewhere), 400, "cursor.invalid")


async def test_a10_an_item_or_a_label_names_no_model_to_call(rest: Any, refused: Any) -> None:
    project = await rest.project()
    for key in ("model_url", "api_base", "callback", "webhook"):
        item = {"external_id": "x", "fields": {"note": "n"}, key: "http://169.254.169.254/"}
        told = refused(await rest.post(f"/v1/projects/{project}/items", [item]), 422, "import.aborted")
        assert told["errors"][0]["code"] == "field.unknown"
    await rest.add_notes(project, "one")
    [lease] = await rest.claim(project)
    label = {"topic": "sports", "api_base": "http://169.254.169.254/"}
    answer = await rest.post(f"/v1/leases/{lease['lease']}/submit", {"fence": lease["fence"], "label": label})
    refused(answer, 422, "label.unknown_question")
