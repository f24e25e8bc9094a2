"""COCO: boxes, outlines, masks and keypoints of images in one JSON file (docs/spec/formats.md, "COCO").

What one annotation says is :mod:`assay.formats.coco_shapes`'s; here are the file and its lists. Images and
annotations may come in any order, so an import joins them in a private temporary database on disk.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass
from typing import Any

from assay.domain.item import NewItem
from assay.domain.ontology import Ontology
from assay.errors import Invalid
from assay.formats.bundle import Bundle, only_file
from assay.formats.coco_shapes import (
    KINDS,
    ROTATION,
    Category,
    ImpliedKeypoints,
    Questions,
    implied_kinds,
    read_category,
    read_shapes,
    says_rotation,
    write_shape,
)
from assay.formats.format import Found, Notes, Reader, Record, Source, Writer
from assay.formats.json_stream import read_value, stream_elements, write_value
from assay.formats.objects import (
    ImpliedClasses,
    attribute_text,
    expect,
    find_media,
    media_name,
    number,
    object_probability,
)
from assay.formats.sink import Sink, Spool

_STREAMED = ("images", "annotations", "categories")
_FOLDERS = ("images/", "")


@dataclass(frozen=True, kw_only=True)
class Coco:
    """See the module."""

    name: str = "coco"
    title: str = "COCO instances"
    media_folder: str = "images/"
    kinds: frozenset[str] | None = frozenset(KINDS)
    writes: bool = True
    keeps: frozenset[str] = frozenset({"ids", "attributes", "probability", "sizes"})

    def imply_ontology(self, bundle: Bundle) -> dict[str, Any] | None:
        """See ``Format.imply_ontology``. A question of each kind that any annotation is of, with all
        categories."""
        categories: dict[str, Category] = {}
        seen: dict[str, ImpliedClasses] = {}
        kinds: set[str] = set()
        implied = ImpliedKeypoints()
        with closing(bundle.open(only_file(bundle, (".json",), self.title))) as stream:
            for key, element in stream_elements(stream, _STREAMED):
                if key == "categories":
                    categories[_key(element, "id")] = read_category(element)
                    implied.see_category(element)
                elif key == "annotations":
                    category_seen = seen.setdefault(_key(element, "category_id"), ImpliedClasses())
                    told = _attributes(element)
                    if says_rotation(element):
                        del told[ROTATION]
                    category_seen.see("", told)
                    kinds |= implied_kinds(element)
                    implied.see(element)
        classes = ImpliedClasses()
        for category_id, category in categories.items():
            classes.see(category.name)
            if category_id in seen:
                classes.join(category.name, seen[category_id], "")
        if not categories or not kinds:
            return None
        named = {"field": "image", "classes": classes.classes()}
        questions = [
            {"name": kind, "kind": kind} | named | (implied.options() if kind == "keypoints" else {})
            for kind in sorted(kinds)
        ]
        return {"fields": {"image": "image"}, "questions": questions}

    def carries(self, ontology: Ontology) -> tuple[str, ...]:
        """The first question of each kind that has a place here."""
        return tuple(Questions(ontology).kinds)

    def reader(self, source: Source) -> Reader:
        """See ``Format.reader``."""
        return _Reader(source)

    def writer(self, sink: Sink, ontology: Ontology, notes: Notes) -> Writer:
        """See ``Format.writer``."""
        return _Writer(sink, ontology, notes)


class _Reader:
    def __init__(self, source: Source) -> None:
        self._source = source
        self._questions = Questions(source.ontology)
        self._names = frozenset(source.bundle.names)
        # Images stand beside the file, or beside the folder the file stands in.
        beside = only_file(source.bundle, (".json",), "COCO").rpartition("/")[0]
        above = beside.rpartition("/")[0]
        roots = dict.fromkeys(("", beside and beside + "/", above and above + "/"))
        self._folders = tuple(root + folder for root in roots for folder in _FOLDERS)
        self._categories: dict[str, Category] = {}

    def records(self) -> Iterator[Found]:
        with closing(sqlite3.connect("", check_same_thread=False)) as joined:
            joined.execute("CREATE TABLE image (id TEXT UNIQUE, found TEXT)")
            joined.execute("CREATE TABLE annotation (image TEXT, found TEXT)")
            self._fill(joined)
            joined.execute("CREATE INDEX annotation_by_image ON annotation (image)")
            orphans = joined.execute(
                "SELECT count(*) FROM annotation WHERE image NOT IN (SELECT id FROM image)"
            ).fetchone()[0]
            self._source.notes.add("annotations dropped: their image is not listed", orphans)
            for image_id, found in joined.execute("SELECT id, found FROM image ORDER BY rowid"):
                rows = joined.execute(
                    "SELECT found FROM annotation WHERE image = ? ORDER BY rowid", (image_id,)
                )
                yield Found(where=f"image {image_id}", raw=(found, [row[0] for row in rows]))

    def _fill(self, joined: sqlite3.Connection) -> None:
        bundle = self._source.bundle
        with closing(bundle.open(only_file(bundle, (".json",), "COCO"))) as stream:
            for key, element in stream_elements(stream, _STREAMED):
                if key == "categories":
                    category = read_category(element, self._source.notes)
                    self._categories[_key(element, "id")] = category
                elif key == "images":
                    if (
                        joined.execute(
                            "INSERT OR IGNORE INTO image VALUES (?, ?)",
                            (_key(element, "id"), write_value(element)),
                        ).rowcount
                        == 0
                    ):
                        raise Invalid("format.invalid", f"the image id {_key(element, 'id')} stands twice")
                elif key == "annotations":
                    joined.execute(
                        "INSERT INTO annotation VALUES (?, ?)",
                        (_key(element, "image_id"), write_value(element)),
                    )

    def decode(self, found: Found) -> Record:
        image = read_value(found.raw[0])
        wanted = expect(image.get("file_name"), str, "file_name")
        label: dict[str, list[dict[str, Any]]] = {name: [] for name in self._questions.tables}
        probability: dict[str, dict[str, float]] = {}
        for text in found.raw[1]:
            self._read_annotation(read_value(text), label, probability)
        sizes = {}
        if image.get("width") and image.get("height"):
            sizes[self._questions.field] = (
                expect(image["width"], int, "width"),
                expect(image["height"], int, "height"),
            )
        external_id = expect(image.get("external_id", wanted), str, "external_id")
        return Record(
            item=NewItem(external_id=external_id, fields={}),
            label=label,
            probability=probability,
            media={self._questions.field: find_media(self._names, wanted, self._folders)},
            sizes=sizes,
        )

    def _read_annotation(
        self,
        annotation: Mapping[str, Any],
        label: dict[str, list[dict[str, Any]]],
        probability: dict[str, dict[str, float]],
    ) -> None:
        notes = self._source.notes
        category = self._categories.get(_key(annotation, "category_id"))
        if category is None:
            raise Invalid("format.invalid", "an annotation names a category that is not listed")
        shapes = read_shapes(annotation, category, self._questions, notes)
        told = _attributes(annotation)
        if says_rotation(annotation, shapes):
            del told[ROTATION]
        for question, shape in shapes:
            object_id = attribute_text(
                annotation.get("object_id", annotation.get("id", len(label[question])))
            )
            attributes = self._questions.tables[question].keep_attributes(category.name, told, notes)
            each = {"id": object_id, "class": category.name} | shape
            label[question].append(each | ({"attributes": attributes} if attributes else {}))
            if "score" in annotation:
                probability.setdefault(question, {})[object_id] = number(annotation["score"], "score")


class _Writer:
    def __init__(self, sink: Sink, ontology: Ontology, notes: Notes) -> None:
        self._notes = notes
        self._questions = Questions(ontology)
        self._exit = ExitStack()
        self._out = self._exit.enter_context(sink.open("annotations.json"))
        self._annotations = Spool()
        self._n_images = self._n_annotations = 0
        parents: dict[str, str] = {}
        for table in self._questions.tables.values():
            parents |= {name: table.parents.get(name, name) for name in table.names}
        self._categories = {name: index for index, name in enumerate(parents, start=1)}
        asked = self._questions
        skeleton = {"keypoints": list(asked.keypoints), "skeleton": asked.bones} if asked.keypoints else {}
        posed = asked.tables[asked.by_kind["keypoints"].name].names if skeleton else ()
        listed = [
            {"id": index, "name": name, "supercategory": parents[name]} | (skeleton if name in posed else {})
            for name, index in self._categories.items()
        ]
        self._out.write(f'{{"info":{{}},"licenses":[],"categories":{write_value(listed)},"images":['.encode())

    def write(self, record: Record) -> None:
        answers = record.label or {}
        label = {name: answers[name] for name in self._questions.tables if name in answers}
        if not label:
            self._notes.add("items left out: nobody answered")
            return
        self._n_images += 1
        field = self._questions.field
        name = media_name(record, field, _FOLDERS[0]) or record.item.external_id
        image: dict[str, Any] = {"id": self._n_images, "file_name": name}
        if field in record.sizes:
            image["width"], image["height"] = record.sizes[field]
        else:
            self._notes.add("images written without their size: it is not known")
        image["external_id"] = record.item.external_id
        self._out.write((("," if self._n_images > 1 else "") + "\n" + write_value(image)).encode())
        for question, objects in label.items():
            for each in objects:
                self._write_object(record, question, each)

    def _write_object(self, record: Record, question: str, each: Mapping[str, Any]) -> None:
        self._n_annotations += 1
        attributes = dict(each.get("attributes", {}))
        crowd = attributes.pop("iscrowd", "0")
        annotation: dict[str, Any] = {
            "id": self._n_annotations,
            "image_id": self._n_images,
            "category_id": self._categories[each["class"]],
            **write_shape(each, self._notes),
            "iscrowd": 1 if crowd == "1" else 0,
            "object_id": each["id"],
        }
        if attributes:
            annotation["attributes"] = attributes
        score = object_probability(record, question, each["id"])
        if score is not None:
            annotation["score"] = score
        self._annotations.write(
            (("," if self._n_annotations > 1 else "") + "\n" + write_value(annotation)).encode()
        )

    def close(self) -> None:
        self._out.write(b'\n],"annotations":[')
        self._annotations.pour(self._out)
        self._out.write(b"\n]}\n")
        self._exit.close()


def _key(element: Any, key: str) -> str:
    """An id as COCO files write it, a number or a string, told apart."""
    return write_value(expect(expect(element, dict, "an entry").get(key), (int, str), key))


def _attributes(annotation: Mapping[str, Any]) -> dict[str, str]:
    """Attributes as text, ``iscrowd`` among them."""
    found = annotation.get("attributes") or {}
    texts = {
        name: attribute_text(value)
        for name, value in expect(found, dict, "attributes").items()
        if isinstance(value, str | int | float | list)
    }
    if "iscrowd" in annotation:
        texts["iscrowd"] = "1" if annotation["iscrowd"] else "0"
    return texts
