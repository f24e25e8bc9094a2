"""``assay serve | worker | migrate``: the parts of ``assay up``, beside it on the same database."""

from __future__ import annotations

import signal
import subprocess
from typing import TYPE_CHECKING

import httpx
import pytest

from assay.store.cluster_data import SUPERUSER
from assay.store.installation import DATABASE

if TYPE_CHECKING:
    from tests.acceptance.conftest import RunningAssay


@pytest.fixture
def database_url(assay: RunningAssay) -> str:
    """The running installation's database, as a cluster would be told of it."""
    password = (assay.data / "secrets" / "postgres-password").read_text().strip()
    return f"postgresql://{SUPERUSER}:{password}@/{DATABASE}?host={(assay.data / 'run').resolve()}"


def last_line(process: subprocess.Popen[str], beginning: str) -> str:
    said = []
    for line in process.stdout or ():
        said.append(line)
        if line.startswith(beginning):
            return line.strip()
    raise AssertionError("".join(said))


def ended(process: subprocess.Popen[str]) -> int:
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)
    return process.returncode


def test_a_second_api_serves_the_same_data(assay: RunningAssay, database_url: str) -> None:
    serving = assay.command("serve", "--port", "0", ASSAY_DATABASE_URL=database_url)
    address = last_line(serving, "the API serves at").rpartition(" ")[2]
    answer = httpx.get(f"{address}/v1/me", headers={"Authorization": f"Bearer {assay.api_key}"})
    assert answer.json()["role"] == "admin"
    assert ended(serving) == 0


def test_a_second_worker_runs_beside_the_first(assay: RunningAssay, database_url: str) -> None:
    working = assay.command("worker", ASSAY_DATABASE_URL=database_url)
    last_line(working, "the worker runs")
    assert ended(working) == 0


def test_migrating_twice_applies_nothing(assay: RunningAssay, database_url: str) -> None:
    said, _ = assay.command("migrate", ASSAY_DATABASE_URL=database_url).communicate(timeout=60)
    assert said.strip() == "nothing to apply"


def test_a_link_signs_the_admin_in_once(assay: RunningAssay, database_url: str) -> None:
    asked = assay.command(
        "sign-in", ASSAY_DATABASE_URL=database_url, ASSAY_ADDRESS="https://label.example.org"
    )
    said, _ = asked.communicate(timeout=60)
    assert said.startswith("Sign in once, within a day: https://label.example.org/#token=")
    token = {"token": said.strip().rpartition("=")[2]}
    answers = [httpx.post(f"{assay.url}/v1/login", json=token) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 410]
    assert answers[0].json()["role"] == "admin"


def test_a_part_without_a_database_is_refused(assay: RunningAssay) -> None:
    refused = assay.command("serve")
    said, _ = refused.communicate(timeout=60)
    assert refused.returncode != 0
    assert "ASSAY_DATABASE_URL" in said


def test_another_secret_is_refused_in_a_sentence(assay: RunningAssay, database_url: str) -> None:
    refused = assay.command(
        "serve",
        "--port",
        "0",
        ASSAY_DATABASE_URL=database_url,
        ASSAY_SECRET="dq3nZ0x8Yw-5LJm2cVfT7rKpB9sHhEaU1oGi4tXk",
    )
    said, _ = refused.communicate(timeout=60)
    assert refused.returncode != 0
    assert "with the same ASSAY_SECRET" in said


def test_psql_opens_the_database(assay: RunningAssay) -> None:
    said, _ = assay.command("psql", "-tAc", "SELECT current_database()").communicate(timeout=60)
    assert said.strip() == DATABASE


def test_the_doctor_names_what_is_wrong(assay: RunningAssay) -> None:
    asked = assay.command("doctor", "--port", assay.url.rpartition(":")[2])
    said, _ = asked.communicate(timeout=60)
    assert asked.returncode == 1
    assert [line.split()[1] for line in said.splitlines() if line.startswith("no")] == ["port"]
