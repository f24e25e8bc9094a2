"""Probing: media that lie elsewhere are looked at before anyone is asked about them."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from assay.domain.asset import ItemUrl, read_url
from assay.errors import AssayError, Unavailable, pointer_token
from assay.labels.schema import Schema
from assay.service.engine import Engine
from assay.service.importing import MAX_REPORTED_ERRORS
from assay.service.item import check_media
from assay.service.job import advance
from assay.store import probing as probing_store
from assay.store import project as project_store
from assay.store.job import RunningJob

BATCH_TASKS = 32
TOGETHER = 8
MAX_MEDIA_BYTES = 2 << 30


async def run_probe(engine: Engine, job: RunningJob) -> dict[str, Any]:
    """Look at the media of every task of a project that waits for it, and let the tasks go on.

    A task whose media cannot be read needs attention; its item's facts say why, and so does the job's
    result. Started over after a crash, it goes on where it was. Raises ``Unavailable`` while a store does
    not answer.
    """
    if job.project is None:
        raise ValueError("a probe is of a project")
    async with engine.database.transaction(job.organization) as tx:
        total = await probing_store.count(tx, job.organization, job.project)
        version = await project_store.ontology_version(tx, job.organization, job.project)
        schema = await engine.schema(tx, job.organization, job.project, version)
    done = unreadable = 0
    errors: list[dict[str, Any]] = []
    await advance(engine, job, done, total)
    while True:
        async with engine.database.transaction(job.organization) as tx:
            waiting = await probing_store.page(tx, job.organization, job.project, BATCH_TASKS)
        if not waiting:
            return {"probed": done, "unreadable": unreadable, "errors": errors}
        facts = await _look_at(engine, job.organization, schema, waiting)
        bad = [task["id"] for task in waiting if _is_unreadable(facts[task["item"]])]
        async with engine.database.transaction(job.organization) as tx:
            await probing_store.save(
                tx,
                job.organization,
                facts,
                readable=[task["id"] for task in waiting if task["id"] not in bad],
                unreadable=bad,
            )
        told = [one for task in waiting for one in _errors(task["external_id"], facts[task["item"]])]
        errors += told[: MAX_REPORTED_ERRORS - len(errors)]
        done, unreadable = done + len(waiting), unreadable + len(bad)
        await advance(engine, job, done, max(total, done))


async def _look_at(
    engine: Engine, organization: UUID, schema: Schema, waiting: list[asyncpg.Record]
) -> dict[UUID, dict[str, Any]]:
    """What is now known of each item's media, by field."""
    room = asyncio.Semaphore(TOGETHER)

    async def one(task: asyncpg.Record) -> dict[str, Any]:
        measured: dict[str, Any] = orjson.loads(task["facts"]) if task["facts"] else {}
        for name, value in orjson.loads(task["fields"]).items():
            if name in measured or not isinstance(value, Mapping) or "url" not in value:
                continue
            async with room:
                measured[name] = await _measure(
                    engine, organization, read_url(value["url"]), schema.ontology.fields[name], name
                )
        return measured

    found = await asyncio.gather(*(one(task) for task in waiting))
    return {task["item"]: facts for task, facts in zip(waiting, found, strict=True)}


async def _measure(
    engine: Engine, organization: UUID, url: ItemUrl, field_type: str, field: str
) -> dict[str, Any]:
    """What the bytes at ``url`` are, or why that cannot be known."""
    try:
        with tempfile.NamedTemporaryFile() as copy:
            async with engine.references.open(str(organization), url, max_bytes=MAX_MEDIA_BYTES) as opened:
                async for chunk in opened.chunks:
                    await asyncio.to_thread(copy.write, chunk)
            await asyncio.to_thread(copy.flush)
            size_bytes = copy.tell()
            facts = await engine.probe.inspect(Path(copy.name))
        check_media(field_type, facts.media_type, field)
    except Unavailable:
        raise
    except AssayError as error:
        return {"unreadable": {"code": error.code, "detail": error.detail}}
    measured = asdict(facts) | {"size_bytes": size_bytes}
    return {key: value for key, value in measured.items() if value is not None}


def _errors(external_id: str, facts: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "external_id": external_id,
            "pointer": f"/fields{pointer_token(field)}/url",
            **measured["unreadable"],
        }
        for field, measured in facts.items()
        if "unreadable" in measured
    ]


def _is_unreadable(facts: Mapping[str, Any]) -> bool:
    return any("unreadable" in measured for measured in facts.values())
