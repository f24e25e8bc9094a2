from __future__ import annotations

import json
from pathlib import Path

import pytest

from assay.client.connection import find_connection
from assay.errors import Invalid

ENVIRONMENT = {"ASSAY_URL": "http://env:1/", "ASSAY_API_KEY": "env-key"}


@pytest.fixture
def credentials(tmp_path: Path) -> Path:
    path = tmp_path / "credentials.json"
    path.write_text(json.dumps({"url": "https://kept:2", "api_key": "kept-key"}))
    return path


def test_arguments_come_first(credentials: Path) -> None:
    found = find_connection("http://given:3", "given-key", credentials, ENVIRONMENT)
    assert (found.url, found.api_key) == ("http://given:3", "given-key")


def test_a_kept_key_goes_nowhere_else(credentials: Path) -> None:
    with pytest.raises(Invalid, match="no key"):
        find_connection("http://elsewhere:2", None, credentials, {})
    assert find_connection("https://kept:2/", None, credentials, {}).api_key == "kept-key"


def test_then_the_file_or_its_folder(credentials: Path) -> None:
    for named in (credentials, credentials.parent):
        found = find_connection(None, None, named, ENVIRONMENT)
        assert (found.url, found.api_key) == ("https://kept:2", "kept-key")


def test_then_the_environment() -> None:
    found = find_connection(environment=ENVIRONMENT)
    assert (found.url, found.api_key) == ("http://env:1", "env-key")


def test_the_key_is_never_shown() -> None:
    assert "secret" not in repr(find_connection("http://a", "secret", environment={}))


@pytest.mark.parametrize(
    ("url", "key", "says"),
    [
        (None, "k", "no address"),
        ("http://a", None, "no key"),
        ("a:8080", "k", "not an address"),
        ("ftp://a", "k", "not an address"),
        ("http://", "k", "not an address"),
        ("http://a/?q", "k", "not an address"),
        ("http://me:pw@a", "k", "user name"),
        ("http://a", "k\nX: y", "characters"),
        ("http://a", "ключ", "characters"),
    ],
)
def test_what_cannot_be_one_is_refused(url: str | None, key: str | None, says: str) -> None:
    with pytest.raises(Invalid, match=says) as refused:
        find_connection(url, key, environment={})
    assert refused.value.code == "config.invalid"


@pytest.mark.parametrize("written", ["", "{", "[]", '{"url": 3, "api_key": "x"}', '{"url": "http://a"}'])
def test_a_file_that_holds_no_credentials_is_named(tmp_path: Path, written: str) -> None:
    path = tmp_path / "credentials.json"
    path.write_text(written)
    with pytest.raises(Invalid, match=r"credentials\.json"):
        find_connection(credentials=path, environment={})


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="cannot be read"):
        find_connection(credentials=tmp_path / "none", environment={})
