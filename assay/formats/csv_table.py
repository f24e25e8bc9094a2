"""CSV: scalar answers, one item a row (docs/spec/formats.md, "Tables").

Spreadsheets run cells that begin with ``=``, ``+``, ``-``, ``@``, a tab or a carriage return as formulas.
``csv`` writes ``'`` before such texts, headers included, and takes it off again; ``csv-raw`` writes every
byte as it is.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from typing import Any

from assay.domain.ontology import Ontology
from assay.errors import AssayError, Invalid, Malformed
from assay.formats.bundle import Bundle, only_file
from assay.formats.format import Found, Notes, Reader, Record, Source, Writer
from assay.formats.sink import Sink
from assay.formats.table import EXTERNAL_ID, LABEL, METADATA, PROBABILITY, Row, Table, is_scalar

_ENDINGS = (".csv",)
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_QUOTE = "'"
_MAX_CLASSES = 200

# The module's own limit of 128 KiB a cell is below what a document's text needs, and it has no other door.
csv.field_size_limit(16 << 20)


@dataclass(frozen=True, kw_only=True)
class Csv:
    """See the module. ``raw`` writes exact bytes, unsafe to open in a spreadsheet."""

    name: str
    title: str
    raw: bool
    media_folder: str = "media/"
    kinds: frozenset[str] | None = frozenset({"choice", "pairwise", "rating", "text"})
    writes: bool = True
    keeps: frozenset[str] = frozenset({"unanswered", "fields", "metadata", "probability", "sizes"})

    def imply_ontology(self, bundle: Bundle) -> dict[str, Any] | None:
        """See ``Format.imply_ontology``. Few distinct answers imply a choice, others a text; every other
        column is a text field."""
        values: dict[str, dict[str, None]] = {}
        fields: list[str] = []
        with closing(_Rows(bundle, self.raw)) as rows:
            for header in rows.header:
                if header.startswith(LABEL):
                    values[header] = {}
                elif header not in (EXTERNAL_ID, METADATA) and not header.startswith(
                    (PROBABILITY, "width.", "height.")
                ):
                    fields.append(header)
            for _, cells in rows:
                row = rows.row(cells)
                for header, seen in values.items():
                    if header in row and len(seen) <= _MAX_CLASSES:
                        seen[str(row[header])] = None
        if not values or not fields:
            return None
        return {
            "fields": {field.removeprefix("field."): "text" for field in fields},
            "questions": [
                _implied(header.removeprefix(LABEL), list(seen)) for header, seen in values.items()
            ],
        }

    def carries(self, ontology: Ontology) -> tuple[str, ...]:
        """The questions whose answers fit in a cell."""
        return tuple(question.name for question in ontology.questions if is_scalar(question))

    def reader(self, source: Source) -> Reader:
        """See ``Format.reader``."""
        return _Reader(source, self)

    def writer(self, sink: Sink, ontology: Ontology, notes: Notes) -> Writer:
        """See ``Format.writer``."""
        return _Writer(sink, Table(ontology, self.carries(ontology), notes), self.raw)


class _Rows:
    """A CSV file's rows, each with the number of the line it ends on."""

    def __init__(self, bundle: Bundle, raw: bool) -> None:
        stream = bundle.open(only_file(bundle, _ENDINGS, "CSV"))
        self._text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
        self._raw = raw
        self._reader = csv.reader(self._text, strict=True)
        try:
            self.header = self.plain(next(self._cells(), []))
            if len(set(self.header)) != len(self.header):
                raise Invalid("format.invalid", "two columns have the same name")
        except AssayError:
            self.close()
            raise

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        return ((self._reader.line_num, cells) for cells in self._cells() if cells)

    def row(self, cells: list[str]) -> Row:
        """Cells by column, empty ones absent. Raises ``Invalid`` when they are more or fewer than the
        columns."""
        if len(cells) != len(self.header):
            raise Invalid("format.invalid", f"{len(cells)} cells under {len(self.header)} columns")
        return {name: cell for name, cell in zip(self.header, self.plain(cells), strict=True) if cell}

    def plain(self, cells: list[str]) -> list[str]:
        """The cells without the quote that kept a spreadsheet from running them."""
        return cells if self._raw else [cell[1:] if _is_quoted(cell) else cell for cell in cells]

    def _cells(self) -> Iterator[list[str]]:
        try:
            yield from self._reader
        except csv.Error as error:
            raise Malformed("format.invalid", f"line {self._reader.line_num}: {error}") from None
        except UnicodeDecodeError:
            raise Malformed("format.invalid", f"after line {self._reader.line_num}: not UTF-8") from None

    def close(self) -> None:
        self._text.close()


class _Reader:
    def __init__(self, source: Source, format_: Csv) -> None:
        self._bundle, self._raw = source.bundle, format_.raw
        self._names = frozenset(source.bundle.names)
        self._table = Table(source.ontology, format_.carries(source.ontology), source.notes)
        self._notes = source.notes

    def records(self) -> Iterator[Found]:
        with closing(_Rows(self._bundle, self._raw)) as rows:
            if EXTERNAL_ID not in rows.header:
                raise Invalid("format.invalid", f"there is no column {EXTERNAL_ID}")
            known = self._table.columns()
            for header in rows.header:
                if header not in known:
                    self._notes.add(f"columns ignored: {header[:100]!r} is no field and no question")
            for number, cells in rows:
                yield Found(where=f"line {number}", raw=(rows, cells))

    def decode(self, found: Found) -> Record:
        rows, cells = found.raw
        return self._table.record(rows.row(cells), self._names)


class _Writer:
    def __init__(self, sink: Sink, table: Table, raw: bool) -> None:
        self._table, self._raw = table, raw
        self._exit = ExitStack()
        out = self._exit.enter_context(sink.open("labels.csv"))
        self._text = io.TextIOWrapper(out, encoding="utf-8", newline="", write_through=True)
        self._csv = csv.writer(self._text)
        self._columns = tuple(table.columns())
        self._csv.writerow([self._safe(name) for name in self._columns])

    def write(self, record: Record) -> None:
        row = self._table.row(record)
        self._csv.writerow([self._safe(row.get(column)) for column in self._columns])

    def _safe(self, cell: Any) -> Any:
        """Texts that a spreadsheet would run, or that would read back as quoted, get a quote; numbers
        stay."""
        risky = isinstance(cell, str) and (cell.startswith(_FORMULA) or _is_quoted(cell))
        return _QUOTE + cell if risky and not self._raw else cell

    def close(self) -> None:
        self._text.flush()
        self._text.detach()
        self._exit.close()


def _is_quoted(cell: str) -> bool:
    """Whether a cell begins with a quote that stands for none."""
    return cell.startswith(_QUOTE) and cell[1:].startswith((*_FORMULA, _QUOTE))


def _implied(name: str, values: list[str]) -> dict[str, Any]:
    if 2 <= len(values) <= _MAX_CLASSES:
        return {"name": name, "kind": "choice", "classes": values}
    return {"name": name, "kind": "text"}
