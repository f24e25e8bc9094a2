"""What a machine must have before a start, each with one line on how to get it."""

from __future__ import annotations

import locale
import os
import resource
import shutil
import socket
import sys
from dataclasses import dataclass
from pathlib import Path

from assay.config import Settings
from assay.errors import AssayError, Conflict, Invalid, StorageFull
from assay.store.cluster import postgres_binaries
from assay.store.cluster_owner import Owner, choose_owner, unreachable, user_name

LEAST_FREE_BYTES = 512 << 20
WANTED_FILES = 1024
LEAST_PYTHON = (3, 11)
BACKLOG = 1024


@dataclass(frozen=True, kw_only=True)
class Check:
    """One thing that was looked at; ``refusal`` says what to do when it is not well."""

    name: str
    found: str
    refusal: AssayError | None = None

    @property
    def is_well(self) -> bool:
        """Whether a start can go on."""
        return self.refusal is None


def check_machine(settings: Settings) -> list[Check]:
    """Look at everything but the port, and change nothing except our own limit of open files."""
    checks = [check_python(), check_files(), check_locale(), check_disk(settings.data)]
    if settings.database_url is None:
        checks.append(check_database(settings.data))
    return checks


def check_everything(settings: Settings) -> list[Check]:
    """What ``assay doctor`` shows: the machine, and whether the port is free or an Assay runs here."""
    return [*check_machine(settings), check_port(settings.host, settings.port)]


def check_port(host: str, port: int) -> Check:
    """Whether we could listen; the port is given back at once."""
    try:
        listen(host, port).close()
    except AssayError as error:
        return Check(name="port", found=str(port), refusal=error)
    return Check(name="port", found=f"{port} at {host} is free")


def check_python() -> Check:
    """The language's version."""
    version = ".".join(map(str, sys.version_info[:3]))
    refusal = None
    if sys.version_info < LEAST_PYTHON:
        refusal = Invalid("config.invalid", f"Python is {version}; install 3.11 or newer.")
    return Check(name="python", found=version, refusal=refusal)


def check_files() -> Check:
    """Open files: as many as we are allowed, which must be enough."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = hard if hard != resource.RLIM_INFINITY else max(soft, 1 << 20)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    refusal = None
    if wanted < WANTED_FILES:
        refusal = Invalid(
            "config.invalid",
            f"Only {wanted} files may be open at once; raise the limit with: ulimit -n {WANTED_FILES}",
        )
    return Check(name="open files", found=str(wanted), refusal=refusal)


def check_locale() -> Check:
    """File names are written in UTF-8."""
    encoding = sys.getfilesystemencoding()
    refusal = None
    if encoding.lower() != "utf-8":
        refusal = Invalid("config.invalid", f"File names are {encoding}; start with LC_ALL=C.UTF-8.")
    return Check(name="locale", found=f"{locale.setlocale(locale.LC_CTYPE)}, {encoding}", refusal=refusal)


def check_disk(data: Path) -> Check:
    """Room where the installation lies, or will lie."""
    place = next(path for path in (data, *data.parents) if path.exists())
    free = shutil.disk_usage(place).free
    refusal: AssayError | None = None
    if free < LEAST_FREE_BYTES:
        refusal = StorageFull(
            "storage.full",
            f"{place} has {free >> 20} MB left; free {LEAST_FREE_BYTES >> 20} MB or choose another --data.",
        )
    elif not os.access(place, os.W_OK | os.X_OK):
        refusal = unreachable(place, f"cannot be written by user {user_name(os.geteuid())}")
    return Check(name="disk", found=f"{free >> 30} GB free at {place}", refusal=refusal)


def check_database(data: Path) -> Check:
    """The embedded PostgreSQL's programs and user."""
    try:
        programs, owner = postgres_binaries(), choose_owner(data / "pg")
    except AssayError as error:
        return Check(name="postgresql", found="none", refusal=error)
    return Check(name="postgresql", found=f"{programs} as user {user_name(owner.uid)}")


def listen(host: str, port: int, setting: str = "ASSAY_PORT") -> socket.socket:
    """Take the port, for all API processes to share. Raises Conflict or Invalid ``config.invalid``."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    except PermissionError:
        raise Invalid(
            "config.invalid", f"{setting} {port} is reserved for root; choose 1024 or more."
        ) from None
    except socket.gaierror:
        raise Invalid("config.invalid", f"ASSAY_HOST {host!r} is no address of this machine.") from None
    except OSError as error:
        why = os.strerror(error.errno or 0)
        option = setting.removeprefix("ASSAY").replace("_", "-").replace("-", "--", 1).lower()
        raise Conflict(
            "config.invalid",
            f"{setting} {port} at {host} cannot be taken ({why}); choose another with {option}.",
        ) from None


def hold_port(host: str, port: int, owner: Owner) -> socket.socket:
    """Take the port of gRPC, which its processes bind for themselves; nobody else may while this is open.

    The library takes no open socket. Raises as :func:`listen`.
    """
    with listen(host, port, "ASSAY_GRPC_PORT") as taken:  # it is free: no other server shares it
        place = taken.getsockname()
    held = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    try:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        if owner.uid != os.geteuid():  # sockets of one port belong to one user
            os.fchown(held.fileno(), owner.uid, owner.gid)
        held.bind(place)
    except OSError:
        held.close()
        raise
    return held
