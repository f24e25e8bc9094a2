"""Label Studio's JSON export, read only (docs/spec/formats.md, "Label Studio").

A question is a control's ``from_name``; its field is the key of ``data`` that ``to_name`` means. Percentages
become pixels by each result's own ``original_width`` and ``original_height``. Every annotation is a vote of
the person in ``completed_by``; predictions stay predictions.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from assay.domain.item import NewItem, NewPrediction
from assay.domain.ontology import MEDIA_TYPES, Ontology, Question
from assay.errors import Invalid, Unsupported
from assay.formats.bundle import Bundle, only_file
from assay.formats.format import Found, Notes, Reader, Record, Source, Vote, Writer
from assay.formats.json_stream import stream_elements
from assay.formats.objects import (
    URL_SCHEMES,
    ImpliedClasses,
    expect,
    find_media,
    name_from,
    number,
    polygon_value,
)
from assay.formats.sink import Sink

_ENDINGS = (".json",)
_KINDS = {
    "rectanglelabels": ("box", "image"),
    "polygonlabels": ("polygon", "image"),
    "labels": ("span", "text"),
    "choices": ("choice", None),
    "rating": ("rating", None),
    "textarea": ("text", None),
    "pairwise": ("pairwise", None),
}
"""Result types we read: the kind of question each becomes, and the type of field it is drawn on."""

_OBJECT_KINDS = ("box", "polygon", "span")
_MAX_TEXTS = 20
_MAX_STARS = 10


@dataclass(frozen=True, kw_only=True)
class LabelStudio:
    """See the module."""

    name: str = "label-studio"
    title: str = "Label Studio JSON"
    media_folder: str = ""
    kinds: frozenset[str] | None = frozenset(kind for kind, _ in _KINDS.values())
    writes: bool = False
    keeps: frozenset[str] = frozenset({"ids"})

    def imply_ontology(self, bundle: Bundle) -> dict[str, Any] | None:
        """See ``Format.imply_ontology``."""
        implied = _Implied()
        for _, task in _tasks(bundle):
            implied.see(task)
        return implied.document()

    def carries(self, ontology: Ontology) -> tuple[str, ...]:
        """Nothing: this format is for moving in."""
        return ()

    def reader(self, source: Source) -> Reader:
        """See ``Format.reader``."""
        return _Reader(source)

    def writer(self, sink: Sink, ontology: Ontology, notes: Notes) -> Writer:
        """Raises ``Unsupported``."""
        raise Unsupported("format.unsupported", "Label Studio JSON is read and not written")


@dataclass
class _Control:
    kind: str
    field: str | None
    multiple: bool = False
    top: int = 5
    classes: ImpliedClasses = dataclasses.field(default_factory=ImpliedClasses)

    def question(self, name: str) -> dict[str, Any]:
        """As an ontology writes it."""
        options: dict[str, Any] = {}
        if self.kind in (*_OBJECT_KINDS, "choice"):
            options["classes"] = self.classes.classes()
        if self.kind == "choice" and (self.multiple or len(options["classes"]) < 2):
            options["multiple"] = True
        if self.kind == "rating":
            options |= {"min": 0, "max": self.top, "step": 1}
        return {"name": name, "kind": self.kind} | ({"field": self.field} if self.field else {}) | options


class _Implied:
    """Controls and fields gathered from all tasks."""

    def __init__(self) -> None:
        self._controls: dict[str, _Control] = {}
        self._fields: dict[str, str] = {}

    def see(self, task: Mapping[str, Any]) -> None:
        data = expect(task.get("data"), dict, "data")
        for answer in _answers(task):
            for result in _results(answer):
                found = _KINDS.get(str(result.get("type")))
                if found is not None:
                    self._see_result(result, found, data)

    def _see_result(
        self, result: Mapping[str, Any], found: tuple[str, str | None], data: Mapping[str, Any]
    ) -> None:
        kind, field_type = found
        target = _target(result, data) if kind in _OBJECT_KINDS else None
        control = self._controls.setdefault(_question_name(result), _Control(kind, target))
        if target is not None and field_type is not None:
            self._fields[target] = field_type
        value = expect(result.get("value"), dict, "value")
        names = value.get(str(result["type"])) if kind in (*_OBJECT_KINDS, "choice") else None
        for name in names if isinstance(names, list) else ():
            control.classes.see(name_from(name))
        control.multiple |= kind == "choice" and isinstance(names, list) and len(names) != 1
        if kind == "rating":
            control.top = max(control.top, min(_MAX_STARS, int(number(value.get("rating"), "rating"))))
        for key, content in data.items():
            if isinstance(content, str):
                self._fields.setdefault(key, "text")

    def document(self) -> dict[str, Any] | None:
        """The ontology; ``None`` where no result can be read."""
        if not self._controls:
            return None
        questions = [control.question(name) for name, control in self._controls.items()]
        return {"fields": self._fields or {"text": "text"}, "questions": questions}


class _Reader:
    def __init__(self, source: Source) -> None:
        self._source = source
        self._names = frozenset(source.bundle.names)
        self._questions = {question.name: question for question in source.ontology.questions}

    def records(self) -> Iterator[Found]:
        for index, task in _tasks(self._source.bundle):
            yield Found(where=f"task {index}", raw=task)

    def decode(self, found: Found) -> Record:
        task = found.raw
        data = expect(task.get("data"), dict, "data")
        types = self._source.ontology.fields
        sizes: dict[str, tuple[int, int]] = {}
        votes, predictions = [], []
        for answer in _answers(task):
            if answer.get("was_cancelled"):
                self._source.notes.add("skipped answers left out")
                continue
            label = self._label(answer, data, sizes)
            if "completed_by" in answer:
                votes.append(Vote(labeler=_labeler(answer["completed_by"]), label=label))
            else:
                model = str(answer.get("model_version") or "label-studio")
                predictions.append(NewPrediction(labeler=model, label=label))
        fields: dict[str, Any] = {}
        media: dict[str, str] = {}
        for name in types:
            if name in data and types[name] not in MEDIA_TYPES:
                fields[name] = data[name]
            elif name in data and str(data[name]).startswith(URL_SCHEMES):
                fields[name] = {"url": data[name]}
            elif name in data:
                media[name] = find_media(self._names, str(data[name]).lstrip("/"), ("",))
        rest = {key: value for key, value in data.items() if key not in types}
        return Record(
            item=NewItem(
                external_id=str(expect(task.get("id"), (int, str), "id")),
                fields=fields,
                metadata=rest,
                predictions=tuple(predictions),
            ),
            votes=tuple(votes),
            media=media,
            sizes=sizes,
        )

    def _label(
        self, answer: Mapping[str, Any], data: Mapping[str, Any], sizes: dict[str, tuple[int, int]]
    ) -> dict[str, Any]:
        label: dict[str, Any] = {}
        for result in _results(answer):
            found = _KINDS.get(str(result.get("type")))
            question = self._questions.get(_question_name(result))
            if found is None or question is None or question.kind != found[0]:
                self._source.notes.add(
                    f"results of type {str(result.get('type'))[:50]!r} dropped: no question takes them"
                )
            elif question.kind in _OBJECT_KINDS:
                each = self._object(result, question, data, sizes)
                if each is not None:
                    label.setdefault(question.name, []).append(each)
            else:
                self._scalar(result, question, label)
        return label

    def _scalar(self, result: Mapping[str, Any], question: Question, label: dict[str, Any]) -> None:
        value = expect(result.get("value"), dict, "value")
        if question.kind == "rating":
            label[question.name] = number(value.get("rating"), "rating")
        elif question.kind == "pairwise":
            label[question.name] = expect(value.get("selected"), str, "selected")
        elif question.kind == "text":
            texts = value.get("text")
            texts = [expect(text, str, "text") for text in (texts if isinstance(texts, list) else [texts])]
            self._source.notes.add("texts joined by a line break: a question has one", len(texts) - 1)
            label[question.name] = "\n".join(texts)
        else:
            chosen = [
                name_from(name, self._source.notes) for name in expect(value.get("choices"), list, "choices")
            ]
            if not question.options.get("multiple") and len(chosen) != 1:
                raise Invalid(
                    "format.invalid", f"{len(chosen)} choices for {question.name!r}, which takes one"
                )
            label[question.name] = chosen if question.options.get("multiple") else chosen[0]

    def _object(
        self,
        result: Mapping[str, Any],
        question: Question,
        data: Mapping[str, Any],
        sizes: dict[str, tuple[int, int]],
    ) -> dict[str, Any] | None:
        value = expect(result.get("value"), dict, "value")
        names = expect(value.get(str(result["type"])), list, "its class")
        if len(names) != 1:
            self._source.notes.add("objects dropped: they have several classes, or none")
            return None
        read = {"id": str(result.get("id", "")), "class": name_from(names[0], self._source.notes)}
        if question.kind == "span":
            start, end = self._offsets(value, data.get(question.field or ""))
            return read | {"start": start, "end": end}
        if value.get("rotation"):
            self._source.notes.add("rotated boxes dropped")
            return None
        width, height = (_side(result.get(f"original_{side}")) for side in ("width", "height"))
        if question.field is not None:
            sizes[question.field] = (width, height)
        if question.kind == "polygon":
            points = expect(value.get("points"), list, "points")
            return read | polygon_value([[_point(point, width, height) for point in points]])
        corner = _point([value.get("x"), value.get("y")], width, height)
        return read | {"box": corner + _point([value.get("width"), value.get("height")], width, height)}

    def _offsets(self, value: Mapping[str, Any], text: Any) -> tuple[int, int]:
        """Offsets in code points. Label Studio counts UTF-16 units, its back ends code points: the quoted
        text tells which; without one, or where neither fits, the span is refused."""
        start, end = (expect(value.get(key), int, key) for key in ("start", "end"))
        quoted = expect(value.get("text"), str, "the span's text")
        whole = expect(text, str, "the text field")
        if whole[start:end] == quoted:
            return start, end
        units = whole.encode("utf-16-le")
        before, inside = units[: 2 * start], units[2 * start : 2 * end]
        if inside != quoted.encode("utf-16-le"):
            raise Invalid("format.invalid", "a span's offsets do not point at its text")
        self._source.notes.add("spans counted in UTF-16 units moved to code points")
        first = len(before.decode("utf-16-le"))
        return first, first + len(quoted)


def _tasks(bundle: Bundle) -> Iterator[tuple[int, Mapping[str, Any]]]:
    with closing(bundle.open(only_file(bundle, _ENDINGS, "Label Studio JSON"))) as stream:
        for index, (_, task) in enumerate(stream_elements(stream)):
            yield index, expect(task, dict, "a task")


def _answers(task: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Annotations, then predictions; the two are told apart by ``completed_by``."""
    for answer in expect(task.get("annotations") or [], list, "annotations"):
        yield {"completed_by": None} | expect(answer, dict, "an annotation")
    for answer in expect(task.get("predictions") or [], list, "predictions"):
        # Without predictions expanded, an export lists their numbers only.
        if isinstance(answer, dict):
            yield {key: value for key, value in answer.items() if key != "completed_by"}


def _results(answer: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for result in expect(answer.get("result") or [], list, "result"):
        yield expect(result, dict, "a result")


def _question_name(result: Mapping[str, Any]) -> str:
    return name_from(result.get("from_name") or "label")


def _target(result: Mapping[str, Any], data: Mapping[str, Any]) -> str:
    """The key of ``data`` a result is drawn on: ``to_name`` where it is one, else the only key there is."""
    target = result.get("to_name")
    if isinstance(target, str) and target in data:
        return target
    if len(data) == 1:
        return next(iter(data))
    raise Invalid("format.invalid", f"to_name {ascii(target)[:80]} is no key of data, which has several")


def _labeler(raw: Any) -> str:
    """A stable name for whoever answered: an address, or Label Studio's number."""
    if isinstance(raw, dict):
        raw = raw.get("email") or raw.get("id")
    return raw if isinstance(raw, str) and raw else f"label-studio:{'unknown' if raw is None else raw}"


def _side(raw: Any) -> int:
    side: int = expect(raw, int, "original_width and original_height")
    if side <= 0:
        raise Invalid("format.invalid", "original_width and original_height are positive")
    return side


def _point(raw: Any, width: int, height: int) -> list[float | int]:
    x, y = expect(raw, list, "a point") if isinstance(raw, list) and len(raw) == 2 else (None, None)
    return [
        round(number(value, "a percentage") * side / 100, 9) or 0 for value, side in ((x, width), (y, height))
    ]
