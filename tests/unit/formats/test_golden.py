"""Small hand-checked bundles.

``in/`` reads as ``records.jsonl``, which writes as ``out/``; ``notes.txt`` says what was lost on both ways.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from assay.domain.item import FieldFacts
from assay.formats import FORMATS
from assay.formats.bundle import FolderBundle
from assay.formats.format import Format, Notes, Record
from assay.formats.pipeline import read_records, write_records
from assay.formats.sink import MemorySink
from assay.labels.schema import Schema, read_schema

GOLDEN = Path(__file__).parents[2] / "golden" / "formats"


def _read(chosen: Format) -> tuple[Schema, list[Record], Notes]:
    bundle = FolderBundle(GOLDEN / chosen.name / "in")
    schema = read_schema(chosen.imply_ontology(bundle))
    notes = Notes()
    known = (64, 48) if chosen.name.startswith("yolo-") else None
    found = list(read_records(chosen, bundle, schema.ontology, notes, lambda _: known))
    records = [record for record in found if isinstance(record, Record)]
    assert records == found
    return schema, records, notes


@pytest.mark.parametrize("chosen", FORMATS.values(), ids=FORMATS)
def test_reads_the_golden_bundle(chosen: Format) -> None:
    schema, records, notes = _read(chosen)
    native = MemorySink()
    write_records(FORMATS["jsonl"], schema.ontology, records, native)
    assert native.files["assay.jsonl"].decode() == (GOLDEN / chosen.name / "records.jsonl").read_text()
    reading = (GOLDEN / chosen.name / "notes.txt").read_text().partition("writing:")[0]
    assert "".join(f"  {line}\n" for line in notes.lines()) == reading.removeprefix("reading:\n")


@pytest.mark.parametrize("chosen", FORMATS.values(), ids=FORMATS)
def test_what_it_reads_answers_the_ontology_it_implies(chosen: Format) -> None:
    schema, records, _ = _read(chosen)
    for record in records:
        facts = {}
        for name, field_type in schema.ontology.fields.items():
            width, height = record.sizes.get(name, (None, None))
            text = record.item.fields.get(name) if field_type == "text" else None
            facts[name] = FieldFacts(type=field_type, text=text, width=width, height=height)
        for label in [record.label, *(vote.label for vote in record.votes)]:
            if label is not None:
                schema.check(label, facts)


@pytest.mark.parametrize("name", [name for name in FORMATS if (GOLDEN / name / "out").is_dir()])
def test_writes_the_golden_records(name: str) -> None:
    schema, records, _ = _read(FORMATS[name])
    sink = MemorySink()
    notes = write_records(FORMATS[name], schema.ontology, records, sink)
    out = GOLDEN / name / "out"
    expected = {str(path.relative_to(out)): path.read_bytes() for path in out.rglob("*") if path.is_file()}
    assert sink.files == expected
    writing = (GOLDEN / name / "notes.txt").read_text().partition("writing:\n")[2]
    assert "".join(f"  {line}\n" for line in notes.lines()) == writing


def test_every_format_has_golden_files() -> None:
    assert {path.name for path in GOLDEN.iterdir()} == set(FORMATS)
