"""Named queries: the only way SQL reaches Python.

A file ``sql/<noun>.sql`` holds queries, each under a line ``-- name: verb`` and a one-line purpose.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import orjson

_NAME = re.compile(r"^-- name: (\w+)[ \t]*$", re.MULTILINE)


def stored_json(column: str) -> Any:
    """A JSON column that goes into an answer as it stands, without being read."""
    return orjson.Fragment(column)


@cache
def named_queries(noun: str) -> Mapping[str, str]:
    """The queries of ``sql/<noun>.sql`` by name."""
    text = (files("assay.store") / "sql" / f"{noun}.sql").read_text(encoding="utf-8")
    _, *parts = _NAME.split(text)
    names, bodies = parts[::2], parts[1::2]
    if len(set(names)) != len(names):
        raise ValueError(f"sql/{noun}.sql names a query twice")
    return dict(zip(names, (body.strip() for body in bodies), strict=True))
