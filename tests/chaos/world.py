"""The world that is tormented: a real PostgreSQL, a real ``assay up``, and a breakable link before each."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

from assay.crash_point import VARIABLE
from tests.chaos.proxy import Link, reachable_folder
from tests.chaos.receiver import ADDRESS
from tests.process import age_secs, command_line, descendants

POSTGRES = Path(__file__).with_name("postgres.py")
ASSAY = "from assay.cli.main import main; main()"
ROLES = {
    "api": "assay.runtime.api_process",
    "worker": "assay.runtime.worker_process",
    "postmaster": "bin/postgres -D",
    "backend": "postgres: assay: assay_app",
}
"""What the command line of each kind of process holds."""


@dataclass(frozen=True, kw_only=True)
class World:
    """What runs, and how it is reached."""

    home: Path
    url: str
    """The API, through :attr:`front`."""
    api_key: str
    """An admin's."""
    dsn: str
    """The database as its superuser sees it, past every link."""
    front: Link
    """Between clients and the API."""
    back: Link
    """Between the API or the worker and PostgreSQL."""
    assay: subprocess.Popen[str]
    postgres: subprocess.Popen[str]
    points: Path
    """What lies here ends the first process that comes by the point of this name."""

    def processes(self, role: str, *, aged_secs: float = 0.0) -> list[int]:
        """The processes of a kind that run now, and have for so long."""
        root = self.assay if role in {"api", "worker"} else self.postgres
        return [
            pid
            for pid in descendants(root.pid)
            if ROLES[role] in command_line(pid) and age_secs(pid) >= aged_secs
        ]


@contextmanager
def world(
    package: Path | None = None, processes: int = 1, assay_variables: Mapping[str, str] | None = None
) -> Iterator[World]:
    """Start everything, and take everything away. ``package`` holds another ``assay`` to run;
    ``assay_variables`` are its alone, and not PostgreSQL's."""
    home = Path(tempfile.mkdtemp(prefix="assay-chaos-", dir="/tmp"))
    home.chmod(0o755)  # PostgreSQL's user must reach what is below
    points = home / "points"
    points.mkdir()
    points.chmod(0o777)  # whoever dies takes the name away
    variables = {**os.environ, "ASSAY_PRIVATE_HOSTS": ADDRESS, VARIABLE: str(points)}
    if package is not None:
        variables["PYTHONPATH"] = str(package)
    log = (home / "log").open("w")
    postgres = started([sys.executable, str(POSTGRES), str(home / "postgres")], log, variables)
    links: list[Link] = []
    assay: subprocess.Popen[str] | None = None
    try:
        dsn = first_line(postgres, log.name)
        back = Link(reachable_folder(home, "back") / ".s.PGSQL.5432", socket_of(dsn))
        links.append(back)
        variables |= {"ASSAY_DATABASE_URL": through(dsn, home / "back"), **(assay_variables or {})}
        command = [sys.executable, "-c", ASSAY, "up", "--data", str(home / "data"), "--port", "0"]
        assay = started([*command, "--processes", str(processes)], log, variables)
        while not first_line(assay, log.name).startswith("Sign in once"):
            pass
        credentials = json.loads((home / "data" / "credentials.json").read_text())
        at = urlsplit(credentials["url"])
        front = Link(None, (str(at.hostname), int(at.port or 0)))
        links.append(front)
        yield World(
            home=home,
            url=f"http://127.0.0.1:{front.port}",
            api_key=credentials["api_key"],
            dsn=dsn,
            front=front,
            back=back,
            assay=assay,
            postgres=postgres,
            points=points,
        )
    finally:
        if assay is not None:
            assay.terminate()
            assay.communicate(timeout=120)
        postgres.communicate(timeout=120)  # the end of its input is the end of it
        for link in links:
            link.close()
        log.close()
        if not (home / "kept").exists():
            shutil.rmtree(home)


def started(command: list[str], log: object, variables: Mapping[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=log,  # type: ignore[call-overload]
        text=True,
        env=variables,
        cwd="/",
        start_new_session=True,
    )


def first_line(process: subprocess.Popen[str], log: str) -> str:
    """The next thing a process says."""
    line = process.stdout.readline() if process.stdout is not None else ""
    if not line:
        raise RuntimeError(f"{process.args} ended; see {log}:\n{Path(log).read_text()}")
    return line.strip()


def socket_of(dsn: str) -> Path:
    """The Unix socket a DSN names."""
    (folder,) = parse_qs(urlsplit(dsn).query)["host"]
    return Path(folder) / ".s.PGSQL.5432"


def through(dsn: str, folder: Path) -> str:
    """The same database, by way of another socket."""
    return urlsplit(dsn)._replace(query=f"host={quote(str(folder), safe='')}&port=5432").geturl()
