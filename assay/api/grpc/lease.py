"""Methods of leases: claim, hold, give back, draft, submit."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

from assay.api.grpc import work as shift
from assay.api.grpc.call import Call, Stream
from assay.api.grpc.service import Service
from assay.api.grpc.settlement import check_batch, settled
from assay.domain.lease import NewClaim, NewOperations, NewSubmission, Release
from assay.domain.page import FIRST
from assay.errors import Invalid
from assay.service import draw, look, review
from assay.service import lease as use_case
from assay.service.access import project_of
from assay.wire.v1 import lease_pb2

SERVICE = Service(lease_pb2.DESCRIPTOR.services_by_name["LeaseService"])


@SERVICE.answers
async def claim(call: Call) -> Any:
    project, wanted = call.id("project"), call.body(NewClaim)
    if wanted.stage == "review" or wanted.task is not None:
        granted = await call.write(
            lambda tx: (
                review.claim_reviews(call.engine, tx, call.principal, project, wanted.count)
                if wanted.task is None
                else look.claim_task(call.engine, tx, call.principal, project, wanted)
            )
        )
        return {"reviews": granted["leases"] if isinstance(granted, dict) else granted.leases}
    if wanted.stage == "audit":
        return await call.write(
            lambda tx: draw.claim_audits(call.engine, tx, call.principal, project, wanted.count)
        )
    leases = await use_case.claim(call.engine, call.principal, project, wanted.count, call.once())
    return {"leases": leases}


@SERVICE.answers
async def list_leases(call: Call) -> Any:
    project, page = call.id("project"), call.page()
    found = await call.read(
        lambda tx: use_case.my_leases(tx, call.principal, project, UUID(page.after(FIRST)), page.fetch)
    )
    listed = page.answer(found, lambda one: str(one.lease))
    return listed | {"leases": listed["items"]}


@SERVICE.answers
async def heartbeat(call: Call) -> Any:
    lease = call.id("lease")
    return await call.write(lambda tx: use_case.heartbeat(tx, call.principal, lease))


@SERVICE.answers
async def release(call: Call) -> Any:
    lease, given = call.id("lease"), call.body(Release)
    return await call.write(lambda tx: use_case.release(tx, call.principal, lease, given.reason))


@SERVICE.answers
async def edit_draft(call: Call) -> Any:
    lease, edit = call.id("lease"), call.body(NewOperations)
    return await call.write(lambda tx: use_case.edit_draft(tx, call.principal, lease, edit))


@SERVICE.answers
async def get_draft(call: Call) -> Any:
    lease = call.id("lease")
    return await call.read(lambda tx: use_case.draft(tx, call.principal, lease))


@SERVICE.answers
async def submit(call: Call) -> Any:
    lease, new = call.id("lease"), call.body(NewSubmission)
    verdict = new.review()
    if verdict is not None:
        return await call.write(
            lambda tx: review.submit_review(call.engine, tx, call.principal, lease, new.fence, verdict)
        )
    return await draw.submit(call.engine, call.principal, lease, new.fence, new.label, call.key, new.wait)


@SERVICE.answers
async def work(call: Stream) -> AsyncIterator[Any]:
    async for told in shift.work(call):
        yield told


@SERVICE.answers
async def submit_many(call: Stream) -> AsyncIterator[Any]:
    project = call.id("project")
    async with call.engine.database.transaction(call.principal.organization) as tx:
        await project_of(tx, call.principal, project)
    async for message in call.messages:
        call.take(b"", message)
        if call.optional_id("project") not in (None, project):
            raise Invalid("field.invalid", "a stream is about one project", pointer="/project")
        submissions = message.submissions  # type: ignore[attr-defined]  # as above
        check_batch(submissions, "submissions")
        yield {"settlements": await settled(call, submissions)}
