"""The files of the embedded PostgreSQL: its lock, password, data, settings, socket folder and log."""

from __future__ import annotations

import fcntl
import os
import re
import secrets
import shutil
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from assay.errors import Conflict, Invalid, StorageFull, Unavailable
from assay.store.cluster_owner import Owner

SUPERUSER = "postgres"
PORT = 5432  # there is no TCP; the number only names the socket
SOCKET_PATH_LIMIT = 107  # bytes in sockaddr_un.sun_path, less its NUL
LOCK_PATIENCE_SECS = 1.0
LOCK_POLL_SECS = 0.05
LOG_LIMIT_BYTES = 16 * 1024 * 1024

INITDB_OPTIONS = (
    "--data-checksums",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--auth-local=scram-sha-256",
    "--auth-host=scram-sha-256",
    "--no-instructions",
)

SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "port": str(PORT),
    "cluster_name": "assay",
    "max_connections": "60",
    "shared_buffers": "128MB",
    # what an acknowledged commit rests on; stated, so that no default or image changes it
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "data_sync_retry": "off",
    "max_wal_size": "2GB",
    "checkpoint_completion_target": "0.9",
    "wal_compression": "pglz",  # the wheel is built without lz4
    "wal_level": "replica",
    "idle_in_transaction_session_timeout": "30s",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # The log is a file that bug reports carry, and an error may quote a row, a parameter or a password. So
    # errors of queries ("log" ranks above "error") are for the client alone, who logs their codes.
    "log_min_messages": "log",
    "log_line_prefix": "%m [%p] ",
    "log_error_verbosity": "terse",
    "log_min_error_statement": "fatal",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_checkpoints": "off",
    "log_startup_progress_interval": "1s",
}


def lock(directory: Path) -> int:
    """The descriptor that holds ``directory`` for this process until closed, however the process ends.

    Waits a moment first: a child that was forked just before its parent was killed keeps the lock until it
    executes its program. Raises Conflict ``datadir.locked``.
    """
    descriptor = os.open(directory / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
    deadline = time.monotonic() + LOCK_PATIENCE_SECS
    while not locked(descriptor):
        if time.monotonic() > deadline:
            holder = os.pread(descriptor, 32, 0).decode("ascii", "replace").strip()
            os.close(descriptor)
            raise Conflict("datadir.locked", f"{directory} is in use by another Assay (process {holder}).")
        time.sleep(LOCK_POLL_SECS)
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
    return descriptor


def locked(descriptor: int) -> bool:
    """Whether the lock is ours now."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_or_make_password(directory: Path) -> str:
    """The superuser's password in ``DIR/secrets`` (0600), made and synced before anything depends on it.

    Raises Invalid ``config.invalid`` when the database exists and its password does not.
    """
    folder = directory / "secrets"
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / "postgres-password"
    if path.exists() and (password := path.read_text("ascii").strip()):
        return password
    if (directory / "pg").exists():
        raise Invalid(
            "config.invalid", f"{path} is missing or empty; put back the one this database was made with."
        )
    password = secrets.token_urlsafe(32)
    stage = folder / "postgres-password.tmp"
    stage.unlink(missing_ok=True)
    descriptor = os.open(stage, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(password + "\n")
        file.flush()
        os.fsync(descriptor)
    stage.rename(path)
    sync_directory(folder)
    return password


def is_made(data: Path) -> bool:
    """Whether ``data`` holds a whole database; what is neither whole nor empty is never touched.

    Raises Invalid ``config.invalid``.
    """
    if (data / "PG_VERSION").is_file() and (data / "global" / "pg_control").is_file():
        return True
    if data.exists() and any(data.iterdir()):
        raise Invalid(
            "config.invalid", f"{data} is no whole PostgreSQL database; move it away or restore it."
        )
    return False


def remove_stages(directory: Path) -> None:
    """Remove what a killed :func:`make` left."""
    for stage in directory.glob("pg.tmp-*"):
        shutil.rmtree(stage)


def make(directory: Path, owner: Owner, binaries: Path, password: str) -> None:
    """Make ``DIR/pg``: whole and on disk, or not at all.

    Raises StorageFull, or Unavailable ``database.unavailable`` with what initdb said.
    """
    stage = directory / f"pg.tmp-{os.getpid()}"
    stage.mkdir(mode=0o700)
    password_file = stage / "password"
    password_file.touch(mode=0o600)
    password_file.write_text(password, "ascii")
    owner.take(password_file)
    owner.take(stage)  # last: from here on root writes nothing in a folder another user owns
    named = [f"--pgdata={stage / 'data'}", f"--pwfile={password_file}", f"--username={SUPERUSER}"]
    done = owner.run("exec", binaries / "initdb", *INITDB_OPTIONS, *named, directory=stage)
    if done.returncode != 0:
        shutil.rmtree(stage)
        if "No space left" in done.stderr:
            raise StorageFull("storage.full", f"No room for a database in {directory}.")
        said = done.stderr.strip().splitlines() or [f"status {done.returncode}"]
        raise Unavailable("database.unavailable", f"PostgreSQL's initdb failed in {directory}: {said[0]}")
    sync_directory(stage)
    (stage / "data").rename(directory / "pg")
    sync_directory(directory)
    shutil.rmtree(stage)


def write_settings(directory: Path, sockets: Path, extra: Mapping[str, str]) -> Path:
    """Write ``DIR/postgresql.conf``: beside the data, so that the server cannot change its own settings."""
    settings = {**SETTINGS, "unix_socket_directories": str(sockets), **extra}
    lines = [f"{name} = '{value.replace(chr(39), chr(39) * 2)}'\n" for name, value in settings.items()]
    path = directory / "postgresql.conf"
    path.write_text("# Written by Assay at every start; use ALTER SYSTEM for your own.\n" + "".join(lines))
    path.chmod(0o644)
    return path


def make_socket_folder(directory: Path, owner: Owner) -> Path:
    """A fresh 0700 folder for the socket: ``DIR/run``, or where its path is too long one that it links to."""
    remove_socket_folder(directory)
    place = directory / "run"
    fits = len(os.fsencode(place / f".s.PGSQL.{PORT}")) <= SOCKET_PATH_LIMIT
    if fits and not re.search(r"[,'\"\\\n]", str(place)):  # a comma separates hosts in every driver's DSN
        place.mkdir(mode=0o700)
    else:
        link, place = place, Path(tempfile.mkdtemp(prefix="assay-", dir="/tmp"))
        link.symlink_to(place)
    owner.take(place)
    return place


def remove_socket_folder(directory: Path) -> None:
    place = directory / "run"
    if place.is_symlink():
        target = place.readlink()
        if target.parent == Path("/tmp") and target.name.startswith("assay-"):
            shutil.rmtree(target, ignore_errors=True)
        place.unlink()
    elif place.exists():
        shutil.rmtree(place)


def open_log(directory: Path) -> int:
    folder = directory / "logs"
    folder.mkdir(mode=0o700, exist_ok=True)
    return os.open(folder / "postgres.log", os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)


def bound_log(path: Path, limit_bytes: int = LOG_LIMIT_BYTES) -> None:
    """Past the limit, move the log to ``….log.1`` and go on in an empty one.

    By copy and truncate, because PostgreSQL holds the file open (appending, so it follows a truncation).
    """
    if path.stat().st_size > limit_bytes:
        shutil.copyfile(path, path.with_name(path.name + ".1"))
        os.truncate(path, 0)


def last_message(log: int, start: int) -> str:
    """PostgreSQL's last message at or after byte ``start`` of ``log``, without time and process."""
    end = os.fstat(log).st_size
    tail = os.pread(log, 4096, max(start, end - 4096)).decode("utf-8", "replace")
    messages = re.findall(r"^.*\] [A-Z]+:  (.*)$", tail, re.MULTILINE)
    return messages[-1] if messages else tail.strip().rpartition("\n")[2]
