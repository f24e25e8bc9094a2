"""Unknown outcomes against the real application: an answer is lost, and the repeat is given it."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

import assay
from assay.client.retry import RetryPolicy
from assay.errors import Unavailable


class LosesAnswers(httpx.BaseTransport):
    """Sends every request and loses the first answer to each POST, as a reset connection does."""

    def __init__(self) -> None:
        self._inner = httpx.HTTPTransport()
        self.sent: list[str] = []
        self._lost: set[str] = set()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = self._inner.handle_request(request)
        key = request.headers.get("idempotency-key", "")
        self.sent.append(key)
        if key and key not in self._lost:
            response.read()
            response.close()
            self._lost.add(key)
            raise httpx.ReadError("connection reset")
        return response

    def close(self) -> None:
        self._inner.close()


async def test_a_lost_answer_is_the_answer_of_the_repeat(served: Any, topic: dict[str, Any]) -> None:
    def story(client: assay.Client) -> None:
        lossy = LosesAnswers()
        waits: list[float] = []
        with served.client(transport=lossy, sleep=waits.append, uniform=lambda: 0.5) as unlucky:
            ann = unlucky.labelers.create("ann")
            project = unlucky.projects.create("News", topic)
            notes = [{"external_id": f"n-{n}", "fields": {"note": f"note {n}"}} for n in range(4)]
            project.items.add(notes)
            for lease in project.work(count=2):
                lease.submit({"topic": "news"})
            project.delete()
        assert ann.api_key
        assert all(lossy.sent.count(key) == 2 for key in lossy.sent if key)
        assert waits
        assert [one.name for one in client.labelers.list()] == ["admin", "ann"]
        assert list(client.projects.list()) == []

    await served.run(story)


async def test_a_lost_submit_counts_once(served: Any, topic: dict[str, Any]) -> None:
    def story(client: assay.Client) -> None:
        project = client.projects.create("News", topic)
        project.items.add([{"external_id": "n", "fields": {"note": "note"}}])
        with served.client(transport=LosesAnswers(), sleep=lambda seconds: None) as unlucky:
            for lease in unlucky.projects.get(project.id).work():
                lease.submit({"topic": "news"})
        (resolution,) = project.resolutions()
        assert resolution.annotations == 1
        assert len(project.tasks.get(resolution.task).annotations) == 1

    await served.run(story)


async def test_a_server_that_is_gone_is_said_to_be(served: Any) -> None:
    def story(client: assay.Client) -> None:
        with (
            assay.Client(
                "http://127.0.0.1:1", "key", retry=RetryPolicy(tries=2), sleep=lambda seconds: None
            ) as lost,
            pytest.raises(Unavailable) as refused,
        ):
            lost.me()
        assert refused.value.code == "client.unreachable"
        assert refused.value.remedy == "Check the address and that Assay is running."

    await served.run(story)
