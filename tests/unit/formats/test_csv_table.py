"""Attack case A38: cells that a spreadsheet would run."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.domain.item import NewItem
from assay.errors import AssayError, Invalid
from assay.formats import FORMATS
from assay.formats.bundle import MemoryBundle
from assay.formats.format import Notes, Record
from assay.formats.pipeline import Refusal, read_records, write_records
from assay.formats.sink import MemorySink
from assay.labels.schema import read_schema

ONTOLOGY = read_schema(
    {
        "fields": {"=note": "text"},
        "questions": [
            {"name": "@topic", "kind": "choice", "classes": ["=1+1", "b"]},
            {"name": "stars", "kind": "rating", "min": -5, "max": 5},
            {"name": "text", "kind": "text"},
        ],
    }
).ontology
RISKY = ("=", "+", "-", "@", "\t", "\r")


def _written(name: str, text: str) -> tuple[list[list[str]], bytes]:
    label = {"@topic": "=1+1", "stars": -3, "text": text}
    record = Record(item=NewItem(external_id="+1", fields={"=note": "-x"}), label=label)
    sink = MemorySink()
    write_records(FORMATS[name], ONTOLOGY, [record], sink)
    content = sink.files["labels.csv"]
    return list(csv.reader(io.StringIO(content.decode(), newline=""))), content


@pytest.mark.parametrize(
    "text", ["=HYPERLINK(1)", "+1", "-1", "@SUM", "\t=1", "\r=1", "＝1", "'=1", "''", "'@"]
)
def test_spreadsheet_mode_quotes_every_text_that_would_run(text: str) -> None:
    (header, row), _ = _written("csv", text)
    cells = dict(zip(header, row, strict=True))
    assert cells["'=note"] == "'-x"
    assert cells["label.@topic"] == "'=1+1"
    assert cells["label.text"] == "'" + text
    assert cells["external_id"] == "'+1"
    assert cells["label.stars"] == "-3"
    assert not any(cell.startswith(RISKY) for cell in [*header, *row] if cell != "-3")


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "\t=1", "'=1"])
def test_raw_mode_writes_exact_bytes(text: str) -> None:
    (header, row), _ = _written("csv-raw", text)
    cells = dict(zip(header, row, strict=True))
    assert cells["label.text"] == text
    assert cells["=note"] == "-x"


@given(text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1))
@pytest.mark.parametrize("name", ["csv", "csv-raw"])
def test_any_text_comes_back(name: str, text: str) -> None:
    _, content = _written(name, text)
    found = list(read_records(FORMATS[name], MemoryBundle({"a.csv": content}), ONTOLOGY, Notes()))
    assert isinstance(found[0], Record)
    assert found[0].label == {"@topic": "=1+1", "stars": -3, "text": text}


def test_a_row_of_the_wrong_width_or_value_is_refused_alone() -> None:
    content = b"external_id,label.stars\na,1\nb\nc,x\nd,2\n"
    found = list(read_records(FORMATS["csv"], MemoryBundle({"a.csv": content}), ONTOLOGY, Notes()))
    assert [type(each) for each in found] == [Record, Refusal, Refusal, Record]
    assert found[1].where == "line 3"


def test_columns_that_mean_nothing_are_counted() -> None:
    notes = Notes()
    content = b"external_id,colour\na,red\n"
    list(read_records(FORMATS["csv"], MemoryBundle({"a.csv": content}), ONTOLOGY, notes))
    assert notes.lines() == ("1 columns ignored: 'colour' is no field and no question",)


@pytest.mark.parametrize(
    "content", [b"", b"a,b\n1,2\n", b"external_id,a,a\n", b'external_id\n"x', b"external_id\n\xff\n"]
)
def test_a_file_that_is_no_table_of_items_is_refused(content: bytes) -> None:
    with pytest.raises(AssayError) as caught:
        list(read_records(FORMATS["csv"], MemoryBundle({"a.csv": content}), ONTOLOGY, Notes()))
    assert caught.value.code == "format.invalid"


def test_a_bundle_with_two_tables_is_ambiguous() -> None:
    with pytest.raises(Invalid, match="found 2"):
        FORMATS["csv"].imply_ontology(MemoryBundle({"a.csv": b"", "b.csv": b""}))
