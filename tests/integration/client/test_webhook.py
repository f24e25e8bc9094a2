"""Webhooks through both clients."""

from __future__ import annotations

from typing import Any

import pytest

import assay
from assay.errors import Conflict, NotFound

URL = "https://hooks.example.org/assay"


async def test_a_webhook_from_its_making_to_its_end(served: Any) -> None:
    def story(client: assay.Client) -> None:
        made = client.webhooks.create(URL, kinds=["task.resolved"])
        assert made.secret
        assert made.secret not in repr(made)
        assert [one.id for one in client.webhooks.list()] == [made.id]
        assert client.webhooks.get(made.id).secret is None
        rotated = client.webhooks.rotate_secret(made.id, overlap_secs=60)
        assert rotated.secret != made.secret
        assert rotated.previous_until is not None
        assert list(client.webhooks.deliveries(made.id, state="dead")) == []
        assert client.webhooks.replay(made.id) == 0
        assert client.webhooks.update(made.id, state="disabled").reason == "by hand"
        with pytest.raises(Conflict):
            client.webhooks.replay(made.id)
        client.webhooks.delete(made.id)
        with pytest.raises(NotFound):
            client.webhooks.get(made.id)

    await served.run(story)


async def test_the_async_client_does_the_same(client: assay.AsyncClient) -> None:
    made = await client.webhooks.create(URL)
    assert (await client.webhooks.rotate_secret(made.id)).secret_version == 2
    assert (await client.webhooks.update(made.id, kinds=["task.open"])).kinds == ("task.open",)
    assert [one.kinds async for one in client.webhooks.list()] == [("task.open",)]
    assert [one async for one in client.webhooks.deliveries(made.id)] == []
    assert await client.webhooks.replay(made.id) == 0
    await client.webhooks.delete(made.id)
    with pytest.raises(NotFound):
        await client.webhooks.get(made.id)
