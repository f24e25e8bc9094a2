"""A link that one can break: forwards a TCP or Unix socket, and delays, slices, swallows or cuts what passes.

It speaks no protocol but one word of PostgreSQL's: *ReadyForQuery, idle*, which follows a commit. Cutting
exactly there makes the unknown commit: the work is done and nobody was told.
"""

from __future__ import annotations

import asyncio
import os
import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

CHUNK_BYTES = 65_536
COMMITTED = b"Z\x00\x00\x00\x05I"


@dataclass(frozen=True, kw_only=True)
class Weather:
    """How a link behaves towards every connection on it."""

    latency_secs: float = 0.0
    slice_bytes: int = CHUNK_BYTES
    """Forwarded at most so many at a time."""
    swallows_up: bool = False
    swallows_down: bool = False
    """What is sent in a direction goes nowhere; the connection stays open, as a half-open one does."""
    refuses: bool = False
    """New connections are cut at once."""


FAIR = Weather()


class Link:
    """One proxied address, on an event loop of its own thread, so that it works while its user is blocked."""

    def __init__(self, listen: Path | None, target: Path | tuple[str, int]) -> None:
        """``listen`` is a Unix socket's path; ``None`` takes a free TCP port (:attr:`port`)."""
        self._listen = listen
        self._target = target
        self._weather = FAIR
        self._pairs: set[tuple[asyncio.StreamWriter, asyncio.StreamWriter]] = set()
        self._on_commit: Callable[[int], bool] | None = None
        self.commits = 0
        """How many commits' answers have come by."""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = self._run(self._serve())

    @property
    def port(self) -> int:
        """The TCP port it listens on."""
        return int(self._server.sockets[0].getsockname()[1])

    def be(self, weather: Weather) -> None:
        """Behave like this from now on."""
        self._weather = weather

    def cut(self) -> None:
        """Reset every connection."""
        self._run(self._cut_all())

    def on_commit(self, decide: Callable[[int], bool] | None) -> None:
        """Ask ``decide`` with the number of each commit whether to cut its connection instead of telling."""
        self.commits = 0
        self._on_commit = decide

    def close(self) -> None:
        """Stop listening and cut everything."""
        self._run(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _run(self, work: object) -> asyncio.Server:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()  # type: ignore[arg-type]

    async def _serve(self) -> asyncio.Server:
        if self._listen is None:
            return await asyncio.start_server(self._accept, "127.0.0.1", 0)
        server = await asyncio.start_unix_server(self._accept, self._listen)
        self._listen.chmod(0o777)
        return server

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._weather.refuses:
            reset(writer)
            return
        try:
            if isinstance(self._target, Path):
                there = await asyncio.open_unix_connection(self._target)
            else:
                there = await asyncio.open_connection(*self._target)
        except OSError:
            reset(writer)
            return
        pair = (writer, there[1])
        self._pairs.add(pair)
        with suppress(OSError, asyncio.CancelledError):
            await asyncio.gather(
                self._pump(reader, there[1], down=False), self._pump(there[0], writer, down=True)
            )
        self._pairs.discard(pair)
        for end in pair:
            reset(end)

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, *, down: bool) -> None:
        while data := await source.read(CHUNK_BYTES):
            if down and data.endswith(COMMITTED) and self._ends_here():
                raise ConnectionResetError
            weather = self._weather
            if weather.latency_secs:
                await asyncio.sleep(weather.latency_secs)
            if weather.swallows_down if down else weather.swallows_up:
                continue
            for start in range(0, len(data), weather.slice_bytes):
                sink.write(data[start : start + weather.slice_bytes])
                await sink.drain()
        if sink.can_write_eof():
            sink.write_eof()

    def _ends_here(self) -> bool:
        self.commits += 1
        return self._on_commit is not None and self._on_commit(self.commits)

    async def _end(self) -> asyncio.Server:
        self._server.close()
        forwarding = asyncio.all_tasks() - {asyncio.current_task()}
        for task in forwarding:
            task.cancel()
        await asyncio.gather(*forwarding, return_exceptions=True)
        return self._server

    async def _cut_all(self) -> asyncio.Server:
        for pair in list(self._pairs):
            for end in pair:
                reset(end)
        return self._server


def reset(writer: asyncio.StreamWriter) -> None:
    """End a connection as a machine that vanished does: with a reset, without a goodbye."""
    plain = writer.get_extra_info("socket")
    if plain is not None and plain.family != socket.AF_UNIX and not writer.transport.is_closing():
        with suppress(OSError):
            plain.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


def reachable_folder(parent: Path, name: str) -> Path:
    """A folder that the serving user can reach, for a socket."""
    folder = parent / name
    folder.mkdir()
    os.chmod(folder, 0o755)
    return folder
