"""What carries requests: chosen by name or address, and the same errors over each."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

import assay
from assay.api.grpc.server import GrpcServer
from assay.client.retry import RetryPolicy
from assay.errors import AssayError, Conflict, Invalid, NotFound, Unavailable, Unsupported
from tests.integration.client.conftest import Served

ID = "01980000-0000-7000-8000-000000000000"
ONCE = RetryPolicy(tries=1)


async def test_an_address_or_a_name_chooses(served: Served, tmp_path: Path) -> None:
    kept = tmp_path / "credentials.json"
    kept.write_text(f'{{"url": "{served.url}", "grpc": "{served.target}", "api_key": "{served.api_key}"}}')

    def told() -> list[str]:
        names = []
        for options in (
            {"url": f"grpc://{served.target}", "api_key": served.api_key},
            {"url": f"grpc://{served.target}", "credentials": kept},
            {"credentials": kept, "transport": "grpc"},
            {"credentials": kept, "transport": "rest"},
        ):
            with assay.Client(**options) as client:  # type: ignore[arg-type]  # as many kinds as arguments
                names.append(client.me().name)
        return names

    assert len(set(await asyncio.to_thread(told))) == 1


@pytest.mark.parametrize(
    "options",
    [
        {"url": "http://127.0.0.1:1", "api_key": "k", "transport": "grpc"},
        {"url": "grpc://127.0.0.1:1", "api_key": "k", "transport": "rest"},
        {"url": "http://127.0.0.1:1", "api_key": "k", "transport": "carrier-pigeon"},
        {"url": "grpc://127.0.0.1", "api_key": "k"},
        {"url": "grpc://127.0.0.1:1/v1", "api_key": "k"},
    ],
)
def test_what_cannot_carry_is_refused_at_once(options: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refused:
        assay.Client(**options)
    assert refused.value.code == "config.invalid"


async def test_bytes_need_the_rest_address(served: Served) -> None:
    def told(client: assay.Client) -> None:
        client.assets.upload(b"bytes")

    with (
        assay.Client(f"grpc://{served.target}", served.api_key) as client,
        pytest.raises(Unsupported) as refused,
    ):
        await asyncio.to_thread(told, client)
    assert refused.value.code == "client.transport"


async def test_errors_are_the_same_over_each(served: Served, topic: dict[str, Any]) -> None:
    def told(client: assay.Client) -> None:
        with pytest.raises(NotFound) as missing:
            client.projects.get(ID)
        assert (missing.value.code, missing.value.extra["noun"]) == ("not_found", "project")
        with pytest.raises(Invalid) as wrong:
            client.projects.create("", topic)
        assert (wrong.value.code, wrong.value.pointer) == ("field.invalid", "/name")
        project = client.projects.create("News", topic)
        project.items.add([{"external_id": "a", "fields": {"note": "x"}}])
        with pytest.raises(AssayError) as aborted:
            project.items.add([{"external_id": "a", "fields": {"note": "y"}}])
        assert aborted.value.code == "existing"
        (lease,) = list(project.work())
        lease.submit({"topic": "sports"})
        with pytest.raises(Conflict) as other:
            lease.submit({"topic": "news"})
        assert other.value.code == "submit.conflict"
        assert "annotation" in other.value.extra

    await served.run(told)


async def test_nobody_there_is_told_as_such(served: Served) -> None:
    def told() -> str:
        with assay.Client("grpc://127.0.0.1:1", "k", retry=ONCE) as client:
            with pytest.raises(Unavailable) as refused:
                client.me()
            return refused.value.code

    assert await asyncio.to_thread(told) == "client.unreachable"


async def test_a_server_that_comes_back_is_found_again(served: Served) -> None:
    client = assay.AsyncClient(f"grpc://{served.target}", served.api_key)
    try:
        assert (await client.me()).name
        port = int(served.target.rpartition(":")[2])
        first = served.app.state
        other = GrpcServer(first.engine, first.authenticator, f"127.0.0.1:{port}")
        await other.start()  # the port is shared, as by the processes of one machine
        assert (await client.me()).name
        await other.stop(0)
        assert (await client.me()).name
    finally:
        await client.close()
