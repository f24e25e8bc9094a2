"""Real data: forty VOC photographs and the WNUT 2017 development set."""

from __future__ import annotations

from pathlib import Path

import pytest

from assay.domain.item import FieldFacts
from assay.formats import FORMATS
from assay.formats.bundle import FolderBundle, MemoryBundle
from assay.formats.format import Notes, Record
from assay.formats.pipeline import read_records, write_records
from assay.formats.sink import MemorySink
from assay.labels.schema import Schema, read_schema

FIXTURES = Path(__file__).parents[2] / "fixtures"


def _records(name: str, bundle: FolderBundle | MemoryBundle) -> tuple[Schema, list[Record]]:
    chosen = FORMATS[name]
    schema = read_schema(chosen.imply_ontology(bundle))
    found = list(read_records(chosen, bundle, schema.ontology, Notes()))
    records = [record for record in found if isinstance(record, Record)]
    assert len(records) == len(found)
    return schema, records


@pytest.fixture(scope="module")
def raccoons() -> tuple[Schema, list[Record]]:
    return _records("voc", FolderBundle(FIXTURES / "raccoon"))


def test_raccoon_boxes_are_read_inside_their_images(raccoons: tuple[Schema, list[Record]]) -> None:
    schema, records = raccoons
    assert len(records) == 40
    assert sum(len((record.label or {})["objects"]) for record in records) == 43
    for record in records:
        width, height = record.sizes["image"]
        schema.check(record.label, {"image": FieldFacts(type="image", width=width, height=height)})
        assert record.media["image"] == f"images/{record.item.external_id}.jpg"


@pytest.mark.parametrize("name", ["coco", "voc", "yolo"])
def test_raccoon_boxes_survive_a_format_exactly(raccoons: tuple[Schema, list[Record]], name: str) -> None:
    schema, records = raccoons
    sink = MemorySink()
    write_records(FORMATS[name], schema.ontology, records, sink)
    sizes = {
        record.media["image"][len("images/") : -len(".jpg")]: record.sizes["image"] for record in records
    }
    found = read_records(FORMATS[name], MemoryBundle(sink.files), schema.ontology, Notes(), sizes.get)
    back = {tuple(_boxes(record)) for record in found if isinstance(record, Record)}
    assert back == {tuple(_boxes(record)) for record in records}


def _boxes(record: Record) -> list[tuple[float, ...]]:
    return [tuple(round(value, 6) for value in each["box"]) for each in (record.label or {})["objects"]]


def test_wnut_comes_back_byte_for_byte() -> None:
    original = (FIXTURES / "wnut17" / "emerging.dev.conll").read_bytes()
    schema, records = _records("conll", MemoryBundle({"emerging.dev.conll": original}))
    assert len(records) == 1009
    for record in records:
        schema.check(record.label, {"text": FieldFacts(type="text", text=record.item.fields["text"])})
    sink = MemorySink()
    write_records(FORMATS["conll"], schema.ontology, records, sink)
    assert sink.files["labels.conll"] == original
