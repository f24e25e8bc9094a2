"""Assay's own: one JSON object a line, with everything (docs/spec/formats.md, "Assay JSONL").

The first line may be ``{"assay": 1, "ontology": {…}}``. Every other line is an item as it is sent to a
project, a resolution as a project answers it, or both in one object.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass
from typing import Any

from assay.domain.item import NewItem, NewPrediction
from assay.domain.ontology import Ontology
from assay.errors import AssayError, Invalid, pointer_token
from assay.formats.bundle import Bundle, only_file
from assay.formats.format import Found, Notes, Reader, Record, Source, Vote, Writer
from assay.formats.json_stream import read_lines, read_value, write_value
from assay.formats.objects import expect, find_media
from assay.formats.sink import Sink

_ENDINGS = (".jsonl", ".ndjson")
_RESOLUTION = ("task", "state", "annotations", "method", "version")
_KEYS = frozenset(
    {"external_id", "fields", "metadata", "gold", "priority", "predictions", "label", "probability"}
    | {"votes", "media", "sizes", *_RESOLUTION}
)
_VERSION = 1


@dataclass(frozen=True, kw_only=True)
class Jsonl:
    """See the module."""

    name: str = "jsonl"
    title: str = "Assay JSONL"
    media_folder: str = "media/"
    kinds: frozenset[str] | None = None
    writes: bool = True
    keeps: frozenset[str] = frozenset(
        {"ids", "attributes", "unanswered", "fields", "metadata", "probability", "sizes", "votes", "extras"}
    )

    def imply_ontology(self, bundle: Bundle) -> dict[str, Any] | None:
        """See ``Format.imply_ontology``: what the header says."""
        with closing(bundle.open(only_file(bundle, _ENDINGS, self.title))) as stream:
            for _, text in read_lines(stream):
                header = read_value(text)
                return header.get("ontology") if _is_header(header) else None
        return None

    def carries(self, ontology: Ontology) -> tuple[str, ...]:
        """All questions."""
        return tuple(question.name for question in ontology.questions)

    def reader(self, source: Source) -> Reader:
        """See ``Format.reader``."""
        return _Reader(source)

    def writer(self, sink: Sink, ontology: Ontology, notes: Notes) -> Writer:
        """See ``Format.writer``."""
        return _Writer(sink, ontology)


class _Reader:
    def __init__(self, source: Source) -> None:
        self._bundle = source.bundle
        self._names = frozenset(source.bundle.names)

    def records(self) -> Iterator[Found]:
        with closing(self._bundle.open(only_file(self._bundle, _ENDINGS, "Assay JSONL"))) as stream:
            for number, text in read_lines(stream):
                if number > 1 or not self._read_header(text):
                    yield Found(where=f"line {number}", raw=text)

    def _read_header(self, text: str) -> bool:
        try:
            header = read_value(text)
        except AssayError:
            return False  # an ordinary first line; decode says what is wrong with it
        if not _is_header(header):
            return False
        if header["assay"] != _VERSION or not header.keys() <= {"assay", "ontology"}:
            raise Invalid(
                "format.invalid", f"this is not version {_VERSION} of Assay JSONL", pointer="/assay"
            )
        return True

    def decode(self, found: Found) -> Record:
        line = expect(read_value(found.raw), dict, "a line's object")
        for key in line:
            if key not in _KEYS:
                raise Invalid("field.unknown", f"{key!r} is not a key of a line", pointer=pointer_token(key))
        is_gold = (
            line.get("gold") is True
        )  # a resolution marks a gold item so; an item brings the answer itself
        resolution = {key: line[key] for key in _RESOLUTION if key in line}
        return Record(
            item=NewItem(
                external_id=_member(line, "external_id", str),
                fields=_member(line, "fields", dict, {}),
                metadata=_member(line, "metadata", dict, {}),
                gold=None if is_gold else _member(line, "gold", (dict, type(None)), None),
                priority=_member(line, "priority", int, 0),
                predictions=tuple(_prediction(each) for each in _member(line, "predictions", list, [])),
            ),
            label=_member(line, "label", (dict, type(None)), None),
            probability=_member(line, "probability", dict, {}),
            votes=tuple(
                Vote(labeler=_member(each, "labeler", str), label=_member(each, "label", dict))
                for each in _member(line, "votes", list, [])
            ),
            media={
                field: find_media(self._names, expect(name, str, "a media name"), ("", "media/"))
                for field, name in _member(line, "media", dict, {}).items()
            },
            sizes={field: _size(size) for field, size in _member(line, "sizes", dict, {}).items()},
            resolution=resolution | ({"gold": True} if is_gold else {}),
        )


class _Writer:
    def __init__(self, sink: Sink, ontology: Ontology) -> None:
        self._exit = ExitStack()
        self._out = self._exit.enter_context(sink.open("assay.jsonl"))
        self._line({"assay": _VERSION, "ontology": ontology.to_json()})

    def write(self, record: Record) -> None:
        item = record.item
        optional: dict[str, Any] = {
            "metadata": item.metadata,
            "priority": item.priority,
            "predictions": [_prediction_json(each) for each in item.predictions],
            "probability": record.probability,
            "votes": [{"labeler": vote.labeler, "label": vote.label} for vote in record.votes],
            "media": record.media,
            "sizes": record.sizes,
        }
        line: dict[str, Any] = {"external_id": item.external_id, "fields": item.fields}
        line |= {key: value for key, value in optional.items() if value}
        # An empty label is an answer that answers nothing, and an empty gold one as well: kept apart from
        # none.
        line |= {
            key: value for key, value in (("gold", item.gold), ("label", record.label)) if value is not None
        }
        self._line(line | dict(record.resolution))

    def _line(self, document: Mapping[str, Any]) -> None:
        self._out.write((write_value(document) + "\n").encode())

    def close(self) -> None:
        self._exit.close()


def _is_header(line: Any) -> bool:
    return isinstance(line, dict) and "assay" in line


def _prediction(raw: Any) -> NewPrediction:
    return NewPrediction(
        labeler=_member(raw, "labeler", str),
        label=_member(raw, "label", dict),
        scores=_member(raw, "scores", dict, {}),
    )


def _prediction_json(prediction: NewPrediction) -> dict[str, Any]:
    scores = {"scores": prediction.scores} if prediction.scores else {}
    return {"labeler": prediction.labeler, "label": prediction.label} | scores


def _size(raw: Any) -> tuple[int, int]:
    if (
        not isinstance(raw, list)
        or len(raw) != 2
        or not all(isinstance(side, int) and side > 0 for side in raw)
    ):
        raise Invalid("format.invalid", "a size is [width, height] in whole pixels")
    return raw[0], raw[1]


_REQUIRED = object()


def _member(raw: Any, key: str, wanted: type | tuple[type, ...], default: Any = _REQUIRED) -> Any:
    document = expect(raw, dict, "an object")
    if key not in document and default is not _REQUIRED:
        return default
    return expect(document.get(key), wanted, key)
