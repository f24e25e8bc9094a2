"""Resolutions as an Arrow stream: columns for whoever analyses them, a page of tasks at a time."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any
from uuid import UUID

import orjson

from assay.domain.labeler import Principal
from assay.domain.resolution import Resolution
from assay.errors import AssayError
from assay.service.engine import Engine
from assay.service.pending import Pending
from assay.service.resolution import ResolutionFilter, all_resolutions

ARROW = "application/vnd.apache.arrow.stream"


def arrow_resolutions(
    engine: Engine, principal: Principal, project: UUID, wanted: ResolutionFilter
) -> AsyncIterator[bytes]:
    """All resolutions as an Arrow IPC stream, one batch for each page.

    Columns: ``task``, ``external_id``, ``state``, ``label`` and ``probability`` (JSON texts),
    ``annotations``, ``method``, ``version``, ``gold``. Raises ``AssayError`` (``extra.missing``) at once
    where Arrow is missing.
    """
    # The extra "arrow": loaded only when someone asks for it.
    try:
        import pyarrow
    except ImportError:
        raise AssayError("extra.missing", "Arrow needs the extra: pip install 'assay[arrow]'") from None
    return _batches(pyarrow, engine, principal, project, wanted)


async def _batches(
    pyarrow: Any, engine: Engine, principal: Principal, project: UUID, wanted: ResolutionFilter
) -> AsyncIterator[bytes]:
    schema = pyarrow.schema(
        [
            ("task", pyarrow.string()),
            ("external_id", pyarrow.string()),
            ("state", pyarrow.string()),
            ("label", pyarrow.string()),
            ("probability", pyarrow.string()),
            ("annotations", pyarrow.int32()),
            ("method", pyarrow.string()),
            ("version", pyarrow.int32()),
            ("gold", pyarrow.bool_()),
        ]
    )
    pending = Pending()
    with pyarrow.ipc.new_stream(pyarrow.PythonFile(pending, mode="w"), schema) as writer:
        async for page in all_resolutions(engine, principal, project, wanted):
            writer.write_batch(pyarrow.RecordBatch.from_pylist(_rows(page), schema=schema))
            yield pending.take()
    yield pending.take()


def _rows(page: Sequence[Resolution]) -> list[dict[str, Any]]:
    return [
        {
            "task": str(one.task),
            "external_id": one.external_id,
            "state": one.state,
            "label": orjson.dumps(one.label).decode(),
            "probability": orjson.dumps(one.probability).decode(),
            "annotations": one.annotations,
            "method": one.method,
            "version": one.version,
            "gold": one.gold,
        }
        for one in page
    ]
