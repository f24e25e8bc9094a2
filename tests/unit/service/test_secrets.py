"""Keys and cursors are derived, bound to their purpose, and refused when anyone else made them."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.errors import Malformed
from assay.service.secrets import Secrets, secret_sha256, split_api_key

SECRETS = Secrets(b"s" * 32)
OTHERS = Secrets(b"t" * 32)


def test_a_short_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 32 bytes"):
        Secrets(b"changeme")


def test_an_api_key_is_the_same_for_ever_and_another_for_each_installation() -> None:
    key = UUID(int=7)
    token = SECRETS.api_key(key)
    assert token == SECRETS.api_key(key) != OTHERS.api_key(key)
    assert split_api_key(token) == (key, secret_sha256(token.rpartition("_")[2]))


@pytest.mark.parametrize(
    "token", ["", "assay", "assay__", "assay_0_x", f"assay_{'g' * 32}_x", f"key_{'0' * 32}_x"]
)
def test_what_is_no_key_is_told_from_one(token: str) -> None:
    assert split_api_key(token) is None


@given(st.text(), st.text(st.characters(codec="utf-8")))
def test_a_cursor_is_read_where_it_was_made(scope: str, position: str) -> None:
    cursor = SECRETS.sign_cursor(scope.encode("utf-8", "replace").decode(), position)
    assert SECRETS.read_cursor(scope.encode("utf-8", "replace").decode(), cursor) == position
    for secrets, where in ((SECRETS, scope.encode("utf-8", "replace").decode() + "x"), (OTHERS, scope)):
        with pytest.raises(Malformed, match="not made by this list"):
            secrets.read_cursor(where.encode("utf-8", "replace").decode(), cursor)


@given(st.text(st.characters(codec="utf-8"), max_size=80))
def test_a_forged_cursor_is_refused_whatever_it_holds(cursor: str) -> None:
    with pytest.raises(Malformed) as refused:
        SECRETS.read_cursor("/v1/projects?[]", cursor)
    assert (refused.value.code, refused.value.pointer) == ("cursor.invalid", "/cursor")
