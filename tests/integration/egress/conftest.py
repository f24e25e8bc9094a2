"""Real servers on this machine: one that answers from a script, one that must never be reached."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

import pytest


@dataclass
class ScriptedServer:
    """Answers each path with the bytes given for it, then closes. ``requests`` holds what was asked."""

    answers: dict[str, bytes] = field(default_factory=dict)
    requests: list[bytes] = field(default_factory=list)
    connections: int = 0
    port: int = 0
    conversations: set[asyncio.Task[None]] = field(default_factory=set)

    def redirect(self, path: str, location: str, status: str = "302 Found") -> None:
        head = f"HTTP/1.1 {status}\r\nLocation: {location}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        self.answers[path] = head.encode()

    def body(self, path: str, body: bytes, headers: str = "") -> None:
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\nConnection: close\r\n{headers}\r\n"
        self.answers[path] = head.encode() + body

    def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.conversations.add(asyncio.ensure_future(self.converse(reader, writer)))

    async def converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            self.requests.append(head)
            writer.write(self.answers.get(head.split(b" ")[1].decode(), b"HTTP/1.1 404 Not Found\r\n\r\n"))
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            self.requests.append(b"")
        finally:
            writer.close()
            await asyncio.gather(writer.wait_closed(), return_exceptions=True)


@asynccontextmanager
async def listening(server: ScriptedServer, host: str, port: int = 0) -> AsyncIterator[ScriptedServer]:
    listener = await asyncio.start_server(server.accept, host, port)
    server.port = listener.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listener.close()
        await asyncio.gather(*server.conversations)


@pytest.fixture
async def pair() -> AsyncIterator[tuple[ScriptedServer, ScriptedServer]]:
    """One on 127.0.0.2 and one on 127.0.0.1, at the same port, whatever else runs on this machine."""
    while True:
        async with AsyncExitStack() as stack:
            served = await stack.enter_async_context(listening(ScriptedServer(), "127.0.0.2"))
            alike = listening(ScriptedServer(), "127.0.0.1", served.port)
            try:
                watched = await stack.enter_async_context(alike)
            except OSError:  # the port is somebody else's there; try another
                continue
            yield served, watched
            return


@pytest.fixture
def server(pair: tuple[ScriptedServer, ScriptedServer]) -> ScriptedServer:
    """Plays the host that an operator opened, or that a resolver calls public."""
    return pair[0]


@pytest.fixture
def canary(pair: tuple[ScriptedServer, ScriptedServer]) -> Iterator[ScriptedServer]:
    """Listens on 127.0.0.1 at the server's port; a single connection to it is a hole."""
    pair[1].body("/", b"canary")
    yield pair[1]
    assert pair[1].connections == 0


class FixtureResolver:
    """Answers from a table; several answers for a name are given one after the other."""

    def __init__(self, answers: Mapping[str, Sequence[Sequence[str]]]) -> None:
        self._answers = {name: list(given) for name, given in answers.items()}
        self.asked: list[str] = []

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked.append(host)
        answers = self._answers.get(host)
        if not answers:
            raise OSError("no such name")
        return answers.pop(0) if len(answers) > 1 else answers[0]


@pytest.fixture
def resolver() -> type[FixtureResolver]:
    return FixtureResolver
