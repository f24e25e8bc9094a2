"""Reading what only reads synchronously, a few elements at a time, in a thread."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Generator, Iterator
from itertools import islice
from typing import TypeVar

from assay.formats.format import Record
from assay.formats.pipeline import Refusal

BATCH = 64
T = TypeVar("T")


async def in_thread(elements: Iterator[T]) -> AsyncIterator[T]:
    """The same elements. Whoever stops early closes ``elements``."""
    while batch := await asyncio.to_thread(_some, elements):
        for element in batch:
            yield element


def closable(elements: Iterator[T]) -> Generator[T, None, None]:
    """The same elements; closing what this gives ends them where they are."""
    yield from elements


def readable(records: Iterator[Record | Refusal]) -> Generator[Record, None, None]:
    """Records we wrote ourselves: one that cannot be read is our fault, and an error."""
    for record in records:
        if isinstance(record, Refusal):
            raise record.error
        yield record


def _some(elements: Iterator[T]) -> list[T]:
    return list(islice(elements, BATCH))
