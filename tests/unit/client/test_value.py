from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from assay.client.value import read_value
from assay.errors import AssayError


@dataclass(frozen=True, kw_only=True)
class Inner:
    name: str


@dataclass(frozen=True, kw_only=True)
class Outer:
    id: str
    at: datetime
    inner: Inner | None = None
    many: tuple[Inner, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)


def test_a_value_is_read_with_all_that_is_in_it() -> None:
    document = {
        "id": "1",
        "at": "2026-01-01T00:00:00Z",
        "inner": {"name": "a"},
        "many": [{"name": "b"}, {"name": "c", "later": 1}],
        "options": {"x": [1]},
        "later": "a key of a later version",
    }
    assert read_value(Outer, document) == Outer(
        id="1",
        at=datetime(2026, 1, 1, tzinfo=UTC),
        inner=Inner(name="a"),
        many=(Inner(name="b"), Inner(name="c")),
        options={"x": [1]},
    )


def test_what_may_be_missing_or_null() -> None:
    read = read_value(Outer, {"id": "1", "at": "2026-01-01T00:00:00+00:00", "inner": None})
    assert (read.inner, read.many, read.options) == (None, (), {})


@pytest.mark.parametrize(
    ("document", "says"),
    [
        ([], "holds no Outer"),
        ({"id": "1"}, "has no at"),
        ({"id": "1", "at": "noon"}, "at of the Outer"),
        ({"id": "1", "at": 3}, "at of the Outer"),
        ({"id": "1", "at": "2026-01-01T00:00:00Z", "inner": "x"}, "holds no Inner"),
        ({"id": "1", "at": "2026-01-01T00:00:00Z", "many": [{}]}, "has no name"),
    ],
)
def test_another_form_is_a_protocol_error(document: Any, says: str) -> None:
    with pytest.raises(AssayError, match=says) as refused:
        read_value(Outer, document)
    assert refused.value.code == "client.protocol"
