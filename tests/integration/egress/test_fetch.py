"""The door out, against real sockets: what it refuses never receives a connection."""

import asyncio
import gzip
import ssl
from pathlib import Path
from typing import Any

import pytest

from assay.egress.fetch import Egress, Patience
from assay.egress.policy import Policy
from assay.errors import AssayError, Invalid, TooLarge


def door(server: Any, resolver: Any, **settings: Any) -> Egress:
    """``open.test`` is a host the operator opened, served by ``server``; ``priv.test`` is not."""
    answers = {"open.test": [["127.0.0.2"]], "priv.test": [["127.0.0.1"]], "meta.test": [["169.254.169.254"]]}
    policy = Policy(
        private_hosts=frozenset({f"open.test:{server.port}"}), ports=frozenset({443, server.port})
    )
    return Egress(policy, resolve=resolver(answers), **settings)


async def fetch(egress: Egress, url: str, max_bytes: int = 1_000) -> bytes:
    async with egress.open(url, max_bytes=max_bytes, pointer="/url") as download:
        return b"".join([chunk async for chunk in download.chunks])


async def refusal(egress: Egress, url: str) -> Invalid:
    with pytest.raises(Invalid) as caught:
        await fetch(egress, url)
    assert caught.value.pointer == "/url"
    return caught.value


async def test_a_file_comes_through_with_its_own_host_name(server: Any, resolver: Any) -> None:
    server.body("/a.jpg?x=1", b"bytes")
    async with door(server, resolver) as egress:
        assert await fetch(egress, f"http://open.test:{server.port}/a.jpg?x=1#part") == b"bytes"
    head = server.requests[0].decode().lower()
    assert f"host: open.test:{server.port}\r\n" in head
    assert "accept-encoding: identity" in head


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "0.0.0.0",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "2130706433",
        "0x7f.1",
        "127.1",
        "localhost",
        "①②⑦.0.0.1",
    ],
)
async def test_a02_literal_addresses(server: Any, canary: Any, resolver: Any, host: str) -> None:
    async with door(server, resolver) as egress:
        error = await refusal(egress, f"https://{host}:{canary.port}/")
    assert error.code == "url.address_refused"


async def test_a04_a_name_that_resolves_to_a_private_address(server: Any, canary: Any, resolver: Any) -> None:
    async with door(server, resolver) as egress:
        error = await refusal(egress, f"https://priv.test:{canary.port}/")
    assert error.code == "url.address_refused"
    assert "127.0.0.1" not in str(error)


async def test_a04_a_name_that_answers_differently_the_second_time(
    server: Any, canary: Any, resolver: Any
) -> None:
    server.body("/", b"first")
    rebinding = resolver({"rebind.test": [["127.0.0.2"], ["127.0.0.1"], ["169.254.169.254"]]})
    policy = Policy(private_hosts=frozenset({f"rebind.test:{server.port}"}))
    async with Egress(policy, resolve=rebinding) as egress:
        assert await fetch(egress, f"http://rebind.test:{server.port}/") == b"first"
    assert rebinding.asked == ["rebind.test"]


async def test_a04_a_name_that_turns_to_metadata_after_the_first_request(server: Any, resolver: Any) -> None:
    server.body("/", b"first")
    rebinding = resolver({"rebind.test": [["127.0.0.2"], ["169.254.169.254"]]})
    policy = Policy(private_hosts=frozenset({f"rebind.test:{server.port}"}))
    async with Egress(policy, resolve=rebinding) as egress:
        await fetch(egress, f"http://rebind.test:{server.port}/")
        error = await refusal(egress, f"http://rebind.test:{server.port}/")
    assert error.code == "url.address_refused"


@pytest.mark.parametrize(
    "status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"]
)
@pytest.mark.parametrize(
    "location",
    [
        "http://169.254.169.254/latest/meta-data/", "//169.254.169.254/", "https://priv.test:{port}/",
        "http://127.0.0.1:{port}/", "//127.0.0.1:{port}/", "https://[::1]:{port}/", "file:///etc/passwd",
        "https://meta.test/", "https://0x7f.1:{port}/", "gopher://open.test/", "http://priv.test/",
        "https://user:pw@open.test/", "https:\\\\127.0.0.1/",
    ],
)  # fmt: skip
async def test_a06_redirects_into_the_network(
    server: Any, canary: Any, resolver: Any, status: str, location: str
) -> None:
    server.redirect("/", location.format(port=canary.port), status)
    async with door(server, resolver) as egress:
        error = await refusal(egress, f"http://open.test:{server.port}/")
    assert error.code == "url.redirect_refused"


async def test_a06_an_allowed_redirect_is_followed_and_a_loop_is_not(server: Any, resolver: Any) -> None:
    server.redirect("/start", "/end")
    server.body("/end", b"here")
    server.redirect("/loop", "/loop")
    async with door(server, resolver, patience=Patience(redirects=3)) as egress:
        assert await fetch(egress, f"http://open.test:{server.port}/start") == b"here"
        error = await refusal(egress, f"http://open.test:{server.port}/loop")
    assert error.code == "url.redirect_refused"
    assert error.limit == 3
    assert server.connections == 2 + 4


async def test_a06_a_sent_request_follows_no_redirect(server: Any, canary: Any, resolver: Any) -> None:
    server.redirect("/hook", f"http://127.0.0.1:{canary.port}/", "307 Temporary Redirect")
    async with door(server, resolver) as egress:
        answer = await egress.send(
            "POST",
            f"http://open.test:{server.port}/hook",
            content=b"{}",
            headers={"Content-Type": "application/json", "webhook-id": "1"},
        )
    assert answer.status == 307
    assert server.requests[0].startswith(b"POST /hook HTTP/1.1")
    assert b"webhook-id: 1" in server.requests[0]


async def test_a08_webhooks_to_ourselves(server: Any, canary: Any, resolver: Any) -> None:
    async with door(server, resolver) as egress:
        for url in (f"https://127.0.0.1:{canary.port}/", f"https://priv.test:{canary.port}/v1/me"):
            with pytest.raises(Invalid) as caught:
                await egress.send("POST", url, content=b"{}")
            assert caught.value.code == "url.address_refused"


async def test_a15_more_bytes_than_allowed(server: Any, resolver: Any) -> None:
    server.body("/announced", b"x" * 1_001)
    server.answers["/unannounced"] = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + b"x" * 100_000
    async with door(server, resolver) as egress:
        for path in ("/announced", "/unannounced"):
            with pytest.raises(TooLarge) as caught:
                await fetch(egress, f"http://open.test:{server.port}{path}")
            assert caught.value.limit == 1_000


async def test_a15_an_encoding_that_was_not_asked_for(server: Any, resolver: Any) -> None:
    server.body("/", gzip.compress(b"\0" * 1_000_000), "Content-Encoding: gzip\r\n")
    async with door(server, resolver) as egress:
        error = await refusal(egress, f"http://open.test:{server.port}/")
    assert error.code == "url.unreachable"


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 500 Oops\r\nContent-Length: 6\r\n\r\ncanary",
        b"canary, not HTTP at all\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\ncanary",
        b"",
    ],
)
async def test_a07_errors_hold_nothing_of_the_answer_or_the_query(
    server: Any, resolver: Any, answer: bytes
) -> None:
    server.answers["/?X-Amz-Signature=secret"] = answer
    async with door(server, resolver) as egress:
        error = await refusal(egress, f"http://open.test:{server.port}/?X-Amz-Signature=secret")
    assert error.code == "url.unreachable"
    assert "canary" not in str(error)
    assert "secret" not in str(error)
    assert error.__cause__ is None
    assert error.__context__ is None or error.__suppress_context__


async def test_a_name_or_a_port_that_does_not_answer(
    server: Any, resolver: Any, unused_tcp_port: int
) -> None:
    policy = Policy(private_hosts=frozenset({"open.test"}))
    async with Egress(policy, resolve=resolver({"open.test": [["127.0.0.2"]]})) as egress:
        for url in (f"http://open.test:{unused_tcp_port}/", "https://nowhere.test/"):
            assert (await refusal(egress, url)).code == "url.unreachable"


async def test_a_server_that_says_nothing_is_given_up(resolver: Any) -> None:
    asked, left = asyncio.Event(), asyncio.Event()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        asked.set()
        await reader.read()
        writer.close()
        await writer.wait_closed()
        left.set()

    listener = await asyncio.start_server(silent, "127.0.0.2", 0)
    port = listener.sockets[0].getsockname()[1]
    policy = Policy(private_hosts=frozenset({"open.test"}))
    async with Egress(
        policy, resolve=resolver({"open.test": [["127.0.0.2"]]}), patience=Patience(total_secs=0.05)
    ) as egress:
        error = await refusal(egress, f"http://open.test:{port}/")
    await left.wait()
    listener.close()
    assert asked.is_set()
    assert error.code == "url.unreachable"


async def test_no_proxy_is_taken_from_the_environment(
    server: Any, canary: Any, resolver: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY", "https_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{canary.port}")
    server.body("/", b"direct")
    async with door(server, resolver) as egress:
        assert await fetch(egress, f"http://open.test:{server.port}/") == b"direct"


async def test_tls_is_checked_against_the_name_though_the_address_is_pinned(resolver: Any) -> None:
    certificates = Path(__file__).parents[2] / "fixtures" / "tls"
    mine = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    mine.load_cert_chain(certificates / "open.test.crt", certificates / "open.test.key")
    named: list[str] = []
    mine.sni_callback = lambda _, name, __: named.append(name)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
        writer.close()
        await writer.wait_closed()

    listener = await asyncio.start_server(answer, "127.0.0.2", 0, ssl=mine)
    port = listener.sockets[0].getsockname()[1]
    trusting = ssl.create_default_context(cafile=certificates / "open.test.crt")
    names = resolver({"open.test": [["127.0.0.2"]], "other.test": [["127.0.0.2"]]})
    policy = Policy(private_hosts=frozenset({"open.test", "other.test"}))
    async with Egress(policy, resolve=names, ssl_context=trusting) as egress:
        assert await fetch(egress, f"https://open.test:{port}/") == b"ok"
        assert (await refusal(egress, f"https://other.test:{port}/")).code == "url.unreachable"
    async with Egress(policy, resolve=names) as egress:
        assert (await refusal(egress, f"https://open.test:{port}/")).code == "url.unreachable"
    listener.close()
    assert named == ["open.test", "other.test", "open.test"]


async def test_the_consumers_own_error_stays_its_own(server: Any, resolver: Any) -> None:
    server.body("/", b"x")
    async with door(server, resolver) as egress:
        with pytest.raises(OSError, match="disk"):
            async with egress.open(f"http://open.test:{server.port}/", max_bytes=10):
                raise OSError("disk")
        with pytest.raises(AssayError):
            await fetch(egress, f"http://open.test:{server.port}/nothing-here")
