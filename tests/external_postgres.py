"""Runs tests on another PostgreSQL: ``python tests/external_postgres.py BIN [pytest arguments]``.

BIN is the folder of its programs, such as ``/usr/lib/postgresql/15/bin``. A cluster is made in a temporary
folder, reached by its socket and a password, and removed when the tests end. A server that runs already is
named in ``ASSAY_TEST_DATABASE_URL`` instead, by its superuser.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

import psycopg

from assay.store.cluster_owner import Owner, choose_owner

PASSWORD = "the superuser's password in tests"
POLL_SECS = 0.1
SETTINGS = ("fsync=off", "full_page_writes=off", "max_connections=200", "listen_addresses=")


def main(binaries: Path, arguments: list[str]) -> int:
    home = Path(tempfile.mkdtemp(prefix="assay-external-", dir="/tmp"))
    owner = choose_owner(home / "data")
    owner.take(home)
    process = None
    try:
        make(binaries, home, owner)
        options = [part for setting in SETTINGS for part in ("-c", setting)]
        options += ["-c", f"unix_socket_directories={home}"]
        command = owner.command("exec", binaries / "postgres", "-D", home / "data", *options)
        process = subprocess.Popen(command, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        dsn = f"postgresql://postgres:{quote(PASSWORD)}@/postgres?host={quote(str(home), safe='')}"
        wait(dsn, process)
        root = Path(__file__).parents[1]
        variables = {**os.environ, "ASSAY_TEST_DATABASE_URL": dsn}
        return subprocess.run(
            [sys.executable, "-m", "pytest", *arguments], cwd=root, env=variables, check=False
        ).returncode
    finally:
        if process is not None:
            process.send_signal(signal.SIGQUIT)
            process.wait()
        shutil.rmtree(home)


def make(binaries: Path, home: Path, owner: Owner) -> None:
    """A cluster as a provider makes one: no locale of ours, a superuser with a password."""
    secret = home / "password"
    secret.write_text(PASSWORD)
    owner.take(secret)
    done = owner.run(
        "exec",
        binaries / "initdb",
        f"--pgdata={home / 'data'}",
        f"--pwfile={secret}",
        *("--username=postgres", "--encoding=UTF8", "--locale=C", "--auth=scram-sha-256", "--no-sync"),
        directory=home,
    )
    if done.returncode != 0:
        raise SystemExit(done.stderr)


def wait(dsn: str, process: subprocess.Popen[bytes]) -> None:
    """Return once it answers."""
    while True:
        try:
            psycopg.connect(dsn).close()
            return
        except psycopg.OperationalError:
            if process.poll() is not None:
                raise SystemExit("PostgreSQL ended while it started") from None
        time.sleep(POLL_SECS)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
