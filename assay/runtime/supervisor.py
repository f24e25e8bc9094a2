"""Child processes: started early, told what to be, replaced when they die, ended with us.

A child gets one line on its standard input, a blueprint, because that holds secrets; it answers ``up`` when
it works; a second line tells it that everything is ready. The end of its input means that we died. Linux also
sends it SIGINT then (see ``assay.store.cluster_child``).
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import shutil
import signal
import socket
import sys
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from assay.app import Blueprint
from assay.errors import Unavailable
from assay.runtime.process import UP
from assay.store.cluster_owner import Owner, choose_owner, user_name

_log = logging.getLogger("assay.runtime.supervisor")

FIRST_PAUSE_SECS, LONGEST_PAUSE_SECS = 0.1, 5.0
HEALTHY_SECS = 30.0
GRACE_SECS = 30.0
READY = b"ready\n"


API, WORKER = "api", "worker"
WORKER_CONNECTIONS = 5


class Child:
    """One process of a role (``api`` or ``worker``), and its successors."""

    def __init__(
        self, role: str, owner: Owner, *, variables: Mapping[str, str], listening: int | None
    ) -> None:
        """It runs as ``owner``, with ``variables`` as its environment and ``listening`` inherited."""
        self.role = role
        self._owner = owner
        self._variables = dict(variables)
        self._listening = listening
        self._process: asyncio.subprocess.Process | None = None
        self._blueprint: Blueprint | None = None
        self._ready = False
        self._stopping = False
        self._up = asyncio.Event()
        self._ended = asyncio.Event()

    @property
    def pid(self) -> int | None:
        """The process at the moment."""
        return self._process.pid if self._process is not None else None

    async def spawn(self) -> None:
        """Start the process; it loads its code and waits to be told what to be."""
        inherited = [] if self._listening is None else [self._listening]
        program = f"assay.runtime.{self.role}_process"
        self._up.clear()
        self._process = await asyncio.create_subprocess_exec(
            *self._owner.command("exec", sys.executable, "-m", program, *map(str, inherited)),
            cwd="/",
            env=self._variables,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            pass_fds=inherited,
            start_new_session=True,  # a Ctrl-C at the terminal is for us; we end the requests first
        )

    async def be(self, blueprint: Blueprint) -> None:
        """Tell the process, and every successor, what to be; a running one is replaced."""
        told_before = self._blueprint is not None
        self._blueprint = blueprint
        if told_before and self._process is not None:
            self._signal(signal.SIGTERM)
        else:
            self._tell(blueprint.to_json().encode() + b"\n")

    async def started(self) -> None:
        """Return once the process works. Raises Unavailable ``server.error`` when it ends instead."""
        working, ended = asyncio.create_task(self._up.wait()), asyncio.create_task(self._ended.wait())
        await asyncio.wait((working, ended), return_when=asyncio.FIRST_COMPLETED)
        working.cancel()
        ended.cancel()
        if not self._up.is_set():
            raise Unavailable(
                "server.error", f"The {self.role} process ended while it started; see above why."
            )

    def ready(self) -> None:
        """Tell the process, and every successor, that everything is ready."""
        self._ready = True
        self._tell(READY)

    async def supervise(self) -> None:
        """Keep one process of this role running until :meth:`stop`. Call it after :meth:`spawn`."""
        clock = asyncio.get_running_loop().time
        pause = FIRST_PAUSE_SECS
        while not self._stopping:
            if self._process is None or self._process.returncode is not None:
                await self._respawn()
            began, process = clock(), self._process
            status = await self._listen(process) if process is not None else None
            self._ended.set()
            if not self._stopping:
                lasted = clock() - began > HEALTHY_SECS
                pause = FIRST_PAUSE_SECS if lasted else min(pause * 2, LONGEST_PAUSE_SECS)
                _log.warning("the %s process ended (status %s); starting another", self.role, status)
                await asyncio.sleep(pause)

    async def stop(self, *, grace_secs: float = GRACE_SECS) -> None:
        """Let the process finish what it is doing; end it after ``grace_secs``."""
        self._stopping = True
        process = self._process
        if process is None:
            return
        self._signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(process.wait(), grace_secs)
        except TimeoutError:
            _log.warning("the %s process did not finish in %.0f s and is ended", self.role, grace_secs)
            self._signal(signal.SIGKILL)
            await process.wait()

    async def _respawn(self) -> None:
        await self.spawn()
        if self._blueprint is not None:
            self._tell(self._blueprint.to_json().encode() + b"\n")
        if self._ready:
            self._tell(READY)

    async def _listen(self, process: asyncio.subprocess.Process) -> int:
        """Hear the process say that it works, and then that it is gone; its exit status."""
        while process.stdout is not None and (line := await process.stdout.readline()):
            if line == UP:
                self._up.set()
        return await process.wait()

    def _tell(self, line: bytes) -> None:
        if self._process is not None and self._process.stdin is not None:
            with suppress(BrokenPipeError, ConnectionResetError):  # it died; its successor will be told
                self._process.stdin.write(line)

    def _signal(self, number: int) -> None:
        if self._process is not None and self._process.returncode is None:
            with suppress(ProcessLookupError):  # it just ended by itself
                self._process.send_signal(number)


def child_variables(home: Path | None) -> dict[str, str]:
    """The environment of a child: ours, less our settings, which reach it by pipe."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ASSAY_")}
    return kept if home is None else {**kept, "HOME": str(home)}


def compiled_folder(home: Path, owner: Owner) -> Path:
    """Where children keep compiled code: the serving user can write neither our own folder nor a home."""
    folder = home / "compiled"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if os.geteuid() == 0:
        os.chown(folder, owner.uid, owner.gid)
    return folder


def counts_folder(owner: Owner) -> Path:
    """Where the processes of this start count together, so that each of them can show the sum."""
    folder = Path(tempfile.mkdtemp(prefix="assay-counts-"))
    owner.take(folder)
    return folder


class Family:
    """The processes below this one. Call it from the main thread: they end with the thread that made them."""

    def __init__(self) -> None:
        self._children: list[Child] = []
        self._watches: list[asyncio.Task[None]] = []
        self._counts: Path | None = None

    async def spawn(
        self, owner: Owner, *, home: Path, listening: socket.socket | None, apis: int, workers: int
    ) -> None:
        """Start processes early: they load their code and wait for :meth:`instruct`."""
        variables = child_variables(None if owner.uid == os.geteuid() else home)
        variables["NUMBA_CACHE_DIR"] = str(compiled_folder(home, owner))
        self._counts = counts_folder(owner)
        variables["PROMETHEUS_MULTIPROC_DIR"] = str(self._counts)
        descriptor = None if listening is None else listening.fileno()
        self._children = [Child(API, owner, variables=variables, listening=descriptor) for _ in range(apis)]
        self._children += [Child(WORKER, owner, variables=variables, listening=None) for _ in range(workers)]
        for child in self._children:
            await child.spawn()
            self._watches.append(asyncio.create_task(child.supervise()))

    async def run_once(self, module: str, told: Mapping[str, str]) -> None:
        """Start a program that ends by itself; ``told`` is one line of JSON on its input."""
        process = await asyncio.create_subprocess_exec(
            *Owner(uid=os.geteuid(), gid=os.getegid()).command("exec", sys.executable, "-m", module),
            cwd="/",
            env=child_variables(None),
            stdin=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
        self._watches.append(asyncio.create_task(finish(process, module, told)))

    async def instruct(self, plan: Blueprint) -> None:
        """Tell every process, and its successors, what to be."""
        for child in self._children:
            await child.be(replace(plan, connections=WORKER_CONNECTIONS) if child.role == WORKER else plan)

    async def started(self) -> None:
        """Return once all work. Raises Unavailable ``server.error`` when one ends instead."""
        await asyncio.gather(*(child.started() for child in self._children))

    def ready(self) -> None:
        """Tell all that everything is ready."""
        for child in self._children:
            child.ready()

    async def stop(self, *, grace_secs: float = GRACE_SECS) -> None:
        """Let all finish what they are doing, at the same time."""
        await asyncio.gather(*(child.stop(grace_secs=grace_secs) for child in self._children))
        for watch in self._watches:
            watch.cancel()
        await asyncio.gather(*self._watches, return_exceptions=True)
        if self._counts is not None:
            shutil.rmtree(self._counts, ignore_errors=True)


async def finish(process: asyncio.subprocess.Process, module: str, told: Mapping[str, str]) -> None:
    """Tell a program what to do and wait for its end; when nobody waits any more, end it."""
    try:
        await process.communicate(json.dumps(told).encode() + b"\n")
        if process.returncode != 0:
            _log.warning("%s ended with status %s", module, process.returncode)
    finally:
        if process.returncode is None:
            process.kill()


def serving_owner(data: Path, report: Callable[[str], None]) -> Owner:
    """Who runs API and worker: ourselves; as root PostgreSQL's user, if it can reach our programs."""
    ourselves = Owner(uid=os.geteuid(), gid=os.getegid())
    owner = choose_owner(data / "pg")
    if owner.uid == ourselves.uid:
        return ourselves
    if owner.run("exec", sys.executable, "-c", "import assay.errors").returncode == 0:
        return owner
    report(
        f"API and worker run as {user_name(ourselves.uid)}, because {user_name(owner.uid)} cannot read "
        f"{sys.prefix} or its Python; install Assay outside of a closed home folder"
    )
    return ourselves
