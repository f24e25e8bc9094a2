"""YOLO: ``data.yaml`` and one text file of normalised shapes for each image (docs/spec/formats.md, "YOLO").

A line is a class's number and fractions of the image's width and height (:mod:`assay.formats.yolo_lines`).
Turning them into pixels needs the image's size: what the project knows, or the image's
header when it stands in the bundle. An empty file says *found none*; a missing file, *not answered*.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from assay.domain.item import NewItem
from assay.domain.ontology import Ontology
from assay.errors import Invalid
from assay.formats.bundle import Bundle
from assay.formats.format import Found, Notes, Reader, Record, Source, Writer
from assay.formats.image_header import IMAGE_ENDINGS, read_image_size
from assay.formats.json_stream import read_lines
from assay.formats.objects import (
    ClassTable,
    field_of,
    file_stem,
    first_question,
    media_name,
    name_from,
    number,
    without_ending,
)
from assay.formats.sink import Sink
from assay.formats.yaml import read_yaml, write_yaml
from assay.formats.yolo_lines import line_of

_IMAGES, _LABELS = "images/", "labels/"


@dataclass(frozen=True, kw_only=True)
class Yolo:
    """See the module. ``kind`` is the label kind of its one question."""

    name: str
    title: str
    kind: str
    media_folder: str = _IMAGES
    writes: bool = True
    keeps: frozenset[str] = frozenset({"unanswered"})

    @property
    def kinds(self) -> frozenset[str] | None:
        """See ``Format.kinds``."""
        return frozenset({self.kind})

    def imply_ontology(self, bundle: Bundle) -> dict[str, Any] | None:
        """See ``Format.imply_ontology``: the classes that ``data.yaml`` names."""
        document = _read_settings(bundle)
        classes = list(dict.fromkeys(_class_names(document, Notes()).values()))
        question = {"name": "objects", "kind": self.kind, "field": "image", "classes": classes}
        options = line_of(self.kind, None, document).options()
        return {"fields": {"image": "image"}, "questions": [question | options]}

    def carries(self, ontology: Ontology) -> tuple[str, ...]:
        """The first question of the kind."""
        question = first_question(ontology, self.kind)
        return (question.name,) if question is not None else ()

    def reader(self, source: Source) -> Reader:
        """See ``Format.reader``."""
        return _Reader(self.kind, source)

    def writer(self, sink: Sink, ontology: Ontology, notes: Notes) -> Writer:
        """See ``Format.writer``."""
        return _Writer(self.kind, sink, ontology, notes)


class _Reader:
    def __init__(self, kind: str, source: Source) -> None:
        self._source = source
        self._question = first_question(source.ontology, kind)
        self._field = field_of(source.ontology, self._question, "image")
        document = _read_settings(source.bundle)
        self._classes = _class_names(document, source.notes)
        self._line = line_of(kind, self._question, document)
        root = _settings(source.bundle).rpartition("/")[0]
        self._root = root + "/" if root else ""

    def records(self) -> Iterator[Found]:
        images = dict(self._below(_IMAGES, IMAGE_ENDINGS))
        labels = dict(self._below(_LABELS, (".txt",)))
        if not images and not labels:
            raise Invalid("format.invalid", "the bundle holds neither images/ nor labels/")
        for stem in sorted(images.keys() | labels.keys()):
            where = labels.get(stem) or images[stem]
            yield Found(where=where, raw=(stem, images.get(stem), labels.get(stem)))

    def _below(self, folder: str, endings: tuple[str, ...]) -> Iterator[tuple[str, str]]:
        """(name below the folder without its ending, the bundle's name), for files with one of the
        endings."""
        for name in self._source.bundle.names:
            if name.startswith(self._root + folder) and name.lower().endswith(endings):
                yield without_ending(name.removeprefix(self._root + folder)), name

    def decode(self, found: Found) -> Record:
        stem, image, label_file = found.raw
        size = self._source.image_size(stem)
        if size is None and image is not None:
            with closing(self._source.bundle.open(image)) as stream:
                size = read_image_size(stream, image)
        label = None
        if label_file is not None and self._question is None:
            self._source.notes.add("label files dropped: no question takes them")
        elif label_file is not None and self._question is not None:
            label = {self._question.name: self._objects(label_file, size)}
        return Record(
            item=NewItem(external_id=stem, fields={}),
            label=label,
            media={self._field: image} if image is not None else {},
            sizes={self._field: size} if size is not None else {},
        )

    def _objects(self, label_file: str, size: tuple[int, int] | None) -> list[dict[str, Any]]:
        objects: list[dict[str, Any]] = []
        with closing(self._source.bundle.open(label_file)) as stream:
            for line_number, text in read_lines(stream):
                if size is None:
                    raise Invalid("format.invalid", "the image's size is not known: send the image too")
                try:
                    shape = self._shape(text.split(), size)
                except Invalid as error:
                    raise Invalid(
                        error.code, f"line {line_number}: {error.detail}", limit=error.limit
                    ) from None
                if shape is not None:
                    objects.append({"id": str(line_number)} | shape)
        return objects

    def _shape(self, words: list[str], size: tuple[int, int]) -> dict[str, Any] | None:
        class_name = self._classes.get(words[0])
        if class_name is None:
            raise Invalid("format.invalid", f"the class number {ascii(words[0])[:40]} is not in data.yaml")
        values = [number(word, "a coordinate") for word in words[1:]]
        shape = self._line.read(values, size, self._source.notes)
        return {"class": class_name} | shape if shape is not None else None


class _Writer:
    def __init__(self, kind: str, sink: Sink, ontology: Ontology, notes: Notes) -> None:
        self._sink, self._notes = sink, notes
        question = first_question(ontology, kind)
        self._line = line_of(kind, question)
        self._question = question.name if question is not None else ""
        self._field = field_of(ontology, question, "image")
        names = ClassTable(question).names
        self._numbers = {name: index for index, name in enumerate(names)}
        settings = {"path": ".", "train": "images", "val": "images", "names": dict(enumerate(names))}
        settings |= self._line.settings(names, notes)
        with sink.open("data.yaml") as out:
            out.write(write_yaml(settings))

    def write(self, record: Record) -> None:
        if not record.label or self._question not in record.label:
            return
        objects = record.label[self._question]
        size = record.sizes.get(self._field)
        if size is None and objects:
            self._notes.add("items left out: the image's size is not known")
            return
        self._notes.add("object ids not carried", len(objects))
        self._notes.add("attributes not carried", sum(len(each.get("attributes", ())) for each in objects))
        name = media_name(record, self._field, _IMAGES)
        stem = without_ending(name) if name is not None else file_stem(record.item.external_id, self._notes)
        if stem != record.item.external_id:
            self._notes.add("items renamed: YOLO knows an item by its image's name")
        with self._sink.open(f"{_LABELS}{stem}.txt") as out:
            for each in objects:
                for values in self._line.write(each, size or (1, 1), self._notes):
                    words = [str(self._numbers[each["class"]]), *map(_word, values)]
                    out.write((" ".join(words) + "\n").encode())

    def close(self) -> None:
        """Every file is whole already."""


def _settings(bundle: Bundle) -> str:
    found = [name for name in bundle.names if name.rpartition("/")[2] in ("data.yaml", "dataset.yaml")]
    if len(found) != 1:
        raise Invalid("format.invalid", f"a YOLO bundle has one data.yaml; found {len(found)}")
    return found[0]


def _read_settings(bundle: Bundle) -> dict[str, Any]:
    settings = _settings(bundle)
    with closing(bundle.open(settings)) as stream:
        document = read_yaml(stream, settings)
    if not isinstance(document, dict):
        raise Invalid("format.invalid", "data.yaml has no names")
    return document


def _class_names(document: Mapping[str, Any], notes: Notes) -> dict[str, str]:
    """Class names by the number that lines use, from ``names``: a list, or a mapping by number."""
    names = document.get("names")
    if isinstance(names, list):
        names = {str(index): name for index, name in enumerate(names)}
    if not isinstance(names, dict) or not names or not all(isinstance(name, str) for name in names.values()):
        raise Invalid("format.invalid", "data.yaml has no names")
    return {str(index): name_from(name, notes) for index, name in names.items()}


def _word(value: float | int) -> str:
    """Visibilities are whole, all else are fractions."""
    return str(value) if isinstance(value, int) else repr(value)
