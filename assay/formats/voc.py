"""Pascal VOC: one XML file with boxes for each image (docs/spec/formats.md, "Pascal VOC").

Corners count pixels from 1 and include the last one: a box over the first pixel only is (1, 1, 1, 1). So
``xmin = x + 1`` and ``xmax = x + width``; fractions are kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape

from assay.domain.item import NewItem
from assay.domain.ontology import Ontology
from assay.errors import Invalid
from assay.formats.bundle import Bundle, files_ending
from assay.formats.format import Found, Notes, Reader, Record, Source, Writer
from assay.formats.objects import (
    ClassTable,
    ImpliedClasses,
    attribute_text,
    field_of,
    file_stem,
    find_media,
    first_question,
    media_name,
    name_from,
    number,
    without_ending,
)
from assay.formats.sink import Sink
from assay.formats.xml import child_text, leaf, read_xml

_FOLDER = "Annotations/"
_BELOW = re.compile(r"(.*/)??annotations/(.+)", re.IGNORECASE)
_IMAGES = ("JPEGImages/", "images/", "")
_OWN = ("pose", "truncated", "difficult", "occluded")
_DEFAULT = {"pose": "Unspecified", "truncated": "0", "difficult": "0"}
"""What tools expect every object to say; not written where the class asks for it and it was not answered."""


@dataclass(frozen=True, kw_only=True)
class PascalVoc:
    """See the module."""

    name: str = "voc"
    title: str = "Pascal VOC"
    media_folder: str = "JPEGImages/"
    kinds: frozenset[str] | None = frozenset({"box"})
    writes: bool = True
    keeps: frozenset[str] = frozenset({"attributes", "sizes", "unanswered"})

    def imply_ontology(self, bundle: Bundle) -> dict[str, Any] | None:
        """See ``Format.imply_ontology``."""
        implied = ImpliedClasses()
        for name in _documents(bundle):
            for found in _read_document(bundle, name).iterfind("object"):
                implied.see(name_from(child_text(found, "name") or ""), _attributes(found))
        classes = implied.classes()
        if not classes:
            return None
        question = {"name": "objects", "kind": "box", "field": "image", "classes": classes}
        return {"fields": {"image": "image"}, "questions": [question]}

    def carries(self, ontology: Ontology) -> tuple[str, ...]:
        """The first box question."""
        question = first_question(ontology, "box")
        return (question.name,) if question is not None else ()

    def reader(self, source: Source) -> Reader:
        """See ``Format.reader``."""
        return _Reader(source)

    def writer(self, sink: Sink, ontology: Ontology, notes: Notes) -> Writer:
        """See ``Format.writer``."""
        return _Writer(sink, ontology, notes)


class _Reader:
    def __init__(self, source: Source) -> None:
        self._source = source
        self._question = first_question(source.ontology, "box")
        self._field = field_of(source.ontology, self._question, "image")
        self._classes = ClassTable(self._question)
        self._names = frozenset(source.bundle.names)

    def records(self) -> Iterator[Found]:
        for name in _documents(self._source.bundle):
            yield Found(where=name, raw=name)

    def decode(self, found: Found) -> Record:
        root = _read_document(self._source.bundle, found.raw)
        objects = [
            self._object(each, ordinal) for ordinal, each in enumerate(root.iterfind("object"), start=1)
        ]
        if self._question is None:
            self._source.notes.add("boxes dropped: no question takes them", len(objects))
        wanted = child_text(root, "filename")
        above, external_id = _place(found.raw)
        folders = tuple(above + folder for folder in _IMAGES)
        return Record(
            item=NewItem(external_id=external_id, fields={}),
            label={self._question.name: objects} if self._question is not None else None,
            media={self._field: find_media(self._names, wanted, folders)} if wanted else {},
            sizes=self._sizes(root),
        )

    def _sizes(self, root: Element) -> dict[str, tuple[int, int]]:
        texts = [child_text(root, f"size/{side}") for side in ("width", "height")]
        if any(text in (None, "0") for text in texts):
            return {}
        width, height = (number(text, "size") for text in texts)
        if not isinstance(width, int) or not isinstance(height, int) or width < 0 or height < 0:
            raise Invalid("format.invalid", "a size is whole pixels")
        return {self._field: (width, height)}

    def _object(self, found: Element, ordinal: int) -> dict[str, Any]:
        notes = self._source.notes
        class_name = name_from(child_text(found, "name") or "", notes)
        notes.add("objects' parts dropped", len(found.findall("part")))
        x_min, y_min, x_max, y_max = (
            number(child_text(found, f"bndbox/{corner}"), corner)
            for corner in ("xmin", "ymin", "xmax", "ymax")
        )
        attributes = self._classes.keep_attributes(class_name, _attributes(found), notes)
        box = [x_min - 1, y_min - 1, x_max - x_min + 1, y_max - y_min + 1]
        read = {"id": str(ordinal), "class": class_name, "box": box}
        return read | ({"attributes": attributes} if attributes else {})


class _Writer:
    def __init__(self, sink: Sink, ontology: Ontology, notes: Notes) -> None:
        self._sink, self._notes = sink, notes
        question = first_question(ontology, "box")
        self._question = question.name if question is not None else ""
        self._field = field_of(ontology, question, "image")
        self._classes = ClassTable(question)

    def write(self, record: Record) -> None:
        if not record.label or self._question not in record.label:
            self._notes.add("items left out: nobody answered")
            return
        objects = record.label[self._question]
        self._notes.add("object ids not carried", len(objects))
        stem = file_stem(record.item.external_id, self._notes)
        name = media_name(record, self._field, _IMAGES[0]) or stem
        with self._sink.open(f"{_FOLDER}{stem}.xml") as out:
            out.write("".join(self._lines(record, name, objects)).encode())

    def _lines(self, record: Record, name: str, objects: list[Mapping[str, Any]]) -> Iterator[str]:
        width, height = record.sizes.get(self._field, (0, 0))
        if not width:
            self._notes.add("images written without their size: it is not known")
        yield "<annotation>\n" + leaf("folder", "JPEGImages", 1) + leaf("filename", name, 1)
        yield "  <size>\n" + leaf("width", str(width), 2) + leaf("height", str(height), 2) + "  </size>\n"
        yield leaf("segmented", "0", 1)
        for each in objects:
            yield from _object_lines(each, self._classes.declared(each["class"]))
        yield "</annotation>\n"

    def close(self) -> None:
        """Every file is whole already."""


def _documents(bundle: Bundle) -> list[str]:
    return files_ending(bundle, (".xml",))


def _read_document(bundle: Bundle, name: str) -> Element:
    with closing(bundle.open(name)) as stream:
        root = read_xml(stream, name)
    if root.tag != "annotation":
        raise Invalid("format.invalid", f"{ascii(name)[:200]} is no <annotation>")
    return root


def _place(name: str) -> tuple[str, str]:
    """(the folder that ``Annotations/`` stands in, the file's name below that, without its ending)."""
    found = _BELOW.fullmatch(name)
    return (found[1] or "", without_ending(found[2])) if found else ("", without_ending(name))


def _attributes(found: Element) -> dict[str, str]:
    """VOC's own flags, and the ``<attributes>`` that some tools add."""
    texts = {name: child_text(found, name) for name in _OWN}
    attributes = {name: text for name, text in texts.items() if text is not None}
    for each in found.iterfind("attributes/attribute"):
        name = child_text(each, "name")
        if name is not None:
            attributes[name] = each.findtext("value") or ""
    return attributes


def _object_lines(each: Mapping[str, Any], declared: frozenset[str]) -> Iterator[str]:
    unasked = {name: value for name, value in _DEFAULT.items() if name not in declared}
    attributes = unasked | dict(each.get("attributes", {}))
    x, y, width, height = each["box"]
    yield "  <object>\n" + leaf("name", each["class"], 2)
    for name in _OWN:
        if name in attributes:
            yield leaf(name, attribute_text(attributes.pop(name)), 2)
    yield "    <bndbox>\n"
    for corner, value in zip(
        ("xmin", "ymin", "xmax", "ymax"), (x + 1, y + 1, x + width, y + height), strict=True
    ):
        yield leaf(corner, repr(value), 3)
    yield "    </bndbox>\n"
    if attributes:
        yield "    <attributes>\n"
        for name, value in attributes.items():
            pair = f"<name>{escape(name)}</name><value>{escape(attribute_text(value))}</value>"
            yield f"      <attribute>{pair}</attribute>\n"
        yield "    </attributes>\n"
    yield "  </object>\n"
