"""Measures and shrinks uploaded media in child processes with hard limits.

A file that would exhaust memory or time, or that makes a decoder crash, costs one child, which is replaced;
the server itself never opens an image. See ``assay.store.decoder`` for what the child does.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from assay.domain.asset import MediaFacts
from assay.errors import Invalid

_FILES_PER_CHILD = 500
"""A child is replaced after so many, so that what a decoder leaks stays small."""


@dataclass(frozen=True, kw_only=True, slots=True)
class MediaLimits:
    """What a file may cost. ``memory_bytes`` is address space, the interpreter's 200 MB or so included."""

    pixels: int = 178_956_970
    side: int = 65_000
    frames: int = 10_000
    memory_bytes: int = 2 << 30
    cpu_secs: int = 20
    wall_secs: int = 60


@dataclass(frozen=True, kw_only=True, slots=True)
class Thumbnail:
    """A small picture, ready to serve. Sides are pixels."""

    data: bytes
    media_type: str
    width: int
    height: int


class Probe:
    """Asks the children. One for a process; close it with :meth:`aclose` or use it as a context manager."""

    def __init__(self, limits: MediaLimits | None = None, *, children: int = 1) -> None:
        """``children`` are started when first needed; so many files are looked at together."""
        self._limits = limits or MediaLimits()
        self._places: asyncio.LifoQueue[_Child | None] = asyncio.LifoQueue()
        self._children = children
        for _ in range(children):
            self._places.put_nowait(None)

    async def __aenter__(self) -> Probe:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """End the children, after what they are doing."""
        for _ in range(self._children):
            child = await self._places.get()
            if child is not None:
                await asyncio.to_thread(child.end)

    async def inspect(self, source: Path | bytes, *, declared: str | None = None) -> MediaFacts:
        """What the bytes are, and how large if an image.

        ``declared`` is the type that the sender gave; it is compared, never believed. Raises ``Invalid``:
        ``media.type_mismatch``, ``media.limit``, ``media.unreadable`` or ``format.executable_refused``.
        """
        facts, _ = await self._ask(source, {"call": "inspect", "declared": declared})
        return MediaFacts(**facts)

    async def thumbnail(
        self, source: Path | bytes, max_side: int, *, form: Literal["webp", "jpeg"] = "webp"
    ) -> Thumbnail:
        """The first frame, decoded in full, upright, and at most ``max_side`` pixels a side.

        Raises ``Invalid`` (``media.limit``, ``media.unreadable``) as :meth:`inspect`.
        """
        facts, data = await self._ask(source, {"call": "thumbnail", "max_side": max_side, "form": form})
        return Thumbnail(data=data, **facts)

    async def _ask(self, source: Path | bytes, request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        descriptor = await asyncio.to_thread(_open, source)
        try:
            async with self._child() as child:
                head, payload = await self._answer(child, descriptor, request)
        finally:
            os.close(descriptor)
        if "code" in head:
            raise Invalid(head["code"], head["detail"], limit=head["limit"])
        return head, payload

    async def _answer(
        self, child: _Child, descriptor: int, request: dict[str, Any]
    ) -> tuple[dict[str, Any], bytes]:
        limits = self._limits
        try:
            async with asyncio.timeout(limits.wall_secs):
                return await child.ask(descriptor, request)
        except TimeoutError:
            raise Invalid(
                "media.limit", f"reading takes more than {limits.wall_secs} s", limit=limits.wall_secs
            ) from None
        except (ConnectionError, EOFError):
            died_of = await asyncio.to_thread(child.end)
            if died_of == -signal.SIGXCPU:
                raise Invalid(
                    "media.limit", f"reading takes more than {limits.cpu_secs} s", limit=limits.cpu_secs
                ) from None
            raise Invalid("media.unreadable", "the file makes its decoder crash") from None

    @asynccontextmanager
    async def _child(self) -> AsyncIterator[_Child]:
        """A child of one's own for a while; one that did not answer to the end is ended and replaced."""
        child = await self._places.get()
        try:
            if child is not None and not child.is_running:  # killed while it waited, say for memory
                child.end()
                child = None
            if child is None:
                # A few milliseconds, once in 500 files; in a thread, a cancelled call would lose the child.
                child = _Child(self._limits)
            yield child
        finally:
            reusable = child is not None and child.is_reusable
            self._places.put_nowait(child if reusable else None)
            if child is not None and not reusable:
                await asyncio.shield(asyncio.to_thread(child.end))


class _Child:
    """One decoder process and the socket to it."""

    def __init__(self, limits: MediaLimits) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        with theirs:
            self._process = subprocess.Popen(
                [
                    sys.executable,
                    "-B",
                    "-m",
                    "assay.store.decoder",
                    json.dumps(asdict(limits)),
                    str(theirs.fileno()),
                ],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
                cwd="/",
                start_new_session=True,
            )
        ours.setblocking(False)
        self._socket = ours
        self._asked = 0
        self._busy = False

    @property
    def is_running(self) -> bool:
        """Whether the process has not ended."""
        return self._process.poll() is None

    @property
    def is_reusable(self) -> bool:
        """Whether the last question was answered in full, and the child is not due for replacement."""
        return not self._busy and self._asked < _FILES_PER_CHILD

    async def ask(self, descriptor: int, request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        """Hand over a file; raises ``ConnectionError`` or ``EOFError`` when the child dies over it."""
        self._busy = True
        self._asked += 1
        socket.send_fds(self._socket, [json.dumps(request).encode() + b"\n"], [descriptor])
        (size,) = struct.unpack("!I", await self._receive(4))
        head, _, payload = (await self._receive(size)).partition(b"\n")
        self._busy = False
        return json.loads(head), payload

    def end(self) -> int:
        """Kill it if it still runs, and say how it ended; safe to repeat."""
        self._busy = True
        self._socket.close()
        if self._process.poll() is None:
            self._process.kill()
        return self._process.wait()

    async def _receive(self, size: int) -> bytes:
        received = bytearray()
        loop = asyncio.get_running_loop()
        while len(received) < size:
            chunk = await loop.sock_recv(self._socket, size - len(received))
            if not chunk:
                raise EOFError
            received += chunk
        return bytes(received)


def _open(source: Path | bytes) -> int:
    """A descriptor at the beginning of the file; bytes go through a file without a name."""
    if isinstance(source, Path):
        return os.open(source, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    with tempfile.TemporaryFile() as file:
        file.write(source)
        file.flush()
        descriptor = os.dup(file.fileno())
    os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor
