"""One PostgreSQL for the whole run, shared by every worker, and a database of its own for every test."""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
import pytest

from tests.shared_cluster import use_external

RUN = pytest.StashKey[Path]()
RUN_LOCK = pytest.StashKey[IO[str]]()
HOLDER = Path(__file__).with_name("shared_cluster.py")


@dataclass(frozen=True, kw_only=True)
class SharedCluster:
    """The run's PostgreSQL: its superuser's DSN, the migrated template, the password of both roles."""

    dsn: str
    template: str
    role_password: str

    def database(self, name: str) -> str:
        """The superuser's DSN of another database."""
        return urlunsplit(urlsplit(self.dsn)._replace(path=f"/{quote(name)}"))

    def execute(self, statement: str) -> None:
        with psycopg.connect(self.dsn, autocommit=True) as connection:
            connection.execute(statement.encode())


def pytest_configure(config: pytest.Config) -> None:
    """The run's first process makes the run's folder and holds its lock; workers are told where it is."""
    given = getattr(config, "workerinput", {}).get("assay_run")
    config.stash[RUN] = Path(given or tempfile.mkdtemp(prefix="assay-tests-"))
    if given is None:
        lock = (config.stash[RUN] / "run.lock").open("w")
        fcntl.flock(lock, fcntl.LOCK_EX)
        config.stash[RUN_LOCK] = lock


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    node.workerinput["assay_run"] = str(node.config.stash[RUN])


def pytest_unconfigure(config: pytest.Config) -> None:
    """The first process lets go of the run and waits until its cluster is gone."""
    if RUN_LOCK not in config.stash:
        return
    run = config.stash[RUN]
    config.stash[RUN_LOCK].close()
    if (run / "holder.lock").exists():
        with (run / "holder.lock").open() as holder:
            fcntl.flock(holder, fcntl.LOCK_EX)
    shutil.rmtree(run, ignore_errors=True)


@pytest.fixture(scope="session")
def shared_cluster(pytestconfig: pytest.Config) -> SharedCluster:
    """The run's cluster, started by whichever worker asks first."""
    run = pytestconfig.stash[RUN]
    with (run / "start.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (run / "ready.json").exists():
            start_shared_cluster(run, pytestconfig.rootpath)
    return SharedCluster(**json.loads((run / "ready.json").read_text()))


def start_shared_cluster(run: Path, root: Path) -> None:
    """Make what ``ready.json`` tells of: a cluster of the run's own, or a template in somebody else's."""
    external = os.environ.get("ASSAY_TEST_DATABASE_URL")
    if external is not None:
        asyncio.run(use_external(external, run))
        return
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(root), *sys.path])}
    done = subprocess.run([sys.executable, HOLDER, run], env=environment, check=False)
    if done.returncode != 0:
        pytest.fail(f"the shared cluster did not start:\n{(run / 'holder.log').read_text()}", pytrace=False)


@pytest.fixture(scope="session")
def database_names(pytestconfig: pytest.Config) -> Iterator[str]:
    worker = getattr(pytestconfig, "workerinput", {}).get("workerid", "main")
    return (f"test_{worker}_{number}" for number in count())


@pytest.fixture
def database_dsn(shared_cluster: SharedCluster, database_names: Iterator[str]) -> Iterator[str]:
    """The owner's DSN of a fresh, migrated database, dropped after the test."""
    name = next(database_names)
    shared_cluster.execute(f"CREATE DATABASE {name} TEMPLATE {shared_cluster.template}")
    yield shared_cluster.database(name)
    shared_cluster.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def role_password(shared_cluster: SharedCluster) -> str:
    """The password of ``assay_app`` and ``assay_system``; see ``migrations.role_dsn``."""
    return shared_cluster.role_password


@pytest.fixture
def data_directory() -> Iterator[Path]:
    """An empty folder that PostgreSQL's user can reach; root's ``tmp_path`` is not one."""
    directory = Path(tempfile.mkdtemp(prefix="assay-data-", dir="/tmp"))
    yield directory
    shutil.rmtree(directory)
