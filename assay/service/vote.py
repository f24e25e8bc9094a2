"""A label as a vote: checked once, and written as it is stored and counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from assay.domain.canonical import canonical_json, digest
from assay.domain.item import FieldFacts
from assay.errors import Invalid
from assay.labels.schema import Schema

MAX_LABEL_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True, kw_only=True, slots=True)
class Vote:
    """A checked label: canonical JSON, its digest, its class-valued part as ballots (JSON), and whether it
    has another part."""

    label: bytes
    digest: bytes
    ballots: bytes
    structured: bool


def check_vote(schema: Schema, label: Any, facts: Mapping[str, FieldFacts], pointer: str) -> Vote:
    """Check a label against an ontology version and an item. Raises ``Invalid`` (``label.*``)."""
    written = canonical_json(label)
    if len(written) > MAX_LABEL_BYTES:
        raise Invalid(
            "label.invalid",
            f"a label holds at most {MAX_LABEL_BYTES} bytes",
            pointer=pointer,
            limit=MAX_LABEL_BYTES,
        )
    schema.check(label, facts, pointer)
    ballots = schema.ballots(label)
    cast = [
        [name, ballot.facet, ballot.answer, ballot.n_answers] for name in ballots for ballot in ballots[name]
    ]
    return Vote(
        label=written,
        digest=digest(label),
        ballots=orjson.dumps(cast),
        structured=any(name not in ballots for name in label),
    )
