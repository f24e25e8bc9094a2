"""Leaves, links and Merkle roots, against what RFC 6962 and its reference vectors say."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.domain.audit import EMPTY, AuditRow, Checkpoint, Head, Tree

ORGANIZATION = UUID(int=7)


def recursive_root(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962 §2.1, as it is written there."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\x01" + recursive_root(leaves[:k]) + recursive_root(leaves[k:])).digest()


def grown(leaves: list[bytes]) -> Tree:
    tree = Tree()
    for leaf in leaves:
        tree = tree.append(leaf)
    return tree


@given(st.lists(st.binary(min_size=32, max_size=32), max_size=70))
def test_a_tree_that_grew_has_the_root_of_the_definition(leaves: list[bytes]) -> None:
    tree = grown(leaves)
    assert tree.root() == recursive_root(leaves)
    assert tree.size == len(leaves)
    assert len(tree.roots) == len(leaves).bit_count()


def test_the_reference_vector() -> None:
    """The eight leaves of the Certificate Transparency reference implementation's tests."""
    data = [
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    ]
    tree = grown([hashlib.sha256(b"\x00" + bytes.fromhex(one)).digest() for one in data])
    assert tree.root().hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


ROW = AuditRow(
    seq=3,
    actor=UUID(int=1),
    action="labeler.create",
    subject=None,
    detail='{"name": "ann"}',
    at=datetime(2026, 1, 1, tzinfo=UTC),
)


@pytest.mark.parametrize(
    "change",
    [
        {"seq": 4},
        {"actor": None},
        {"action": "labeler.change"},
        {"subject": UUID(int=1)},
        {"detail": '{"name": "bob"}'},
        {"at": datetime(2026, 1, 1, 0, 0, 0, 1, tzinfo=UTC)},
    ],
)
def test_every_part_of_a_row_is_in_its_leaf(change: dict[str, object]) -> None:
    parts = {name: getattr(ROW, name) for name in ("seq", "actor", "action", "subject", "detail", "at")}
    assert AuditRow(**{**parts, **change}).leaf(ORGANIZATION) != ROW.leaf(ORGANIZATION)
    assert ROW.leaf(UUID(int=8)) != ROW.leaf(ORGANIZATION)


def test_a_checkpoint_is_read_as_it_is_written() -> None:
    head, seal = Head().seal(ROW.seq, ROW.leaf(ORGANIZATION))
    assert seal.link == hashlib.sha256(EMPTY + seal.leaf).digest()
    checkpoint = head.checkpoint(ORGANIZATION)
    assert Checkpoint.from_json(checkpoint.to_json()) == checkpoint
    for other in (b"", b"[]", b'{"size": 1}', b'{"organization": 7, "size": 1, "root": "", "link": ""}'):
        with pytest.raises(ValueError, match="no checkpoint"):
            Checkpoint.from_json(other)
