"""What stories stand on: a real ``assay up``, started once a worker, used as a new user would."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from tests.process import descendants

PATIENCE_SECS = 120


@dataclass(kw_only=True)
class RunningAssay:
    """An ``assay up`` on a folder of its own: its process, its address and an admin's key."""

    data: Path
    variables: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[str] | None = None
    url: str = ""
    api_key: str = ""

    def start(self, *options: str) -> None:
        """Run ``assay up`` on a free port and return once it says that it is ready."""
        self.process = self.command("up", "--port", "0", *options)
        said = []
        for line in self.process.stdout or ():
            said.append(line)
            if line.startswith("Sign in once"):
                break
        else:
            pytest.fail("assay up ended:\n" + "".join(said), pytrace=False)
        credentials = json.loads((self.data / "credentials.json").read_text())
        self.url, self.api_key = credentials["url"], credentials["api_key"]

    def command(self, name: str, *options: str, **variables: str) -> subprocess.Popen[str]:
        """Any command on this folder, with further variables, in a process group of its own."""
        return subprocess.Popen(
            [str(Path(sys.executable).with_name("assay")), name, "--data", str(self.data), *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, **self.variables, **variables},
            start_new_session=True,
        )

    def stop(self) -> int:
        """End it as an operator would; its exit status."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=PATIENCE_SECS)
        return self.process.returncode

    def processes(self) -> list[int]:
        """Every process of it: API, worker, PostgreSQL and what they started."""
        assert self.process is not None
        return descendants(self.process.pid)

    def kill(self) -> None:
        """``kill -9`` of everything, parent last, so that nobody can clean up."""
        assert self.process is not None
        os.kill(self.process.pid, signal.SIGSTOP)
        for pid in [*self.processes(), self.process.pid]:
            with contextlib.suppress(ProcessLookupError):  # a process may end by itself between list and kill
                os.kill(pid, signal.SIGKILL)
        self.process.communicate(timeout=PATIENCE_SECS)

    def client(self, api_key: str | None = None) -> httpx.Client:
        """A client of the API with the admin's key, or another's."""
        return httpx.Client(
            base_url=self.url,
            headers={"Authorization": f"Bearer {api_key or self.api_key}"},
            timeout=PATIENCE_SECS,
        )


def new_folder() -> Path:
    """An empty folder that PostgreSQL's user can reach."""
    return Path(tempfile.mkdtemp(prefix="assay-data-", dir="/tmp"))


@pytest.fixture(scope="session")
def assay() -> Iterator[RunningAssay]:
    """The server that stories share; each makes its own projects in it."""
    running = RunningAssay(data=new_folder())
    running.start()
    yield running
    running.stop()
    shutil.rmtree(running.data)


@pytest.fixture
def own_assay(data_directory: Path) -> Iterator[RunningAssay]:
    """A server of a test's own, not started yet, for tests that kill it."""
    running = RunningAssay(data=data_directory)
    yield running
    if running.process is not None and running.process.poll() is None:
        running.stop()
