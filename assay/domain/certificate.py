"""How right a snapshot is: a statement with its evidence, signed, and how the evidence is gathered.

Auditors answer items that were drawn from the snapshot, blind. Before the first answer nothing is claimed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Literal
from uuid import UUID

from assay.errors import Invalid

CertificateState = Literal["unaudited", "auditing", "complete"]

MAX_AUDITS = 5_000
DEFAULT_CONFIDENCE = 0.95
DEFAULT_LEAST_SIMILARITY = 0.75
"""An object answer (boxes, spans, text …) is right when it is at least this like the auditor's."""
LEAST_CONFIDENCE, MOST_CONFIDENCE = 0.5, 0.9999


@dataclass(frozen=True, kw_only=True)
class NewAudit:
    """Asks for ``audits`` items of a snapshot to be looked at: so many in all, 1 to 5,000.

    Asking again for more draws more; what was settled the first time (``confidence``,
    ``least_similarity``) stays. At ``target`` the audit ends early.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid", "strict": True}

    audits: int
    target: float | None = None
    confidence: float | None = None
    least_similarity: float | None = None

    def __post_init__(self) -> None:
        """Raises ``Invalid`` (``field.invalid``)."""
        _within("audits", self.audits, 1, MAX_AUDITS)
        _within("target", self.target, 0, 1)
        _within("confidence", self.confidence, LEAST_CONFIDENCE, MOST_CONFIDENCE)
        _within("least_similarity", self.least_similarity, 0, 1)


def _within(name: str, value: float | None, low: float, high: float) -> None:
    if value is not None and not low <= value <= high:
        raise Invalid("field.invalid", f"{name} is {low} to {high}", pointer=f"/{name}", limit=high)


@dataclass(frozen=True, kw_only=True)
class Audit:
    """How a snapshot is audited: ``audits`` of its ``items`` are looked at, or fewer once ``target`` is
    certain."""

    snapshot: UUID
    project: UUID
    items: int
    audits: int
    target: float | None
    confidence: float
    least_similarity: float
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class Slice:
    """The part of a snapshot whose answer to a question, or whose metadata's key, has a value."""

    of: Literal["label", "metadata"]
    name: str
    value: str

    @classmethod
    def parse(cls, text: str) -> Slice:
        """``label.topic=sports`` or ``metadata.source=web``. Raises ``Invalid`` (``field.invalid``)."""
        path, equals, value = text.partition("=")
        of, dot, name = path.partition(".")
        if of == "label" and equals and dot and name:
            return cls(of="label", name=name, value=value)
        if of == "metadata" and equals and dot and name:
            return cls(of="metadata", name=name, value=value)
        raise Invalid(
            "field.invalid",
            "a slice is label.QUESTION=ANSWER or metadata.KEY=VALUE",
            pointer="/slice",
        )

    def holds(self, line: Mapping[str, Any]) -> bool:
        """Whether a line of a snapshot is in it: one of several answers is enough."""
        found = line.get(self.of, {}).get(self.name)
        each = found if isinstance(found, list) else [found]
        return any(_written(one) == self.value for one in each)


def _written(value: Any) -> str | None:
    """A value as it is named in a slice; an object by its class."""
    if isinstance(value, dict):
        return _written(value.get("class"))
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else str(value)


@dataclass(frozen=True, kw_only=True)
class AuditDesign:
    """How items were drawn and answers compared; fixed before the first look.

    ``seed`` (hexadecimal) is what was drawn with. An item is right when every question's answer is: a
    class-valued one by being the same, any other by a likeness of ``least_similarity`` or more.
    """

    sampling: str
    floor: float
    strata: int
    seed: str
    drawn: int
    least_similarity: float
    target: float | None


@dataclass(frozen=True, kw_only=True)
class AuditedStratum:
    """Items of like predicted error: how many there are, were audited and were wrong."""

    predicted_error: float
    items: int
    audited: int
    wrong: int


@dataclass(frozen=True, kw_only=True)
class BoundPoint:
    """What was certain after so many audits."""

    audited: int
    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class Signature:
    """Ed25519 over the document without this key, as canonical JSON: sorted keys, no spaces, UTF-8.

    ``key`` names the public key by the first 16 hexadecimal digits of its SHA-256; ``value`` is Base64.
    """

    algorithm: str
    key: str
    value: str


@dataclass(frozen=True, kw_only=True)
class PublicKey:
    """What certificates of this installation are checked with: 32 bytes in Base64."""

    algorithm: str
    key: str
    public_key: str


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """The accuracy of ``items`` labels after ``audited`` looks.

    ``low`` holds with ``confidence`` however often one looked, and so does ``high``; both are null, and so is
    ``accuracy``, before the first look. ``predicted_accuracy`` is what the labels' own probabilities say:
    a guess and no bound. ``low_without_model`` is the bound had predictions only chosen the items.
    ``waiting`` are answers behind one that is still missing: they count once that one is there.
    """

    version: int
    state: CertificateState
    statement: str
    organization: UUID
    project: UUID
    snapshot: UUID
    sha256: str
    slice: str | None
    items: int
    audited: int
    wrong: int
    waiting: int
    auditors: int
    accuracy: float | None
    low: float | None
    high: float | None
    confidence: float
    low_without_model: float | None
    predicted_accuracy: float
    method: str
    design: AuditDesign | None
    history: list[BoundPoint]
    strata: list[AuditedStratum]
    as_of: datetime
    signature: Signature | None = None
