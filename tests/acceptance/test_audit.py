"""``assay audit`` on the running server: whole as it is, and not once its database was tampered with."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.acceptance.conftest import RunningAssay


def said(assay: RunningAssay, *arguments: str) -> tuple[int, str]:
    """What ``assay audit`` ended with and printed."""
    ended = subprocess.run(
        [str(Path(sys.executable).with_name("assay")), "audit", *arguments, "--data", str(assay.data)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env={**os.environ},
    )
    return ended.returncode, ended.stdout + ended.stderr


def sql(assay: RunningAssay, statement: str) -> str:
    told, _ = assay.command("psql", "-qtAc", statement).communicate(timeout=120)
    return told.strip()


def test_a_row_that_was_edited_and_an_end_that_was_cut_off_are_found(
    own_assay: RunningAssay, tmp_path: Path
) -> None:
    own_assay.start()
    with own_assay.client() as http:
        for name in ("ann", "bob", "cid", "dan"):
            assert http.post("/v1/labelers", json={"name": name, "kind": "person"}).status_code == 201
    written = int(sql(own_assay, "SELECT count(*) FROM audit"))
    assert written >= 4
    while f"{written} rows sealed, 0 not yet" not in (found := said(own_assay, "verify"))[1]:
        assert found[0] == 0, found
    status, printed = said(own_assay, "checkpoint")
    assert status == 0
    elsewhere = tmp_path / "elsewhere.jsonl"
    elsewhere.write_text(printed)
    assert said(own_assay, "verify", "--checkpoint", str(elsewhere))[0] == 0
    sql(own_assay, "UPDATE audit SET detail = '{}' WHERE seq = (SELECT seq FROM audit_seal WHERE number = 2)")
    status, edited = said(own_assay, "verify")
    assert status == 1
    assert "row 2 (seq " in edited
    assert "was edited" in edited
    sql(own_assay, "DELETE FROM audit WHERE seq = (SELECT seq FROM audit_seal ORDER BY number DESC LIMIT 1)")
    sql(own_assay, "DELETE FROM audit_seal WHERE number = (SELECT max(number) FROM audit_seal)")
    status, cut = said(own_assay, "verify", "--checkpoint", str(elsewhere))
    assert status == 1
    assert f"the end was cut off: row {written} was sealed, and {written - 1} are there" in cut
