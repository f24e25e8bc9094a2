"""What the operator reads: lines of text or of JSON on the standard error, without anybody's data in them.

Words of errors that are not our own stay out, because they may quote a row, a parameter or an address: such
an error is told by its class and where it came from. Messages of ours name routes, codes and ids.
"""

from __future__ import annotations

import json
import logging
import traceback
from datetime import UTC, datetime
from types import TracebackType

from assay import tracing
from assay.errors import AssayError

QUIET = ("asyncpg", "psycopg", "procrastinate")
"""Libraries for which a lost database would be a page; we say it in a line."""

ExceptionInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


def log_to_standard_error(form: str = "text") -> None:
    """Sentences for the operator, or with ``json`` one object a line for a collector."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines() if form == "json" else Sentences())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.CRITICAL)


class Sentences(logging.Formatter):
    """Time, logger and message; an error's class and its way below."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(name)s: %(message)s")

    def formatException(self, ei: ExceptionInfo) -> str:
        return "\n".join(way(ei[1])) if ei[1] is not None else ""


class JsonLines(logging.Formatter):
    """The same as one object; ``error`` is a class, ``way`` where it came from."""

    def format(self, record: logging.LogRecord) -> str:
        error = record.exc_info[1] if record.exc_info else None
        told = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "trace_id": tracing.trace_id(),
            "error": None if error is None else type(error).__name__,
            "way": None if error is None else way(error),
        }
        return json.dumps({name: value for name, value in told.items() if value is not None})


def way(error: BaseException) -> list[str]:
    """Where an error came from, the cause first, without its words unless they are ours."""
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    lines = [] if cause is None else [*way(cause), "then"]
    for frame, line in traceback.walk_tb(error.__traceback__):
        lines.append(f"  {frame.f_code.co_filename}:{line} in {frame.f_code.co_name}")
    words = f" {error.code}: {error.detail}" if isinstance(error, AssayError) else ""
    return [*lines, f"{type(error).__name__}{words}"]
