"""Records as rows of named columns: what the CSV and Parquet formats share (docs/spec/formats.md, "Tables").

Columns: ``external_id``; a column for each field; ``width.F`` and ``height.F`` for each media field F;
``label.Q`` and ``probability.Q`` for each question Q; ``metadata``. A value that is no text and no number
stands as JSON. An empty cell is *nothing*: no such field, not answered.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assay.domain.item import NewItem
from assay.domain.ontology import MEDIA_TYPES, Ontology, Question
from assay.errors import Invalid
from assay.formats.format import Notes, Record
from assay.formats.json_stream import read_value, write_value
from assay.formats.objects import URL_SCHEMES, expect, find_media, media_name, number

Cell = str | int | float | None
Row = dict[str, Cell]

EXTERNAL_ID, METADATA = "external_id", "metadata"
LABEL, PROBABILITY, WIDTH, HEIGHT = "label.", "probability.", "width.", "height."
_PREFIXES = (LABEL, PROBABILITY, WIDTH, HEIGHT)
_TEXT_KINDS = ("text", "pairwise")
_NUMBER_KINDS = ("rating",)
_FOLDERS = ("", "media/", "images/")


def is_text(question: Question) -> bool:
    """Whether an answer is one text as it stands."""
    return question.kind in _TEXT_KINDS or (
        question.kind == "choice" and not question.options.get("multiple")
    )


def is_number(question: Question) -> bool:
    """Whether an answer is one number."""
    return question.kind in _NUMBER_KINDS


def is_scalar(question: Question) -> bool:
    """Whether an answer fits in one cell that people can read: a text, a number, or a set of classes."""
    return is_text(question) or is_number(question) or question.kind == "choice"


class Table:
    """The columns that an ontology calls for, and rows to and from records."""

    def __init__(self, ontology: Ontology, carried: tuple[str, ...], notes: Notes) -> None:
        self._fields = ontology.fields
        self._questions = {each.name: each for each in ontology.questions if each.name in carried}
        self._notes = notes

    def columns(self) -> dict[str, type]:
        """Column names in order, with the type of a cell that is not empty."""
        columns: dict[str, type] = {EXTERNAL_ID: str}
        for field, field_type in self._fields.items():
            columns[field_column(field)] = str
            if field_type in MEDIA_TYPES:
                columns |= {WIDTH + field: int, HEIGHT + field: int}
        for name, question in self._questions.items():
            columns[LABEL + name] = float if is_number(question) else str
            columns[PROBABILITY + name] = str
        columns[METADATA] = str
        return columns

    def row(self, record: Record) -> Row:
        """A record's cells; columns without a value are absent."""
        row: Row = {EXTERNAL_ID: record.item.external_id}
        for field, field_type in self._fields.items():
            row |= self._field_cells(record, field, field_type)
        for name, question in self._questions.items():
            if record.label is not None and name in record.label:
                value = record.label[name]
                plain = is_text(question) or is_number(question)
                if value == "" and plain:
                    self._notes.add("empty texts written as not answered")
                else:
                    row[LABEL + name] = value if plain else write_value(value)
            if name in record.probability:
                row[PROBABILITY + name] = write_value(record.probability[name])
        if record.item.metadata:
            row[METADATA] = write_value(record.item.metadata)
        return row

    def _field_cells(self, record: Record, field: str, field_type: str) -> Row:
        cells: Row = {}
        value = record.item.fields.get(field)
        if field_type in MEDIA_TYPES:
            url = value.get("url") if isinstance(value, dict) else None
            cells[field_column(field)] = media_name(record, field) or url
            cells[WIDTH + field], cells[HEIGHT + field] = record.sizes.get(field, (None, None))
        elif value == "":
            self._notes.add("empty texts written as absent fields")
        elif value is not None:
            cells[field_column(field)] = value if field_type == "text" else write_value(value)
        return {name: cell for name, cell in cells.items() if cell is not None}

    def record(self, row: Mapping[str, Cell], names: frozenset[str]) -> Record:
        """The record a row stands for. ``names`` are the bundle's files. Raises ``Invalid``."""
        fields: dict[str, Any] = {}
        media: dict[str, str] = {}
        sizes: dict[str, tuple[int, int]] = {}
        for field, field_type in self._fields.items():
            cell = row.get(field_column(field))
            if field_type not in MEDIA_TYPES:
                if cell is not None:
                    fields[field] = str(cell) if field_type == "text" else read_value(str(cell))
                continue
            if cell is not None and str(cell).startswith(URL_SCHEMES):
                fields[field] = {"url": str(cell)}
            elif cell is not None:
                media[field] = find_media(names, str(cell), _FOLDERS)
            if row.get(WIDTH + field) is not None:
                sizes[field] = (_whole(row[WIDTH + field]), _whole(row.get(HEIGHT + field)))
        metadata = row.get(METADATA)
        label = {
            name: self._answer(question, row[LABEL + name])
            for name, question in self._questions.items()
            if row.get(LABEL + name) is not None
        }
        probability = {
            name: read_value(str(row[PROBABILITY + name]))
            for name in self._questions
            if row.get(PROBABILITY + name) is not None
        }
        return Record(
            item=NewItem(
                external_id=expect(row.get(EXTERNAL_ID), str, EXTERNAL_ID),
                fields=fields,
                metadata=expect(read_value(str(metadata)), dict, METADATA) if metadata is not None else {},
            ),
            label=label or None,
            probability=probability,
            media=media,
            sizes=sizes,
        )

    def _answer(self, question: Question, cell: Cell) -> Any:
        if is_text(question):
            return str(cell)
        if is_number(question):
            return number(cell, question.name)
        return read_value(str(cell))


def field_column(field: str) -> str:
    """A field's column: its name, or that with ``field.`` before it where it would read as another column."""
    taken = field in (EXTERNAL_ID, METADATA) or field.startswith((*_PREFIXES, "field."))
    return "field." + field if taken else field


def _whole(cell: Cell) -> int:
    value = number(cell, "a size")
    if value != int(value) or value <= 0:
        raise Invalid("format.invalid", "a size is whole pixels")
    return int(value)
