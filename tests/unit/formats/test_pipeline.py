"""The native format's strictness, Parquet's limits, names, sinks, and what the pipeline counts."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.domain.item import NewItem, NewPrediction
from assay.domain.ontology import MAX_NAME_CHARS, read_name
from assay.errors import AssayError, Invalid
from assay.formats import FORMATS
from assay.formats.archive import open_bundle
from assay.formats.bundle import MemoryBundle
from assay.formats.format import Notes, Record, Vote
from assay.formats.objects import ClassTable, ImpliedClasses, file_stem, name_from, number
from assay.formats.pipeline import Refusal, read_records, write_records
from assay.formats.sink import FolderSink, MemorySink, StreamSink, ZipSink
from assay.labels.schema import read_schema

SINGLE_FILES = [
    next(folder.iterdir())
    for folder in sorted(Path("tests/golden/formats").glob("*/in"))
    if [each.is_file() for each in folder.iterdir()] == [True]
]
SCHEMA = read_schema(
    {
        "fields": {"image": "image", "note": "text"},
        "questions": [
            {"name": "topic", "kind": "choice", "classes": ["a", "b"]},
            {"name": "objects", "kind": "box", "field": "image", "classes": ["car"]},
        ],
    }
)
FULL = Record(
    item=NewItem(
        external_id="x",
        fields={"note": "n"},
        metadata={"k": [1]},
        gold={"topic": "a"},
        priority=2,
        predictions=(NewPrediction(labeler="m", label={"topic": "b"}, scores={"topic": 0.5}),),
    ),
    label={"topic": "a", "objects": [{"id": "b", "class": "car", "box": [0, 0, 1, 1]}]},
    probability={"topic": 0.9},
    votes=(Vote(labeler="ann", label={"topic": "a"}),),
    media={"image": "media/x.png"},
    sizes={"image": (64, 48)},
    resolution={"state": "resolved", "version": 3},
)


def _lines(*lines: str) -> MemoryBundle:
    return MemoryBundle({"a.jsonl": "\n".join(lines).encode()})


@pytest.mark.parametrize("file", SINGLE_FILES, ids=lambda file: file.parent.parent.name)
def test_one_file_is_what_it_is_imported_as_whatever_it_is_called(file: Path, tmp_path: Path) -> None:
    """An upload needs no name: whoever imports it says which format it is."""
    nameless = tmp_path / "import"
    nameless.write_bytes(file.read_bytes())
    chosen = FORMATS[file.parent.parent.name]

    def kinds(path: Path) -> list[type]:
        bundle = open_bundle(path, path.name)
        return [type(each) for each in read_records(chosen, bundle, SCHEMA.ontology, Notes())]

    assert kinds(nameless) == kinds(file) != []


def test_the_native_format_loses_nothing() -> None:
    sink = MemorySink()
    assert write_records(FORMATS["jsonl"], SCHEMA.ontology, [FULL], sink).lines() == ()
    (found,) = read_records(FORMATS["jsonl"], MemoryBundle(sink.files), SCHEMA.ontology, Notes())
    assert isinstance(found, Record)
    assert found.where == "line 2"
    assert found == Record(**{name: getattr(FULL, name) for name in FULL.__slots__} | {"where": "line 2"})


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "7",
        "{}",
        '{"external_id": 7}',
        '{"external_id": "a", "labels": {}}',
        '{"external_id": "a", "fields": []}',
        '{"external_id": "a", "priority": true}',
        '{"external_id": "a", "sizes": {"image": [1]}}',
        '{"external_id": "a", "sizes": {"image": [0, 1]}}',
        '{"external_id": "a", "media": {"image": "../x"}}',
        '{"external_id": "a", "votes": [{"label": {}}]}',
        '{"external_id": "a", "predictions": [7]}',
    ],
)
def test_a_wrong_line_is_refused_alone(line: str) -> None:
    found = list(
        read_records(FORMATS["jsonl"], _lines(line, '{"external_id": "b"}'), SCHEMA.ontology, Notes())
    )
    assert [type(each) for each in found] == [Refusal, Record]
    assert found[0].where == "line 1"


@pytest.mark.parametrize("header", ['{"assay": 2}', '{"assay": 1, "x": 1}'])
def test_a_header_of_another_version_refuses_the_file(header: str) -> None:
    with pytest.raises(Invalid):
        list(read_records(FORMATS["jsonl"], _lines(header), SCHEMA.ontology, Notes()))


def test_what_a_format_cannot_keep_is_counted_by_the_pipeline() -> None:
    notes = write_records(FORMATS["voc"], SCHEMA.ontology, [FULL, FULL], MemorySink())
    assert notes.lines() == (
        "2 answers to 'topic' (choice) not carried",
        "2 items' extras not carried",
        "2 items' fields not carried",
        "2 items' metadata not carried",
        "2 items' probability not carried",
        "2 items' votes not carried",
        "2 object ids not carried",
    )


def test_notes_stay_bounded() -> None:
    notes = Notes()
    for ordinal in range(2_000):
        notes.add(f"things {ordinal} dropped")
    assert len(notes.lines()) == 501
    assert "1500 other losses" in notes.lines()


def _parquet(**columns: Any) -> MemoryBundle:
    stream = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.table(columns), stream)
    return MemoryBundle({"a.parquet": stream.getvalue()})


def test_parquet_reads_plain_columns_of_other_tools() -> None:
    notes = Notes()
    bundle = _parquet(external_id=["x"], note=["n"], extra=[1], **{"label.topic": ["a"]})
    (found,) = read_records(FORMATS["parquet"], bundle, SCHEMA.ontology, notes)
    assert isinstance(found, Record)
    assert (found.item.fields, found.label) == ({"note": "n"}, {"topic": "a"})
    assert notes.lines() == ("1 columns ignored: 'extra' is no field and no question",)


def test_parquet_refuses_cells_that_are_no_scalars_and_files_without_ids() -> None:
    (found,) = read_records(
        FORMATS["parquet"], _parquet(external_id=["x"], note=[[1]]), SCHEMA.ontology, Notes()
    )
    assert isinstance(found, Refusal)
    for bundle in (_parquet(note=["n"]), MemoryBundle({"a.parquet": b"PAR1"})):
        with pytest.raises(AssayError) as caught:
            list(read_records(FORMATS["parquet"], bundle, SCHEMA.ontology, Notes()))
        assert caught.value.code == "format.invalid"


def test_parquet_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assay.formats.parquet.MAX_GROUP_BYTES", 10)
    with pytest.raises(AssayError) as caught:
        list(read_records(FORMATS["parquet"], _parquet(external_id=["x"]), SCHEMA.ontology, Notes()))
    assert (caught.value.code, caught.value.limit) == ("limit.exceeded", 10)


@given(raw=st.text(st.characters(exclude_categories=["Cs"]), max_size=300))
def test_any_name_becomes_one_the_ontology_accepts(raw: str) -> None:
    name = name_from(raw)
    assert read_name(name, "") == name
    assert name_from(raw) == name
    assert len(name) <= MAX_NAME_CHARS


def test_different_names_stay_different_and_are_counted() -> None:
    notes = Notes()
    assert len({name_from(raw, notes) for raw in ("a", " a", "a ", "a\t", "")}) == 5
    assert len(notes.lines()) == 4


@given(external_id=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=300))
def test_any_external_id_becomes_a_safe_file_name(external_id: str) -> None:
    MemoryBundle({file_stem(external_id, Notes()) + ".txt": b""})


@pytest.mark.parametrize("raw", [None, True, "", "x", "nan", "inf", "1_000", "1e10", [1], "9" * 99])
def test_what_is_no_number_is_refused(raw: Any) -> None:
    with pytest.raises(Invalid):
        number(raw, "it")


def test_numbers_keep_their_kind_and_lose_a_negative_zero() -> None:
    assert [repr(number(raw, "it")) for raw in ("7", " 7 ", "7.0", 7, 7.5, "-0.0", -0.0)] == [
        "7", "7", "7.0", "7", "7.5", "0", "0",
    ]  # fmt: skip


def test_attributes_are_implied_and_read_by_their_kind() -> None:
    implied = ImpliedClasses()
    implied.see("car", {"parked": "1", "colour": "red", "plate": "X 1", "never": "0"})
    implied.see("car", {"parked": "0", "colour": "blue"})
    (car,) = implied.classes()
    kinds = {attribute["name"]: attribute["kind"] for attribute in car["attributes"]}
    assert kinds == {"parked": "choice", "colour": "choice", "plate": "text"}
    rated = {"name": "size", "kind": "rating", "min": 0, "max": 9}
    tags = {"name": "tags", "kind": "choice", "classes": ["a", "b"], "multiple": True}
    car = {"name": "car", "attributes": [*car["attributes"], rated, tags]}
    box = {"name": "o", "kind": "box", "field": "i", "classes": [car]}
    schema = read_schema({"fields": {"i": "image"}, "questions": [box]})
    found = {"colour": "red", "size": "3", "tags": '["a"]', "plate": "X 1", "never": "0", "wheels": "4"}
    notes = Notes()
    kept = ClassTable(schema.ontology.questions[0]).keep_attributes("car", found, notes)
    assert kept == {"colour": "red", "size": 3, "tags": ["a"], "plate": "X 1"}
    assert notes.lines() == ("1 attributes 'wheels' dropped: the class does not declare it",)


def test_a_zip_and_a_folder_hold_the_same_export(tmp_path: Path) -> None:
    stream = io.BytesIO()
    packed = ZipSink(stream)
    (tmp_path / "out").mkdir()
    for sink in (packed, FolderSink(tmp_path / "out")):
        write_records(FORMATS["voc"], SCHEMA.ontology, [FULL], sink)
    packed.close()
    (tmp_path / "a.zip").write_bytes(stream.getvalue())
    bundles = [open_bundle(tmp_path / "a.zip", "a.zip"), open_bundle(tmp_path / "out", "out")]
    found = [list(read_records(FORMATS["voc"], bundle, SCHEMA.ontology, Notes())) for bundle in bundles]
    assert found[0] == found[1]
    bundles[0].close()
    with zipfile.ZipFile(stream) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_a_folder_is_never_overwritten(tmp_path: Path) -> None:
    for_once = FolderSink(tmp_path)
    write_records(FORMATS["coco"], SCHEMA.ontology, [FULL], for_once)
    with pytest.raises(FileExistsError):
        write_records(FORMATS["coco"], SCHEMA.ontology, [FULL], for_once)


def test_one_stream_takes_one_file() -> None:
    stream = io.BytesIO()
    write_records(FORMATS["coco"], SCHEMA.ontology, [FULL], StreamSink(stream))
    assert len(json.loads(stream.getvalue())["images"]) == 1
    with pytest.raises(AssayError) as caught:
        write_records(FORMATS["yolo"], SCHEMA.ontology, [FULL], StreamSink(io.BytesIO()))
    assert caught.value.code == "format.unsupported"
