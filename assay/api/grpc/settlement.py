"""What became of each label of a batch, as a message has it: stored, or refused alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from google.protobuf.message import Message

from assay.api.body import validate
from assay.api.grpc.call import Call
from assay.api.grpc.message import to_json, value_of
from assay.domain.lease import SubmissionLine
from assay.errors import AssayError, Invalid
from assay.service import lease as use_case

BATCH_LABELS = 100


def check_batch(messages: Sequence[Message], field: str) -> None:
    """Raises ``Invalid`` (``limit.exceeded``) for more than one transaction should hold."""
    if len(messages) > BATCH_LABELS:
        raise Invalid(
            "limit.exceeded",
            f"a message holds at most {BATCH_LABELS} {field}",
            pointer=f"/{field}",
            limit=BATCH_LABELS,
        )


async def settled(call: Call, submissions: Sequence[Message]) -> list[dict[str, Any]]:
    """Take the labels in one transaction; for each what is stored, or its problem."""
    results: list[dict[str, Any] | AssayError] = []
    batch: list[tuple[int, SubmissionLine]] = []
    for submission in submissions:
        try:
            batch.append((len(results), validate(SubmissionLine, to_json(submission))))
            results.append({})
        except AssayError as error:
            results.append(error)
    stored = await use_case.submit_many(
        call.engine, call.principal, [(line.lease, line.fence, line.label) for _, line in batch]
    )
    for (index, _), result in zip(batch, stored, strict=True):
        results[index] = result
    return [
        {"lease": value_of(submission, "lease")} | _told(result)
        for submission, result in zip(submissions, results, strict=True)
    ]


def problem(error: AssayError) -> dict[str, Any]:
    """What refused one of many."""
    return {"code": error.code, "detail": error.detail, "pointer": error.pointer}


def _told(result: dict[str, Any] | AssayError) -> dict[str, Any]:
    if isinstance(result, AssayError):
        return {"problem": problem(result), "annotation": result.extra.get("annotation")}
    return result
