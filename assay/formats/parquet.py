"""Parquet: every answer, one item a row, in row groups of a thousand (docs/spec/formats.md, "Tables").

The ontology stands in the file's metadata under ``assay.ontology``.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from typing import Any

from assay.domain.ontology import Ontology
from assay.errors import Invalid, Malformed, TooLarge, Unsupported
from assay.formats.bundle import Bundle, only_file
from assay.formats.format import Found, Notes, Reader, Record, Source, Writer
from assay.formats.json_stream import read_value, write_value
from assay.formats.sink import Sink
from assay.formats.table import EXTERNAL_ID, Row, Table

_ENDINGS = (".parquet",)
_ONTOLOGY = b"assay.ontology"
ROWS_A_GROUP = 1_000
MAX_GROUP_BYTES = 512 << 20
MAX_TOTAL_BYTES = 8 << 30
_MAX_FOOTER_BYTES = 64 << 20


@dataclass(frozen=True, kw_only=True)
class Parquet:
    """See the module."""

    name: str = "parquet"
    title: str = "Parquet"
    media_folder: str = "media/"
    kinds: frozenset[str] | None = None
    writes: bool = True
    keeps: frozenset[str] = frozenset(
        {"ids", "attributes", "unanswered", "fields", "metadata", "probability", "sizes"}
    )

    def imply_ontology(self, bundle: Bundle) -> dict[str, Any] | None:
        """See ``Format.imply_ontology``: what the file's metadata says."""
        with _open(bundle) as file:
            metadata = file.schema_arrow.metadata or {}
        if _ONTOLOGY not in metadata:
            return None
        document: dict[str, Any] = read_value(metadata[_ONTOLOGY].decode("utf-8", "replace"))
        return document

    def carries(self, ontology: Ontology) -> tuple[str, ...]:
        """All questions."""
        return tuple(question.name for question in ontology.questions)

    def reader(self, source: Source) -> Reader:
        """See ``Format.reader``."""
        return _Reader(source, Table(source.ontology, self.carries(source.ontology), source.notes))

    def writer(self, sink: Sink, ontology: Ontology, notes: Notes) -> Writer:
        """See ``Format.writer``."""
        return _Writer(sink, ontology, Table(ontology, self.carries(ontology), notes))


class _Reader:
    def __init__(self, source: Source, table: Table) -> None:
        self._bundle, self._notes, self._table = source.bundle, source.notes, table
        self._names = frozenset(source.bundle.names)

    def records(self) -> Iterator[Found]:
        pyarrow = _pyarrow()
        known = self._table.columns()
        with _open(self._bundle) as file:
            present = file.schema_arrow.names
            if EXTERNAL_ID not in present:
                raise Invalid("format.invalid", f"there is no column {EXTERNAL_ID}")
            for name in present:
                if name not in known:
                    self._notes.add(f"columns ignored: {name[:100]!r} is no field and no question")
            wanted = [name for name in present if name in known]
            number = 0
            try:
                for batch in file.iter_batches(batch_size=ROWS_A_GROUP, columns=wanted):
                    batch.validate(full=True)  # offsets and text are the sender's until checked
                    for row in batch.to_pylist():
                        number += 1
                        yield Found(where=f"row {number}", raw=row)
            except (pyarrow.ArrowException, OSError) as error:
                raise Malformed("format.invalid", f"after row {number}: the file cannot be read") from error

    def decode(self, found: Found) -> Record:
        row: Row = {name: cell for name, cell in found.raw.items() if cell is not None}
        for name, cell in row.items():
            if isinstance(cell, bool) or not isinstance(cell, str | int | float):
                raise Invalid("format.invalid", f"the cell {name[:100]!r} is neither a text nor a number")
        return self._table.record(row, self._names)


class _Writer:
    def __init__(self, sink: Sink, ontology: Ontology, table: Table) -> None:
        pyarrow = _pyarrow()
        import pyarrow.parquet as parquet

        self._table = table
        types = {str: pyarrow.string(), int: pyarrow.int64(), float: pyarrow.float64()}
        self._schema = pyarrow.schema(
            [(name, types[cell]) for name, cell in table.columns().items()],
            metadata={_ONTOLOGY: write_value(ontology.to_json()).encode()},
        )
        self._exit = ExitStack()
        out = self._exit.enter_context(sink.open("labels.parquet"))
        self._parquet = self._exit.enter_context(parquet.ParquetWriter(out, self._schema, compression="zstd"))
        self._rows: list[Row] = []

    def write(self, record: Record) -> None:
        self._rows.append(self._table.row(record))
        if len(self._rows) >= ROWS_A_GROUP:
            self._flush()

    def _flush(self) -> None:
        columns = [[row.get(name) for row in self._rows] for name in self._schema.names]
        arrays = [_pyarrow().array(c, t) for c, t in zip(columns, self._schema.types, strict=True)]
        self._parquet.write_batch(_pyarrow().RecordBatch.from_arrays(arrays, schema=self._schema))
        self._rows.clear()

    def close(self) -> None:
        self._flush()
        self._exit.close()


@contextmanager
def _open(bundle: Bundle) -> Iterator[Any]:
    """The file, opened from a temporary copy (the reader seeks), once its sizes are within limits."""
    pyarrow = _pyarrow()
    import pyarrow.parquet as parquet

    name = only_file(bundle, _ENDINGS, "Parquet")
    with tempfile.TemporaryFile() as copy:
        with closing(bundle.open(name)) as stream:
            shutil.copyfileobj(stream, copy)
        try:
            file = parquet.ParquetFile(copy, pre_buffer=False, thrift_string_size_limit=_MAX_FOOTER_BYTES)
        except (pyarrow.ArrowException, OSError) as error:
            raise Malformed("format.invalid", f"{ascii(name)[:200]} is no Parquet file") from error
        with file:
            _check_sizes(file.metadata)
            yield file


def _check_sizes(metadata: Any) -> None:
    groups = [metadata.row_group(index).total_byte_size for index in range(metadata.num_row_groups)]
    if max(groups, default=0) > MAX_GROUP_BYTES:
        raise TooLarge("limit.exceeded", "a row group is too large", limit=MAX_GROUP_BYTES)
    if sum(groups) > MAX_TOTAL_BYTES:
        raise TooLarge("limit.exceeded", "the file is too large", limit=MAX_TOTAL_BYTES)


def _pyarrow() -> Any:
    # The extra "arrow": loaded only where a Parquet file is read or written.
    try:
        import pyarrow
    except ImportError:
        raise Unsupported("extra.missing", "Parquet needs the extra: pip install 'assay[arrow]'") from None
    return pyarrow
