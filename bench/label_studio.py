"""Label Studio in an environment of its own, served as its makers serve it: uWSGI on PostgreSQL.

It needs Debian's ``postgresql`` (its migrations want the extension ``pg_trgm``) and 1 GB the first time.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

VERSION = "1.23.2"
PACKAGES = (f"label-studio=={VERSION}", "pyuwsgi==2.0.30.post1")
PROCESSES = 4
PATIENCE_SECS = 120

CONFIG = """<View><Text name="note" value="$note"/><Choices name="topic" toName="note" choice="single">
<Choice value="sports"/><Choice value="news"/></Choices></View>"""

ANSWER = [{"from_name": "topic", "to_name": "note", "type": "choices", "value": {"choices": ["sports"]}}]

# Every labeler is an account of their own, as people are: Label Studio remembers who was given what.
ACCOUNTS = """
import json, sys, django
django.setup()
from organizations.models import Organization
from rest_framework.authtoken.models import Token
from users.models import User
home, tokens = Organization.objects.first(), []
for n in range(int(sys.argv[1])):
    user = User.objects.create_user(email=f"labeler-{n}@example.com", password="labeler")
    home.add_user(user)
    user.active_organization = home
    user.save()
    tokens.append(Token.objects.get_or_create(user=user)[0].key)
print(json.dumps(tokens))
"""


@dataclass(frozen=True, kw_only=True)
class LabelStudio:
    """A running one: the tokens are the admin's and each labeler's."""

    url: str
    admin: str
    labelers: tuple[str, ...]

    def headers(self, token: str | None = None) -> dict[str, str]:
        """What a request of that account carries; uWSGI alone keeps no connection open."""
        return {"Authorization": f"Token {token or self.admin}", "Connection": "close"}

    def client(self) -> httpx.Client:
        """A client for the admin."""
        return httpx.Client(base_url=self.url, headers=self.headers(), timeout=600)

    def project(self, name: str) -> int:
        """A new project with one choice a task; its id."""
        with self.client() as http:
            made = http.post("/api/projects/", json={"title": name, "label_config": CONFIG})
            number: int = made.raise_for_status().json()["id"]
            return number


def installed(home: Path) -> Path:
    """The folder of its programs, made and filled the first time."""
    programs = home / "bin"
    if not (programs / "label-studio").exists():
        venv.create(home, with_pip=True)
        subprocess.run([programs / "pip", "install", "--quiet", *PACKAGES], check=True)
    return programs


@contextmanager
def label_studio(home: Path, labelers: int) -> Iterator[LabelStudio]:
    """Install it where it lacks, start it with so many accounts; all but the programs is taken away."""
    programs = installed(home)
    data = Path(tempfile.mkdtemp(prefix="label-studio-", dir="/tmp"))
    data.chmod(0o755)
    try:
        with _postgres(data / "postgres") as port:
            yield from _served(programs, data, port, labelers)
    finally:
        shutil.rmtree(data)


def _served(programs: Path, data: Path, port: int, labelers: int) -> Iterator[LabelStudio]:
    environment = _environment(data, port)
    admin, listen = "a" * 40, _free_port()
    account = ["--username", "admin@example.com", "--password", "administrator", "--user-token", admin]
    with (data / "log").open("w") as log:
        subprocess.run(
            [programs / "label-studio", "init", "bench", *account],
            env=environment,
            stdout=log,
            stderr=log,
            check=True,
        )
        code = _folder(programs)
        made = subprocess.run(
            [programs / "python", "-c", ACCOUNTS, str(labelers)],
            env=environment | {"PYTHONPATH": str(code)},
            cwd=code,
            stdout=subprocess.PIPE,
            stderr=log,
            check=True,
            text=True,
        )
        tokens = json.loads(made.stdout.splitlines()[-1])
        options = [
            "--master",
            "--die-on-term",
            "--need-app",
            "--enable-threads",
            "--lazy-apps",
            "--disable-logging",
            "--post-buffering",
            "65536",
        ]
        where = [
            "--http-socket",
            f"127.0.0.1:{listen}",
            "--module",
            "core.wsgi:application",
            "--buffer-size",
            "65536",
        ]
        process = subprocess.Popen(
            [programs / "uwsgi", *options, *where, "--processes", str(PROCESSES), "--pythonpath", code],
            env=environment,
            cwd=code,
            stdout=log,
            stderr=log,
        )
        try:
            peer = LabelStudio(url=f"http://127.0.0.1:{listen}", admin=admin, labelers=tuple(tokens))
            _await_ready(peer, process)
            yield peer
        finally:
            process.terminate()
            process.wait(60)


def _folder(programs: Path) -> Path:
    (found,) = (programs.parent / "lib").glob("python*/site-packages/label_studio")
    return found


def _environment(data: Path, port: int) -> dict[str, str]:
    return os.environ | {
        "DJANGO_DB": "default",
        "DJANGO_SETTINGS_MODULE": "core.settings.label_studio",
        "POSTGRE_NAME": "postgres",
        "POSTGRE_USER": "postgres",
        "POSTGRE_PASSWORD": "",
        "POSTGRE_HOST": "127.0.0.1",
        "POSTGRE_PORT": str(port),
        "LABEL_STUDIO_BASE_DATA_DIR": str(data / "files"),
        "LABEL_STUDIO_ENABLE_LEGACY_API_TOKEN": "true",
        "LATEST_VERSION_CHECK": "false",
        "COLLECT_ANALYTICS": "false",
        "SENTRY_DSN": "",
        "FRONTEND_SENTRY_DSN": "",
        "DEBUG": "false",
    }


def _await_ready(peer: LabelStudio, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + PATIENCE_SECS
    while time.monotonic() < end and process.poll() is None:
        try:
            if httpx.get(f"{peer.url}/api/projects/", headers=peer.headers(), timeout=30).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    raise SystemExit("Label Studio did not become ready")


@contextmanager
def _postgres(data: Path) -> Iterator[int]:
    """Debian's newest PostgreSQL on a port of this machine alone, with its settings as they come."""
    programs = max(Path("/usr/lib/postgresql").glob("*/bin"), default=None)
    if programs is None:
        raise SystemExit("Label Studio needs Debian's package postgresql")
    data.mkdir(mode=0o700)
    user = None
    if os.getuid() == 0:  # PostgreSQL refuses to run as root
        user = "postgres"
        shutil.chown(data, user)
    port, log = _free_port(), subprocess.DEVNULL
    subprocess.run(
        [programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust"], stdout=log, check=True, user=user
    )
    options = ["-c", "listen_addresses=127.0.0.1", "-p", str(port), "-k", str(data)]
    server = subprocess.Popen(
        [programs / "postgres", "-D", data, *options], stdout=log, stderr=log, user=user
    )
    try:
        ready = [str(programs / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)]
        while subprocess.run(ready, check=False).returncode:
            if server.poll() is not None:
                raise SystemExit("PostgreSQL of Label Studio ended")
            time.sleep(0.1)
        yield port
    finally:
        server.terminate()
        server.wait(60)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
