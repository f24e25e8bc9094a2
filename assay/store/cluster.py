"""The embedded PostgreSQL: one cluster in one folder, supervised by this process.

::

    DIR/.lock            held while an Assay runs here
    DIR/secrets/         0700: the superuser's password
    DIR/postgresql.conf  written at every start
    DIR/pg/              the data; with DIR/run the only thing PostgreSQL's user owns
    DIR/run              the socket's folder, or a link to it
    DIR/logs/            postgres.log and, past its limit, postgres.log.1
    DIR/postgresql/      a copy of the programs, only where their user cannot execute the installed ones

``postgres`` is our direct child: we reap it, and it shuts down when we die (ADR 0002).
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal
from urllib.parse import quote, urlencode

import asyncpg

from assay.errors import Invalid, Unavailable
from assay.store import cluster_data as data
from assay.store.cluster_orphan import end_orphans, remove_stale_pid
from assay.store.cluster_owner import (
    Owner,
    admit,
    choose_owner,
    environment,
    executable_binaries,
    postgres_binaries,
    unreachable,
)

__all__ = ["Cluster", "postgres_binaries"]

POLL_SECS = 0.05
CONNECT_TIMEOUT_SECS = 10
LOG_CHECK_SECS = 10
STOP_SIGNALS = {"fast": signal.SIGINT, "immediate": signal.SIGQUIT}


def silent(_: str) -> None:
    """Report to nobody."""


class Cluster:
    """A PostgreSQL that lives in ``directory`` and is reached by a Unix socket with a password only."""

    def __init__(
        self,
        directory: Path,
        *,
        report: Callable[[str], None] = silent,
        report_every_secs: float = 2.0,
        settings: Mapping[str, str] | None = None,
        binaries: Path | None = None,
    ) -> None:
        """``report`` hears what a slow start is doing, from any thread.

        ``settings`` go over ours and ``binaries`` over the wheel's.
        """
        self.directory = Path(os.path.realpath(directory))
        self._report = report
        self._report_every_secs = report_every_secs
        self._settings = dict(settings or {})
        self._binaries = binaries
        self._lock: int | None = None
        self._password = ""
        self._sockets: Path | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._log_keeper: asyncio.Task[None] | None = None

    @property
    def superuser_password(self) -> str:
        """The password of ``postgres``; known once started."""
        return self._password

    def dsn(
        self, database: str = "postgres", *, user: str = data.SUPERUSER, password: str | None = None
    ) -> str:
        """A URL that asyncpg and libpq read alike. Raises Unavailable before the start."""
        if self._sockets is None:
            raise Unavailable("database.unavailable", "The embedded PostgreSQL is not running.")
        secret = self._password if password is None else password
        who = f"{quote(user, safe='')}:{quote(secret, safe='')}"
        where = urlencode({"host": str(self._sockets), "port": data.PORT}, quote_via=quote)
        return f"postgresql://{who}@/{quote(database, safe='')}?{where}"

    async def start(self) -> None:
        """Return once PostgreSQL accepts connections, however long its recovery takes; at once when it runs.

        Call it from a thread that outlives the cluster: PostgreSQL shuts down when that thread ends. Call it
        again after :meth:`wait` told of an unexpected end. Raises Conflict ``datadir.locked``, Invalid
        ``datadir.unreachable`` or ``config.invalid``, Unavailable ``database.unavailable``, StorageFull.
        """
        if self._process is not None and self._process.returncode is None:
            return
        self._forget_log()
        try:
            if self._lock is None:
                self._lock = await asyncio.to_thread(hold, self.directory)
            owner, binaries = await asyncio.to_thread(self._prepare)
            await self._launch(owner, binaries)
        except BaseException:
            await self.stop("immediate")
            raise

    def _prepare(self) -> tuple[Owner, Path]:
        """Everything before the launch; blocking, hence run in a thread."""
        home = self.directory
        owner = choose_owner(home / "pg")
        admit(home, owner)
        binaries = executable_binaries(self._binaries or postgres_binaries(), home, owner)
        end_orphans(home, owner, self._report)
        data.remove_stages(home)
        self._password = data.read_or_make_password(home)
        if data.is_made(home / "pg"):
            remove_stale_pid(home)
        else:
            self._report("making the database")
            data.make(home, owner, binaries, self._password)
        self._sockets = data.make_socket_folder(home, owner)
        data.write_settings(home, self._sockets, self._settings)
        return owner, binaries

    async def _launch(self, owner: Owner, binaries: Path) -> None:
        log = data.open_log(self.directory)
        try:
            self._process = await asyncio.create_subprocess_exec(
                *owner.command("exec", binaries / "postgres", "-D", self.directory / "pg"),
                *("-c", f"config_file={self.directory / 'postgresql.conf'}"),
                cwd="/",
                env=environment(),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # a Ctrl-C at the terminal is for us; we end the requests first
            )
            await self._until_ready(self._process, log)
        finally:
            os.close(log)
        self._log_keeper = asyncio.create_task(keep_bounded(self.directory / "logs" / "postgres.log"))

    async def _until_ready(self, process: asyncio.subprocess.Process, log: int) -> None:
        """Wait without a limit: giving up on a recovery never makes it shorter; only its end counts."""
        log_start = os.fstat(log).st_size
        clock = asyncio.get_running_loop().time
        reported = clock()
        while not await self._answers():
            try:
                await asyncio.wait_for(process.wait(), POLL_SECS)
            except TimeoutError:
                if clock() - reported >= self._report_every_secs:
                    reported = clock()
                    self._report(f"waiting for PostgreSQL: {data.last_message(log, log_start)}")
                continue
            said = data.last_message(log, log_start)
            raise Unavailable("database.unavailable", f"PostgreSQL ended while starting: {said}")

    async def _answers(self) -> bool:
        """Whether a query can be asked; a pid or an open port proves nothing."""
        try:
            connection = await asyncpg.connect(self.dsn(), timeout=CONNECT_TIMEOUT_SECS)
        except asyncpg.InvalidPasswordError:
            where = self.directory / "secrets" / "postgres-password"
            raise Invalid(
                "config.invalid", f"{where} is not the password this database was made with."
            ) from None
        except (asyncpg.CannotConnectNowError, asyncpg.ConnectionDoesNotExistError, OSError, TimeoutError):
            return False
        await connection.close()
        return True

    async def wait(self) -> int:
        """Return PostgreSQL's exit status once it is gone, whether it died or was stopped."""
        if self._process is None:
            raise Unavailable("database.unavailable", "The embedded PostgreSQL is not running.")
        return await self._process.wait()

    async def stop(self, mode: Literal["fast", "immediate"] = "fast") -> None:
        """End PostgreSQL and let go of the folder; nothing to do when it does not run.

        ``fast`` rolls back what is open and writes a checkpoint; ``immediate`` leaves that to the recovery of
        the next start, and may be called while a ``fast`` stop is under way. Neither loses a committed row.
        """
        self._forget_log()
        process = self._process
        if process is not None:
            if process.returncode is None:
                process.send_signal(STOP_SIGNALS[mode])
            await process.wait()
            self._process = None
        if self._sockets is not None:
            self._sockets = None
            data.remove_socket_folder(self.directory)
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _forget_log(self) -> None:
        if self._log_keeper is not None:
            self._log_keeper.cancel()
            self._log_keeper = None


def hold(directory: Path) -> int:
    """Make ``directory`` (0700, its parents as the umask says) and lock it; returns the lock's descriptor.

    Raises Conflict ``datadir.locked``, Invalid ``datadir.unreachable``.
    """
    try:
        directory.parent.mkdir(parents=True, exist_ok=True)
        directory.mkdir(mode=0o700, exist_ok=True)
        return data.lock(directory)
    except OSError as error:
        raise unreachable(directory, f"cannot be used ({error.strerror})") from None


async def keep_bounded(log: Path) -> None:
    while True:
        await asyncio.sleep(LOG_CHECK_SECS)
        data.bound_log(log)
