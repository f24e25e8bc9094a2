"""Formats: what imports and exports may be of."""

from __future__ import annotations

from dataclasses import dataclass

from assay.client.request import Plan, ask, get, path
from assay.client.value import read_value


@dataclass(frozen=True, kw_only=True)
class FileFormat:
    """An import or export format: the kinds of question it holds, and what an export loses."""

    name: str
    title: str
    reads: bool
    writes: bool
    kinds: tuple[str, ...]
    loses: tuple[str, ...]


def formats() -> Plan[list[FileFormat]]:
    """Every format."""
    answer = yield from ask(get(path("formats")))
    return [read_value(FileFormat, one) for one in answer.json()["items"]]
