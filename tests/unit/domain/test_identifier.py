"""Ids are UUIDv7 and sort by when they were made."""

from __future__ import annotations

from random import Random
from uuid import RFC_4122

from assay.domain.identifier import Identifiers


def test_ids_are_of_version_7_and_ascend() -> None:
    clock = iter(range(1_700_000_000_000, 1_700_000_000_100))
    ids = Identifiers(lambda: next(clock), Random(7).randbytes)
    made = [one for count in (1, 50, 1, 20) for one in ids.many(count)]
    assert made == sorted(made)
    assert len(set(made)) == 72
    assert {(one.version, one.variant) for one in made} == {(7, RFC_4122)}
    assert made[0].int >> 80 == 1_700_000_000_000
    assert ids.new() > made[-1]
