"""Routes of leases: claim, hold, give back, draft, submit."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.responses import Response

from assay.api.body import validate
from assay.api.encode import encode
from assay.api.rest.call import Call, Caller, answer, idempotency_key
from assay.api.rest.duplex import DuplexResponse
from assay.api.rest.item import NDJSON
from assay.api.rest.json_body import read_lines
from assay.api.rest.paging import Paged, allow_filters
from assay.api.rest.problem import problem
from assay.api.rest.project import read_uuid
from assay.api.rest.schema import body, reads, tells
from assay.domain.lease import (
    Draft,
    DraftRevision,
    HeldLeases,
    Leases,
    NewClaim,
    NewOperations,
    NewSubmission,
    Prolonged,
    Release,
    Released,
    Reviewed,
    SubmissionLine,
    Submitted,
)
from assay.domain.page import FIRST
from assay.domain.task import ReviewLeases
from assay.errors import AssayError, Unsupported
from assay.service import draw, look, review
from assay.service import lease as use_case
from assay.service.access import project_of

router = APIRouter(tags=["leases"])
BATCH_LINES = 100


EXAMPLE_EDIT = {
    "base": 0,
    "operations": [
        {
            "id": "01980000-0000-7000-8000-000000000000",
            "forward": [{"question": "topic", "value": "sports"}],
            "inverse": [{"question": "topic", "value": "news"}],
        }
    ],
}


@router.post(
    "/v1/projects/{project}/leases",
    response_model=Leases | ReviewLeases,
    openapi_extra=reads(NewClaim, {"count": 1}),
)
async def claim(
    call: Caller, project: UUID, wanted: Annotated[NewClaim, Depends(body(NewClaim))]
) -> Response:
    """Claim work. An empty list is exact: there is nothing for you now.

    `{"stage": "review", "task": …}` asks for the review of one task, and says why where it may not be had.
    """
    if wanted.task is not None:
        return await call.write(lambda tx: look.claim_task(call.engine, tx, call.principal, project, wanted))
    if wanted.stage == "review":
        return await call.write(
            lambda tx: review.claim_reviews(call.engine, tx, call.principal, project, wanted.count)
        )
    if wanted.stage == "audit":
        return await call.write(
            lambda tx: draw.claim_audits(call.engine, tx, call.principal, project, wanted.count)
        )
    leases = await use_case.claim(call.engine, call.principal, project, wanted.count, await call.once())
    return answer({"leases": leases})


@router.get("/v1/projects/{project}/leases", response_model=HeldLeases)
async def my_leases(call: Caller, project: UUID, page: Paged) -> Response:
    """Your live leases in a project, oldest first: as `items` and, as a claim names them, `leases`."""
    allow_filters(call.request, frozenset())

    async def read(tx: Any) -> dict[str, Any]:
        found = await use_case.my_leases(
            tx, call.principal, project, read_uuid(page.after(FIRST)), page.fetch
        )
        listed = page.answer(found, lambda one: str(one.lease))
        return listed | {"leases": listed["items"]}

    return await call.read(read)


@router.post("/v1/leases/{lease}/heartbeat", response_model=Prolonged)
async def heartbeat(call: Caller, lease: UUID) -> Response:
    """Hold a lease for longer."""
    return await call.write(lambda tx: use_case.heartbeat(tx, call.principal, lease))


@router.post(
    "/v1/leases/{lease}/release", response_model=Released, openapi_extra=reads(Release, {"reason": "skip"})
)
async def release(call: Caller, lease: UUID, given: Annotated[Release, Depends(body(Release))]) -> Response:
    """Give a lease back, with a reason in 1 to 200 characters.

    After `skip`, `unsure` or `broken` you are not asked this again; after any other reason you may be.
    """
    return await call.write(lambda tx: use_case.release(tx, call.principal, lease, given.reason))


@router.post(
    "/v1/leases/{lease}/operations",
    response_model=DraftRevision,
    openapi_extra=reads(NewOperations, EXAMPLE_EDIT),
)
async def edit_draft(
    call: Caller, lease: UUID, edit: Annotated[NewOperations, Depends(body(NewOperations))]
) -> Response:
    """Save edits of the draft. Operations that were saved before change nothing."""
    return await call.write(lambda tx: use_case.edit_draft(tx, call.principal, lease, edit))


@router.get("/v1/leases/{lease}/draft", response_model=Draft)
async def draft(call: Caller, lease: UUID) -> Response:
    """Your draft for the lease's task; it outlives the lease."""
    return await call.read(lambda tx: use_case.draft(tx, call.principal, lease))


@router.post(
    "/v1/leases/{lease}/submit",
    response_model=Submitted | Reviewed,
    openapi_extra=reads(NewSubmission, {"fence": 17, "label": {"topic": "sports"}}),
)
async def submit(
    call: Caller, lease: UUID, new: Annotated[NewSubmission, Depends(body(NewSubmission))]
) -> Response:
    """Submit a label, or under a review lease a verdict. The answer comes after the commit.

    With `wait` it comes once the task is decided, or after so many seconds. For reviewers and above.
    """
    verdict = new.review()
    if verdict is not None:
        return await call.write(
            lambda tx: review.submit_review(call.engine, tx, call.principal, lease, new.fence, verdict)
        )
    return answer(
        await draw.submit(
            call.engine,
            call.principal,
            lease,
            new.fence,
            new.label,
            idempotency_key(call.request),
            new.wait,
        )
    )


@router.post(
    "/v1/projects/{project}/submissions",
    response_class=Response,  # it says nothing of the media type; the next lines do
    responses=tells(
        NDJSON,
        {
            "description": "For each line its result, or the problem that refused it alone.",
            "anyOf": [
                {
                    "type": "object",
                    "required": ["lease", "annotation", "task_state"],
                    "properties": {
                        "lease": {"type": "string", "format": "uuid"},
                        "annotation": {"type": "string", "format": "uuid"},
                        "task_state": {"type": "string"},
                    },
                },
                {"$ref": "#/components/schemas/Problem"},
            ],
        },
    ),
    openapi_extra=reads(
        SubmissionLine,
        {"lease": "01980000-0000-7000-8000-000000000000", "fence": 17, "label": {"topic": "sports"}},
        media_type=NDJSON,
    ),
)
async def submit_many(call: Caller, project: UUID) -> Response:
    """Submit a batch; for each line a line comes back, after its commit."""
    if call.request.headers.get("content-type", "").partition(";")[0].strip().lower() != NDJSON:
        raise Unsupported("body.type", f"send {NDJSON}")
    async with call.engine.database.transaction(call.principal.organization) as tx:
        await project_of(tx, call.principal, project)
    return DuplexResponse(_batches(call), media_type=NDJSON)


async def _batches(call: Call) -> AsyncIterator[bytes]:
    """The results, a batch at a time. What stops it halfway is its last line: the status has gone out."""
    lines: list[bytes] = []
    try:
        async for _, raw in read_lines(call.request):
            lines.append(raw)
            if len(lines) == BATCH_LINES:
                yield await _submit_lines(call, lines)
                lines = []
        if lines:
            yield await _submit_lines(call, lines)
    except AssayError as error:
        yield encode(problem(error, call.request.state.request_id)) + b"\n"


async def _submit_lines(call: Call, lines: list[bytes]) -> bytes:
    results: list[dict[str, Any] | AssayError] = []
    batch: list[tuple[int, SubmissionLine]] = []
    for raw in lines:
        try:
            batch.append((len(results), validate(SubmissionLine, raw)))
            results.append({})
        except AssayError as error:
            results.append(error)
    settled = await use_case.submit_many(
        call.engine, call.principal, [(line.lease, line.fence, line.label) for _, line in batch]
    )
    for (index, line), result in zip(batch, settled, strict=True):
        results[index] = result if isinstance(result, AssayError) else result | {"lease": line.lease}
    request_id = call.request.state.request_id
    return b"".join(
        encode(problem(result, request_id) if isinstance(result, AssayError) else result) + b"\n"
        for result in results
    )
