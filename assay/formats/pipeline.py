"""The one way in and the one way out, for every format.

A format only finds, decodes and writes records. What is the same for all of them stands here: choosing what
can be carried, telling a record's fault from a file's, and counting what an item loses on the way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from assay.domain.ontology import Ontology
from assay.errors import AssayError, Unsupported
from assay.formats.bundle import Bundle
from assay.formats.format import Format, Notes, Record, Source
from assay.formats.sink import Sink


@dataclass(frozen=True, kw_only=True, slots=True)
class Refusal:
    """A record that could not be read, and why; the next ones can."""

    where: str
    error: AssayError


def _unknown_size(external_id: str) -> None:
    return None


def read_records(
    chosen: Format,
    bundle: Bundle,
    ontology: Ontology,
    notes: Notes,
    image_size: Callable[[str], tuple[int, int] | None] = _unknown_size,
) -> Iterator[Record | Refusal]:
    """The bundle's records, one at a time, in its order. Labels are not checked against the ontology.

    ``ontology`` is the project's, or what ``chosen.imply_ontology(bundle)`` reads as. ``image_size`` gives
    (width, height) in pixels by external id where known. ``notes`` is complete once the iterator ends.
    A fault of one record becomes a ``Refusal``; a fault of the whole bundle raises ``AssayError``.
    """
    reader = chosen.reader(Source(bundle=bundle, ontology=ontology, notes=notes, image_size=image_size))
    for found in reader.records():
        try:
            yield replace(reader.decode(found), where=found.where)
        except AssayError as error:
            yield Refusal(where=found.where, error=error)


def write_records(chosen: Format, ontology: Ontology, records: Iterable[Record], sink: Sink) -> Notes:
    """Write all records, holding one at a time; the notes say what could not be carried.

    Raises ``Unsupported`` (``format.unsupported``) when the format carries none of the questions.
    """
    carried = chosen.carries(ontology)
    if not carried:
        asked = ", ".join(f"{question.name} ({question.kind})" for question in ontology.questions)
        raise Unsupported("format.unsupported", f"{chosen.title} carries no answer to {asked}")
    notes = Notes()
    kinds = {question.name: question.kind for question in ontology.questions}
    writer = chosen.writer(sink, ontology, notes)
    for record in records:
        _count_losses(record, carried, kinds, chosen.keeps, notes)
        writer.write(record)
    writer.close()
    return notes


def _count_losses(
    record: Record, carried: tuple[str, ...], kinds: Mapping[str, str], keeps: frozenset[str], notes: Notes
) -> None:
    for name in record.label or {}:
        if name not in carried:
            notes.add(f"answers to {name!r} ({kinds.get(name, 'unknown')}) not carried")
    notes.add("answers left out: the question is not answered", _unanswered(record, carried, keeps))
    lost: dict[str, Any] = {
        "fields": [value for value in record.item.fields.values() if not _is_reference(value)],
        "metadata": record.item.metadata,
        "probability": record.probability,
        "votes": record.votes,
        "extras": record.item.gold or record.item.priority or record.item.predictions or record.resolution,
        "sizes": record.sizes,
    }
    for what, present in lost.items():
        if present and what not in keeps:
            notes.add(f"items' {what} not carried")


def _unanswered(record: Record, carried: tuple[str, ...], keeps: frozenset[str]) -> int:
    """How many carried questions a reader of the file will take as *found none*, though nobody answered
    them."""
    if "unanswered" in keeps or not record.label:
        return 0
    return sum(name not in record.label for name in carried)


def _is_reference(value: Any) -> bool:
    return isinstance(value, dict) and "url" in value
