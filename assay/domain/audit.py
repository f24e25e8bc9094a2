"""The audit as evidence: rows in a chain for each organisation, and checkpoints to hold it against.

A leaf is SHA-256 over 0x00 and the row as JSON, a node over 0x01 and its two halves (RFC 6962 §2.1); a link
of the chain is SHA-256 over the link before it and the leaf. A bare chain does not show that its end was cut
off: a checkpoint that is kept elsewhere does.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

EMPTY = hashlib.sha256(b"").digest()
"""The link before the first."""


@dataclass(frozen=True, kw_only=True)
class AuditRow:
    """What someone did, as the database holds it. ``detail`` is the document's own text."""

    seq: int
    actor: UUID | None
    action: str
    subject: UUID | None
    detail: str
    at: datetime

    def leaf(self, organization: UUID) -> bytes:
        """The row's hash."""
        document = [
            str(organization),
            self.seq,
            self.actor and str(self.actor),
            self.action,
            self.subject and str(self.subject),
            self.detail,
            self.at.isoformat(timespec="microseconds"),
        ]
        written = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
        return hashlib.sha256(b"\x00" + written).digest()


@dataclass(frozen=True, kw_only=True)
class Seal:
    """The ``number``-th row of an organisation's audit, from 1: its leaf, and the chain up to it."""

    number: int
    seq: int
    leaf: bytes
    link: bytes


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What an organisation's audit was found to be. ``faults`` are sentences; without one it is whole."""

    organization: UUID
    sealed: int
    unsealed: int
    """Rows that the sealer has not reached yet."""
    faults: list[str]


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """How the audit stood: its first ``size`` leaves under one root."""

    organization: UUID
    size: int
    root: str
    """In hexadecimal digits, as ``link``, which is the chain's end."""
    link: str

    def to_json(self) -> bytes:
        """One line."""
        document = {
            "organization": str(self.organization),
            "size": self.size,
            "root": self.root,
            "link": self.link,
        }
        return json.dumps(document).encode() + b"\n"

    @classmethod
    def from_json(cls, raw: bytes) -> Checkpoint:
        """What :meth:`to_json` wrote. Raises ``ValueError`` for anything else."""
        try:
            document = json.loads(raw)
            return cls(
                organization=UUID(document["organization"]),
                size=int(document["size"]),
                root=str(document["root"]),
                link=str(document["link"]),
            )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ValueError("this is no checkpoint") from error


@dataclass(frozen=True, kw_only=True, slots=True)
class Tree:
    """A Merkle tree that grows by leaves, held as the roots of its full subtrees, the largest first.

    Their sizes are the binary digits of the number of leaves, so it is log N hashes however many there are.
    """

    size: int = 0
    roots: tuple[bytes, ...] = ()

    def append(self, leaf: bytes) -> Tree:
        """The tree with one more leaf."""
        roots, full, root = list(self.roots), self.size, leaf
        while full & 1:
            root, full = _node(roots.pop(), root), full >> 1
        return Tree(size=self.size + 1, roots=(*roots, root))

    def root(self) -> bytes:
        """The Merkle tree hash of all leaves (RFC 6962 §2.1)."""
        if not self.roots:
            return EMPTY
        *lefts, root = self.roots
        for left in reversed(lefts):
            root = _node(left, root)
        return root


@dataclass(frozen=True, kw_only=True)
class Head:
    """Where an organisation's sealed audit ends: its tree, and the last link of its chain."""

    tree: Tree = Tree()
    link: bytes = EMPTY

    def seal(self, seq: int, leaf: bytes) -> tuple[Head, Seal]:
        """The head behind one more row, and that row's seal."""
        tree, link = self.tree.append(leaf), hashlib.sha256(self.link + leaf).digest()
        return Head(tree=tree, link=link), Seal(number=tree.size, seq=seq, leaf=leaf, link=link)

    def checkpoint(self, organization: UUID) -> Checkpoint:
        """What to keep elsewhere."""
        return Checkpoint(
            organization=organization,
            size=self.tree.size,
            root=self.tree.root().hex(),
            link=self.link.hex(),
        )


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()
