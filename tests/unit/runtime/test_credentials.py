"""The files that hold secrets: private, whole, and never made up where they must exist."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from assay.config import read_settings
from assay.errors import Invalid
from assay.runtime import credentials


def count_up(size: int) -> bytes:
    return bytes(range(size))


def test_a_master_secret_is_made_once(tmp_path: Path) -> None:
    settings = read_settings({}, data=str(tmp_path))
    made = credentials.master_secret(settings, count_up)
    assert credentials.master_secret(settings, None) == made
    assert stat.S_IMODE((tmp_path / "secrets" / "master").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "secrets").stat().st_mode) == 0o700


def test_a_process_of_a_cluster_makes_none(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="ASSAY_SECRET"):
        credentials.master_secret(read_settings({}, data=str(tmp_path)), None)


@pytest.mark.parametrize("damaged", ["", "changeme", "0" * 64, "xy" * 32])
def test_a_damaged_master_secret_is_refused(tmp_path: Path, damaged: str) -> None:
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "master").write_text(damaged)
    with pytest.raises(Invalid, match="master"):
        credentials.master_secret(read_settings({}, data=str(tmp_path)), count_up)


def test_credentials_are_private_and_replaced_in_one_step(tmp_path: Path) -> None:
    for key in ("first", "second"):
        path = credentials.write_credentials(tmp_path, "http://127.0.0.1:1", "127.0.0.1:2", key)
    assert json.loads(path.read_text()) == {
        "url": "http://127.0.0.1:1",
        "grpc": "127.0.0.1:2",
        "api_key": "second",
    }
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["credentials.json"]
    credentials.remove_credentials(tmp_path)
    credentials.remove_credentials(tmp_path)
    assert list(tmp_path.iterdir()) == []
