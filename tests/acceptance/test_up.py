"""``assay up`` as an operator knows it: files, readiness, refusals, stops and crashes."""

from __future__ import annotations

import json
import os
import signal
import socket
import stat
from typing import TYPE_CHECKING, Any

import httpx

if TYPE_CHECKING:
    from tests.acceptance.conftest import RunningAssay

ONTOLOGY = {
    "fields": {"note": "text"},
    "questions": [{"name": "topic", "kind": "choice", "field": "note", "classes": ["sports", "news"]}],
}


def make_project(client: httpx.Client, name: str) -> Any:
    answer = client.post("/v1/projects", json={"name": name, "ontology": ONTOLOGY})
    assert answer.status_code in (200, 201), answer.text
    return answer.json()["id"]


def test_credentials_are_the_admins_alone(assay: RunningAssay) -> None:
    path = assay.data / "credentials.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert set(json.loads(path.read_text())) == {"url", "grpc", "api_key"}
    with assay.client() as client:
        assert client.get("/v1/me").json()["role"] == "admin"


def test_every_secret_is_0600_below_a_0700_folder(assay: RunningAssay) -> None:
    secrets = assay.data / "secrets"
    assert stat.S_IMODE(secrets.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in secrets.iterdir()} == {0o600}


def test_it_is_ready_and_names_no_software(assay: RunningAssay) -> None:
    answer = httpx.get(f"{assay.url}/readyz")
    assert (answer.status_code, answer.headers["server"]) == (200, "assay")


def test_no_secret_is_an_argument_or_a_variable_of_a_process(assay: RunningAssay) -> None:
    master = (assay.data / "secrets" / "master").read_text()
    for pid in assay.processes():
        with open(f"/proc/{pid}/cmdline") as arguments, open(f"/proc/{pid}/environ") as variables:
            shown = arguments.read() + variables.read()
        assert master not in shown
        assert assay.api_key not in shown


def test_a_second_start_on_the_folder_is_refused_in_one_sentence(assay: RunningAssay) -> None:
    second = assay.command("up", "--port", "0")
    said, _ = second.communicate(timeout=60)
    assert second.returncode == 1
    assert "is in use by another Assay" in said
    assert "datadir.locked" in said
    assert "Traceback" not in said


def test_a_port_that_is_taken_is_refused(assay: RunningAssay, own_assay: RunningAssay) -> None:
    port = assay.url.rpartition(":")[2]
    refused = own_assay.command("up", "--port", port)
    said, _ = refused.communicate(timeout=60)
    assert refused.returncode != 0
    assert f"ASSAY_PORT {port}" in said
    assert not (own_assay.data / "pg").exists()


def test_a_weak_secret_is_refused_by_name(own_assay: RunningAssay) -> None:
    own_assay.variables["ASSAY_SECRET"] = "changeme" * 8
    refused = own_assay.command("up")
    said, _ = refused.communicate(timeout=60)
    assert refused.returncode != 0
    assert "ASSAY_SECRET" in said
    assert list(own_assay.data.iterdir()) == []


def test_it_outlives_its_parts_and_stops_clean(own_assay: RunningAssay) -> None:
    """One process, because a start is dear: parts killed, everything killed, started again, stopped."""
    own_assay.start()
    with own_assay.client() as client:
        before = make_project(client, "before")
    postmaster = int((own_assay.data / "pg" / "postmaster.pid").read_text().splitlines()[0])
    os.kill(postmaster, signal.SIGKILL)
    with own_assay.client() as client:
        until_status(client, "/readyz", 200)
        assert client.get(f"/v1/projects/{before}").status_code == 200
    own_assay.kill()

    own_assay.start()
    with own_assay.client() as client:
        assert client.get(f"/v1/projects/{before}").json()["name"] == "before"
    pids = own_assay.processes()
    assert own_assay.stop() == 0
    assert not (own_assay.data / "credentials.json").exists()
    assert not any(os.path.exists(f"/proc/{pid}") for pid in pids)


def until_status(client: httpx.Client, path: str, status: int) -> None:
    """Ask until the answer has this status; while the database is away it is 503 and nothing else."""
    while (answer := client.get(path)).status_code != status:
        assert answer.status_code == 503
        assert answer.json()["code"] in ("database.unavailable", "server.starting")


def test_metrics_are_shown_where_the_operator_binds_them(own_assay: RunningAssay) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        at = f"127.0.0.1:{free.getsockname()[1]}"
    own_assay.start("--metrics-bind", at, "--processes", "2")
    with own_assay.client() as client:
        make_project(client, "counted")
    shown = httpx.get(f"http://{at}/metrics", headers={"X-Forwarded-For": "203.0.113.9"})
    assert (shown.status_code, "# TYPE assay_request_seconds histogram" in shown.text) == (200, True)
    assert [httpx.get(f"http://{at}{path}").status_code for path in ("/", "/v1/me", "/readyz")] == [404] * 3
    assert own_assay.stop() == 0


def test_an_upgrade_is_looked_at_before_it_is_made(own_assay: RunningAssay) -> None:
    def look() -> tuple[int, str]:
        process = own_assay.command("upgrade", "--check")
        said, _ = process.communicate(timeout=120)
        return process.returncode, said

    assert "No Assay runs" in look()[1]
    own_assay.start()
    status, said = look()
    assert "nothing to apply" in said
    assert "There is no backup" in said
    assert status == 1
    for forget in (
        "DELETE FROM schema_migration WHERE name LIKE '0011%'",
        "UPDATE schema_migration SET sha256 = 'x' WHERE name = 'functions/claim.sql'",
    ):
        own_assay.command("psql", "-qc", forget).communicate(timeout=120)
    status, said = look()
    assert "0011_stopping.sql locks project" in said
    assert "1 are replaced" in said
    newer = "INSERT INTO schema_migration (name, sha256) VALUES ('9999_later.sql', 'x')"
    own_assay.command("psql", "-qc", newer).communicate(timeout=120)
    status, said = look()
    assert (status, "which this version does not know" in said) == (1, True)
