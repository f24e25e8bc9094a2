"""What formats of shapes and spans share: classes and their names, attributes, media, numbers."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterable, Mapping
from typing import Any

from assay.domain.ontology import MAX_NAME_CHARS, Ontology, Question, read_name
from assay.errors import AssayError, Invalid
from assay.formats.bundle import check_name
from assay.formats.format import Notes, Record
from assay.formats.json_stream import read_value, write_value
from assay.labels.classes import read_classes

MAX_COORDINATE = 1e9
_MAX_VALUES = 200
URL_SCHEMES = ("asset:", "mount:", "https:", "http:", "s3:", "gs:", "az:")
_FLAGS = {"1": {"0"}, "true": {"false"}}
"""What a flag that was only seen set is when it is not."""

_UNSET = frozenset({"", "0", "false", "Unspecified"})
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
_NOT_FILE = re.compile(r"[^A-Za-z0-9._-]+")


def first_question(ontology: Ontology, kind: str) -> Question | None:
    """The first question of a kind: the one a format with room for a single one carries."""
    return next((question for question in ontology.questions if question.kind == kind), None)


def field_of(ontology: Ontology, question: Question | None, field_type: str) -> str:
    """The field a question is asked of, or the first of the type, or the type's own name."""
    if question is not None and question.field is not None:
        return question.field
    return next((name for name, found in ontology.fields.items() if found == field_type), field_type)


class ClassTable:
    """A question's classes, in order, with the attributes each declares."""

    def __init__(self, question: Question | None) -> None:
        raw = question.options.get("classes", []) if question is not None else []
        found = read_classes(raw, "/classes", keys=frozenset({"attributes"}), at_least=0)
        self.names = tuple(found)
        self.parents = {name: each.path[-2] for name, each in found.items() if len(each.path) > 1}
        self._attributes: dict[str, dict[str, Mapping[str, Any]]] = {
            name: {attribute["name"]: attribute for attribute in each.options.get("attributes", ())}
            for name, each in found.items()
        }

    def declared(self, class_name: str) -> frozenset[str]:
        """The names of a class's attributes."""
        return frozenset(self._attributes.get(class_name, ()))

    def keep_attributes(self, class_name: str, found: Mapping[str, str], notes: Notes) -> dict[str, Any]:
        """The attributes that the class declares, as values; others are counted, but for flags not set."""
        kept: dict[str, Any] = {}
        for raw_name, text in found.items():
            attribute = self._attributes.get(class_name, {}).get(name_from(raw_name))
            if attribute is not None:
                kept[name_from(raw_name)] = _attribute_value(attribute, text, notes)
            elif text not in _UNSET:
                notes.add(f"attributes {raw_name[:100]!r} dropped: the class does not declare it")
        return kept


def attribute_text(value: Any) -> str:
    """An attribute's value as text: texts as they are, all else as JSON writes it."""
    return value if isinstance(value, str) else write_value(value)


def _attribute_value(attribute: Mapping[str, Any], text: str, notes: Notes) -> Any:
    if attribute["kind"] == "text":
        return text
    if attribute["kind"] == "rating":
        return number(text, attribute["name"])
    if attribute.get("multiple"):
        return [name_from(each, notes) for each in expect(read_value(text), list, attribute["name"])]
    return name_from(text, notes)


class ImpliedClasses:
    """Classes gathered from a file, with the attributes and values that were seen."""

    def __init__(self) -> None:
        self._seen: dict[str, dict[str, set[str]]] = {}

    def see(self, class_name: str, attributes: Mapping[str, str] | None = None) -> None:
        """One object of this class; without attributes, just the class."""
        known = self._seen.setdefault(class_name, {})
        for name, value in (attributes or {}).items():
            values = known.setdefault(name_from(name), set())
            if len(values) <= _MAX_VALUES:
                values.add(value)

    def join(self, class_name: str, other: ImpliedClasses, other_name: str) -> None:
        """Add what another gathering saw of one of its classes."""
        for attribute, values in other._seen.get(other_name, {}).items():
            for value in sorted(values):
                self.see(class_name, {attribute: value})

    def classes(self) -> list[Any]:
        """As an ontology writes them, in the order seen. A flag that is never set implies no attribute; one
        value only, or very many, imply a text."""
        written: list[Any] = []
        for name, seen in self._seen.items():
            asked = [_implied(attribute, seen[attribute]) for attribute in seen if seen[attribute] - _UNSET]
            written.append({"name": name, "attributes": asked} if asked else name)
        return written


def _implied(attribute: str, values: set[str]) -> dict[str, Any]:
    if len(values) == 1:
        values = values | _FLAGS.get(next(iter(values)), set())
    if 2 <= len(values) <= _MAX_VALUES:
        return {
            "name": attribute,
            "kind": "choice",
            "classes": sorted({name_from(value) for value in values}),
        }
    return {"name": attribute, "kind": "text"}


def name_from(raw: Any, notes: Notes | None = None) -> str:
    """A class or question name our ontology accepts: ``raw`` itself, or what is left of it and a hash of it.

    Deterministic, and different for different ``raw``. Counts what it had to change.
    """
    text = raw if isinstance(raw, str) else str(raw)
    try:
        return read_name(text, "")
    except AssayError:
        digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
        cleaned = _CONTROL.sub(" ", text).strip()[: MAX_NAME_CHARS - 9].strip()
        if notes is not None:
            notes.add(f"uses of a name that is not allowed here, written {cleaned}~{digest}")
        return f"{cleaned}~{digest}"


def file_stem(external_id: str, notes: Notes) -> str:
    """A file name without ending for an item: its external id, or a safe form with a hash when that is
    unsafe."""
    try:
        return check_name(external_id)
    except AssayError:
        notes.add("items renamed: their external id is no safe file name")
        digest = hashlib.sha256(external_id.encode("utf-8", "surrogatepass")).hexdigest()[:8]
        return f"{_NOT_FILE.sub('_', external_id).strip('._')[:100]}~{digest}"


def without_ending(name: str) -> str:
    """A path less the ending of its last part."""
    folder, slash, last = name.rpartition("/")
    stem, dot, _ = last.rpartition(".")
    return folder + slash + (stem if dot and stem else last)


def media_name(record: Record, field: str, folder: str = "") -> str | None:
    """The media file's name below ``folder``, once it is seen to be safe."""
    name = record.media.get(field)
    return check_name(name.removeprefix(folder)) if name is not None else None


def find_media(names: Iterable[str], wanted: str, folders: tuple[str, ...]) -> str:
    """The bundle's name for a media file that a label file calls ``wanted``; ``wanted`` when it is elsewhere.

    ``names`` answers ``in`` quickly.
    """
    check_name(wanted)
    return next((folder + wanted for folder in folders if folder + wanted in names), wanted)


def number(raw: Any, what: str) -> float | int:
    """A finite number from JSON or text, never −0. Raises ``Invalid`` (``format.invalid``)."""
    try:
        value = raw if isinstance(raw, int | float) and not isinstance(raw, bool) else _parse(raw)
    except ValueError:
        raise Invalid("format.invalid", f"{what} is no number: {ascii(raw)[:80]}") from None
    if not math.isfinite(value) or abs(value) > MAX_COORDINATE:
        raise Invalid("format.invalid", f"{what} is out of range: {ascii(raw)[:80]}", limit=MAX_COORDINATE)
    return value if value else 0


def _parse(raw: Any) -> float | int:
    if not isinstance(raw, str) or len(raw) > 64 or "_" in raw:
        raise ValueError("not a number")
    return int(raw) if re.fullmatch(r"\s*[+-]?[0-9]+\s*", raw) else float(raw)


def outer_rings(polygon: Mapping[str, Any], notes: Notes) -> list[list[list[float]]]:
    """The outline of each part of a polygon object; holes are counted as dropped."""
    parts = polygon["polygons"] if "polygons" in polygon else [polygon["polygon"]]
    notes.add("polygon holes dropped", sum(len(rings) - 1 for rings in parts))
    return [rings[0] for rings in parts]


def polygon_value(outlines: list[list[list[float | int]]]) -> dict[str, Any]:
    """The shape of a polygon object without holes, in one part or several. A point written again to close a
    ring is left out: our rings close themselves."""
    rings = [ring[:-1] if len(ring) > 3 and ring[0] == ring[-1] else ring for ring in outlines]
    return {"polygon": rings} if len(rings) == 1 else {"polygons": [[ring] for ring in rings]}


def expect(raw: Any, wanted: type | tuple[type, ...], what: str) -> Any:
    """``raw`` when it is of the type. Raises ``Invalid`` (``format.invalid``)."""
    if not isinstance(raw, wanted) or (isinstance(raw, bool) and wanted is not bool):
        raise Invalid("format.invalid", f"{what} is missing or of the wrong type")
    return raw


def object_probability(record: Record, question: str, object_id: str) -> float | None:
    """The probability of one object, where the record has one."""
    found = record.probability.get(question)
    value = found.get(object_id) if isinstance(found, Mapping) else None
    return float(value) if isinstance(value, int | float) else None
