"""Methods of comments."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from assay.api.grpc.call import Call
from assay.api.grpc.service import Service
from assay.domain.comment import NewComment
from assay.domain.page import FIRST
from assay.service import comment as use_case
from assay.wire.v1 import comment_pb2

SERVICE = Service(comment_pb2.DESCRIPTOR.services_by_name["CommentService"])


@SERVICE.answers
async def add_comment(call: Call) -> Any:
    task, new = call.id("task"), call.body(NewComment)
    return await call.write(lambda tx: use_case.add_comment(call.engine, tx, call.principal, task, new))


@SERVICE.answers
async def withdraw_comment(call: Call) -> Any:
    comment = call.id("comment")
    return await call.write(lambda tx: use_case.withdraw_comment(tx, call.principal, comment))


@SERVICE.answers
async def list_comments(call: Call) -> Any:
    project, page, task = call.id("project"), call.page(), call.optional_id("task")
    after = UUID(page.after(FIRST))
    found = await call.read(
        lambda tx: use_case.comment_page(tx, call.principal, project, after, task, page.fetch)
    )
    return page.answer(found, lambda one: str(one.id))
