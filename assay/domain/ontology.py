"""The questions a project asks over an item's fields, versioned.

An ontology is data: field types by name, and ordered questions. What the options of a question mean is known
only to its label kind (``assay.labels``); this module keeps them as they were written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assay.errors import Invalid, pointer_token

FIELD_TYPES = (
    "text",
    "image",
    "video",
    "audio",
    "point_cloud",
    "document",
    "conversation",
    "row",
)
"""What an item's field may hold. All but text, conversation and row are media, given as ``{"url": …}``."""

MEDIA_TYPES = frozenset({"image", "video", "audio", "point_cloud", "document"})

MAX_QUESTIONS = 200
MAX_NAME_CHARS = 200
_COMMON_KEYS = frozenset({"name", "kind", "field", "title", "help", "required"})


@dataclass(frozen=True, kw_only=True)
class Question:
    """One thing asked of each item.

    ``options`` holds every key that is not common to all kinds, as written; the kind reads them.
    """

    name: str
    kind: str
    field: str | None = None
    title: str | None = None
    help: str | None = None
    required: bool = False
    options: Mapping[str, Any]

    def to_json(self) -> dict[str, Any]:
        """As it was written, without the keys left at their default."""
        written: dict[str, Any] = {"name": self.name, "kind": self.kind}
        for key in ("field", "title", "help"):
            if getattr(self, key) is not None:
                written[key] = getattr(self, key)
        if self.required:
            written["required"] = True
        return written | dict(self.options)


@dataclass(frozen=True, kw_only=True)
class Ontology:
    """Field types by name, and the questions in the order they are asked."""

    fields: Mapping[str, str]
    questions: tuple[Question, ...]

    def to_json(self) -> dict[str, Any]:
        """The document it was read from."""
        return {"fields": dict(self.fields), "questions": [q.to_json() for q in self.questions]}


def read_ontology(document: Any, pointer: str = "") -> Ontology:
    """Read an ontology's common part; the kinds read their options afterwards (``labels.schema``).

    Raises ``Invalid`` (``ontology.*``) with a pointer to the first key that is wrong.
    """
    _expect_object(document, pointer, "an ontology", {"fields", "questions"})
    fields = _read_fields(document.get("fields"), pointer + "/fields")
    raw_questions = document.get("questions")
    if not isinstance(raw_questions, list) or not raw_questions:
        raise Invalid(
            "ontology.invalid",
            "questions must be a list with at least one question",
            pointer=pointer + "/questions",
        )
    if len(raw_questions) > MAX_QUESTIONS:
        raise Invalid(
            "ontology.invalid",
            f"at most {MAX_QUESTIONS} questions",
            pointer=pointer + "/questions",
            limit=MAX_QUESTIONS,
        )
    questions: list[Question] = []
    for index, raw in enumerate(raw_questions):
        at = f"{pointer}/questions/{index}"
        question = read_question(raw, at)
        if any(q.name == question.name for q in questions):
            raise Invalid(
                "ontology.name", f"the question name {question.name!r} is used twice", pointer=at + "/name"
            )
        if question.field is not None and question.field not in fields:
            raise Invalid(
                "ontology.field",
                f"the field {question.field!r} is not among {sorted(fields)}",
                pointer=at + "/field",
            )
        questions.append(question)
    return Ontology(fields=fields, questions=tuple(questions))


def read_question(raw: Any, pointer: str) -> Question:
    """Read one question, or one attribute of a class: the two have the same form."""
    if not isinstance(raw, dict):
        raise Invalid("ontology.invalid", "a question must be an object", pointer=pointer)
    name = read_name(raw.get("name"), pointer + "/name")
    kind = raw.get("kind")
    if not isinstance(kind, str):
        raise Invalid("ontology.kind", "a question needs a kind", pointer=pointer + "/kind")
    for key in ("field", "title", "help"):
        if raw.get(key) is not None and not isinstance(raw[key], str):
            raise Invalid("ontology.invalid", f"{key} must be a string", pointer=pointer + pointer_token(key))
    required = raw.get("required", False)
    if not isinstance(required, bool):
        raise Invalid("ontology.invalid", "required must be true or false", pointer=pointer + "/required")
    return Question(
        name=name,
        kind=kind,
        field=raw.get("field"),
        title=raw.get("title"),
        help=raw.get("help"),
        required=required,
        options={key: value for key, value in raw.items() if key not in _COMMON_KEYS},
    )


def read_name(raw: Any, pointer: str) -> str:
    """An immutable identifier: 1 to 200 characters, none of them control characters, no space at the ends."""
    if not isinstance(raw, str) or not raw or raw != raw.strip() or len(raw) > MAX_NAME_CHARS:
        raise Invalid(
            "ontology.name",
            f"a name is 1 to {MAX_NAME_CHARS} characters without space at its ends",
            pointer=pointer,
            limit=MAX_NAME_CHARS,
        )
    if any(ord(character) < 0x20 or ord(character) == 0x7F for character in raw):
        raise Invalid("ontology.name", "a name holds no control characters", pointer=pointer)
    return raw


def _read_fields(raw: Any, pointer: str) -> Mapping[str, str]:
    if not isinstance(raw, dict) or not raw:
        raise Invalid("ontology.invalid", "fields must name at least one field and its type", pointer=pointer)
    for name, field_type in raw.items():
        read_name(name, pointer + pointer_token(name))
        if field_type not in FIELD_TYPES:
            raise Invalid(
                "ontology.field",
                f"a field's type is one of {', '.join(FIELD_TYPES)}",
                pointer=pointer + pointer_token(name),
            )
    return dict(raw)


def _expect_object(raw: Any, pointer: str, what: str, keys: set[str]) -> None:
    if not isinstance(raw, dict):
        raise Invalid("ontology.invalid", f"{what} must be an object", pointer=pointer)
    for key in raw:
        if key not in keys:
            raise Invalid(
                "field.unknown", f"{key!r} is not a key of {what}", pointer=pointer + pointer_token(key)
            )
