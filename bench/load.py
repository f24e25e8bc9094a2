"""A load generator that costs little: raw sockets on an event loop, one request after the other on each."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import orjson


@dataclass(kw_only=True)
class Loops:
    """What a run did: claim + submit loops, and the milliseconds of every request."""

    count: int = 0
    claim_ms: list[float] = field(default_factory=list)
    submit_ms: list[float] = field(default_factory=list)
    refused: int = 0


class Wire:
    """One connection that is kept alive."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, head: bytes) -> None:
        self._reader, self._writer, self._head = reader, writer, head

    @classmethod
    async def open(cls, url: str, api_key: str, media_type: str = "application/json") -> Wire:
        """Connect, to send bodies of one media type."""
        address = urlsplit(url)
        reader, writer = await asyncio.open_connection(address.hostname, address.port)
        head = f"Host: {address.netloc}\r\nAuthorization: Bearer {api_key}\r\nContent-Type: {media_type}\r\n"
        return cls(reader, writer, head.encode())

    async def post(self, path: str, body: bytes) -> tuple[int, bytes]:
        """Send and read the whole answer: its status and its body."""
        self._writer.write(
            b"POST %b HTTP/1.1\r\n%bContent-Length: %d\r\n\r\n%b"
            % (path.encode(), self._head, len(body), body)
        )
        return await self._answer()

    async def get(self, path: str) -> tuple[int, bytes]:
        """The same without a body."""
        self._writer.write(b"GET %b HTTP/1.1\r\n%b\r\n" % (path.encode(), self._head))
        return await self._answer()

    async def _answer(self) -> tuple[int, bytes]:
        head = await self._reader.readuntil(b"\r\n\r\n")
        said = head.lower()
        if b"transfer-encoding: chunked" in said:
            return int(head[9:12]), await self._chunks()
        at = said.index(b"content-length:") + 15
        length = int(head[at : head.index(b"\r\n", at)])
        return int(head[9:12]), await self._reader.readexactly(length)

    async def _chunks(self) -> bytes:
        parts = []
        while size := int(await self._reader.readuntil(b"\r\n"), 16):
            parts.append((await self._reader.readexactly(size + 2))[:-2])
        await self._reader.readexactly(2)
        return b"".join(parts)

    def close(self) -> None:
        """Hang up."""
        self._writer.close()


async def run_loops(url: str, keys: list[str], project: str, secs: float) -> Loops:
    """Claim one, submit one, with one connection for each key, for so many seconds."""
    loops = Loops()
    end = time.perf_counter() + secs

    async def labeler(key: str) -> None:
        wire = await Wire.open(url, key)
        clock = time.perf_counter
        while (began := clock()) < end:
            status, answer = await wire.post(f"/v1/projects/{project}/leases", b'{"count":1}')
            claimed = clock()
            leases = orjson.loads(answer).get("leases", [])
            if status == 200 and not leases:
                raise SystemExit("the tasks ran out: measure with more --tasks, or for fewer --secs")
            if status != 200:
                raise SystemExit(f"a claim got nothing: {status} {answer[:300]!r}")
            body = b'{"fence":%d,"label":{"topic":"sports"}}' % leases[0]["fence"]
            status, answer = await wire.post(f"/v1/leases/{leases[0]['lease']}/submit", body)
            loops.claim_ms.append(1000 * (claimed - began))
            loops.submit_ms.append(1000 * (clock() - claimed))
            loops.count += status == 200
            loops.refused += status != 200
        wire.close()

    await asyncio.gather(*(labeler(key) for key in keys))
    return loops
