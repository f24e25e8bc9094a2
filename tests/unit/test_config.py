"""Settings: what they default to, and that every wrong one is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from assay.config import read_settings
from assay.errors import Invalid

STRONG = "dq3nZ0x8Yw-5LJm2cVfT7rKpB9sHhEaU1oGi4tXk"


def test_nothing_needs_to_be_set(tmp_path: Path) -> None:
    settings = read_settings({}, data=str(tmp_path))
    assert (settings.host, settings.port, settings.processes) == ("127.0.0.1", 8080, 1)
    assert (settings.database_url, settings.secret) == (None, None)
    assert settings.blobs == str(tmp_path / "blobs")


def test_an_option_goes_before_its_variable() -> None:
    assert read_settings({"ASSAY_PORT": "9000"}).port == 9000
    assert read_settings({"ASSAY_PORT": "9000"}, port=0).port == 0


def test_grpc_listens_at_the_next_port_unless_told_otherwise() -> None:
    assert read_settings({}).grpc_port == 8081
    assert read_settings({"ASSAY_PORT": "9000"}).grpc_port == 9001
    assert read_settings({}, port=0).grpc_port == 0
    assert read_settings({"ASSAY_GRPC_PORT": "7000"}, port=0).grpc_port == 7000
    assert read_settings({"ASSAY_GRPC_PORT": "7000"}, grpc_port=7001).grpc_port == 7001
    assert read_settings({"ASSAY_HOST": "0.0.0.0"}).grpc_address_at(5) == "127.0.0.1:5"
    assert read_settings({"ASSAY_HOST": "::1"}).grpc_listens_at(5) == "[::1]:5"


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://127.0.0.1:80"),
        ("0.0.0.0", "http://127.0.0.1:80"),
        ("::1", "http://[::1]:80"),
    ],
)
def test_the_address_can_be_opened(host: str, address: str) -> None:
    assert read_settings({"ASSAY_HOST": host}).address_at(80) == address


def test_a_given_address_is_told_as_it_is() -> None:
    settings = read_settings({"ASSAY_ADDRESS": "https://label.example.org/"})
    assert settings.address_at(8080) == "https://label.example.org"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ASSAY_PORT", "eighty"),
        ("ASSAY_PORT", "70000"),
        ("ASSAY_GRPC_PORT", "70000"),
        ("ASSAY_PORT", "-1"),
        ("ASSAY_PROCESSES", "0"),
        ("ASSAY_DATABASE_URL", "mysql://a:b@c/d"),
        ("ASSAY_DATABASE_URL", "postgresql://host"),
        ("ASSAY_DATABASE_URL", "postgresql://admin:admin@host/assay"),
        ("ASSAY_DATABASE_URL", "postgresql://assay:changeme@host/assay"),
        ("ASSAY_SECRET", ""),
        ("ASSAY_SECRET", "changeme"),
        ("ASSAY_SECRET", "changeme" * 8),
        ("ASSAY_SECRET", "a" * 64),
        ("ASSAY_SECRET", "my-secret-is-dq3nZ0x8Yw-5LJm2cVfT7rKpB"),
        ("ASSAY_BLOBS", "file:///srv/blobs"),
        ("ASSAY_BLOBS", "ftp://host/blobs"),
        ("ASSAY_ADDRESS", "label.example.org"),
        ("ASSAY_ADDRESS", "ftp://label.example.org"),
        ("ASSAY_MOUNTS", "pictures"),
        ("ASSAY_MOUNTS", "pictures=relative"),
        ("ASSAY_MOUNTS", "pictures=/there/is/no/such/folder"),
        ("ASSAY_BUCKETS", "s3://bucket/with/path"),
        ("ASSAY_BUCKETS", "bucket"),
    ],
)
def test_a_wrong_value_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(Invalid, match=name) as refused:
        read_settings({name: value})
    assert refused.value.code == "config.invalid"


def test_a_refusal_never_repeats_a_secret() -> None:
    for variables in (
        {"ASSAY_SECRET": "hunter2hunter2"},
        {"ASSAY_DATABASE_URL": "postgresql://postgres:postgres@host/a"},
    ):
        with pytest.raises(Invalid) as refused:
            read_settings(variables)
        assert "hunter2" not in str(refused.value)
        assert "postgres:postgres" not in str(refused.value)


def test_lists_are_parted_by_commas(tmp_path: Path) -> None:
    settings = read_settings(
        {
            "ASSAY_SECRET": STRONG,
            "ASSAY_MOUNTS": f"pictures={tmp_path}",
            "ASSAY_BUCKETS": "s3://a, gs://b",
            "ASSAY_PRIVATE_HOSTS": "models.internal:9000",
        }
    )
    assert settings.secret == STRONG
    assert settings.mounts == {"pictures": str(tmp_path)}
    assert settings.buckets == ("s3://a", "gs://b")
    assert settings.private_hosts == ("models.internal:9000",)


@pytest.mark.parametrize("value", ["9090", ":9090", "10.0.0.5", "10.0.0.5:0", "10.0.0.5:x", "h:70000"])
def test_metrics_are_bound_to_an_address_and_a_port(value: str) -> None:
    assert read_settings({"ASSAY_METRICS_BIND": "10.0.0.5:9090"}).metrics_bind == "10.0.0.5:9090"
    with pytest.raises(Invalid) as refused:
        read_settings({}, metrics_bind=value)
    assert "ASSAY_METRICS_BIND" in refused.value.detail


def test_backups_lie_outside_of_what_they_are_for(tmp_path: Path) -> None:
    data = {"ASSAY_DATA": str(tmp_path / "data")}
    assert read_settings(data).backups is None
    assert read_settings(data, backups=str(tmp_path / "copies")).backups == tmp_path / "copies"
    for wrong in (tmp_path / "data", tmp_path / "data" / "backups", "s3://bucket"):
        with pytest.raises(Invalid, match="ASSAY_BACKUPS"):
            read_settings({**data, "ASSAY_BACKUPS": str(wrong)})
