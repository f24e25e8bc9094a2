"""Routes of comments."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.responses import Response

from assay.api.rest.call import Caller
from assay.api.rest.paging import Paged, allow_filters
from assay.api.rest.project import read_uuid
from assay.api.rest.schema import body, reads
from assay.domain.comment import Comment, NewComment, ReceivedComment
from assay.domain.page import FIRST, Page
from assay.service import comment as use_case

router = APIRouter(tags=["comments"])
EXAMPLE = {"text": "This is a raccoon.", "question": "objects", "object": "b1"}


@router.post(
    "/v1/tasks/{task}/comments",
    status_code=201,
    response_model=Comment,
    openapi_extra=reads(NewComment, EXAMPLE),
)
async def add_comment(
    call: Caller, task: UUID, new: Annotated[NewComment, Depends(body(NewComment))]
) -> Response:
    """Say something about a task, an answer to it, an object or a point. For reviewers and above."""
    return await call.write(
        lambda tx: use_case.add_comment(call.engine, tx, call.principal, task, new), status=201
    )


@router.delete("/v1/comments/{comment}", status_code=204)
async def withdraw_comment(call: Caller, comment: UUID) -> Response:
    """Take back what you said: it is shown to nobody from then on, and kept for the audit."""
    await call.write(lambda tx: use_case.withdraw_comment(tx, call.principal, comment))
    return Response(status_code=204)


@router.get("/v1/projects/{project}/comments", response_model=Page[Comment] | Page[ReceivedComment])
async def list_comments(call: Caller, page: Paged, project: UUID, task: UUID | None = None) -> Response:
    """What was said, oldest first. A labeler reads what is said about their own answers, with each answer."""
    allow_filters(call.request, frozenset({"task"}))

    async def read(tx: Any) -> dict[str, Any]:
        after = read_uuid(page.after(FIRST))
        found = await use_case.comment_page(tx, call.principal, project, after, task, page.fetch)
        return page.answer(found, lambda one: str(one.id))

    return await call.read(read)
