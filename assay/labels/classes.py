"""The classes of a question: flat or a tree, each with its own unique name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assay.domain.ontology import read_name
from assay.errors import Invalid
from assay.labels.json_value import array, record

MAX_CLASSES = 50_000
"""In one question, all levels of its tree together."""

MAX_DEPTH = 32
MAX_LOOK_CHARS = 2_000
"""Of a class's description, and of its example."""

COLORS = ("red", "blue", "green", "amber", "violet", "teal", "pink", "gray")
"""Names and not shades: each screen shows them so that they can be told apart on it, light and dark."""

KEYS = "1234567890"
"""Digits alone: letters are commands of the screen, and each person may bind them anew."""

_TEXTS = frozenset({"description", "example"})
_COMMON = frozenset({"title", "children", "color", "key"}) | _TEXTS


@dataclass(frozen=True, kw_only=True)
class ClassDef:
    """One class. ``path`` is its ancestors' names from the top, then its own; ``key`` the digit that chooses
    it, if it has one of its own.

    ``options`` holds the keys that only some kinds know, ``pointer`` where the class is written.
    """

    name: str
    title: str
    path: tuple[str, ...]
    key: str | None
    options: Mapping[str, Any]
    pointer: str


Classes = Mapping[str, ClassDef]
"""By name, in the order they are written, parents before children."""


def read_classes(
    raw: Any, pointer: str, *, keys: frozenset[str] = frozenset(), at_least: int = 1
) -> dict[str, ClassDef]:
    """Read ``classes``: strings, or objects with ``name``, ``title``, ``children``, how it looks
    (``color``, ``key``, ``description``, ``example``) and the kind's own ``keys``.

    Raises ``Invalid`` (``ontology.invalid``, ``ontology.name``, ``field.unknown``).
    """
    classes: dict[str, ClassDef] = {}
    taken: set[str | None] = set()
    for found in _walk(array(raw, pointer, limit=MAX_CLASSES, code="ontology.invalid"), pointer, keys, ()):
        if found.name in classes:
            raise Invalid(
                "ontology.name", f"the class name {found.name!r} is used twice", pointer=found.pointer
            )
        if found.key is not None and found.key in taken:
            raise Invalid(
                "ontology.invalid", f"the key {found.key} is used twice", pointer=found.pointer + "/key"
            )
        taken.add(found.key)
        classes[found.name] = found
        if len(classes) > MAX_CLASSES:
            raise Invalid(
                "ontology.invalid", f"at most {MAX_CLASSES} classes", pointer=pointer, limit=MAX_CLASSES
            )
    if len(classes) < at_least:
        raise Invalid(
            "ontology.invalid", f"at least {at_least} classes are needed", pointer=pointer, limit=at_least
        )
    return classes


def check_class(value: Any, classes: Classes, pointer: str) -> None:
    """Refuse what is not the name of a class. Raises ``Invalid`` (``label.class``)."""
    if not isinstance(value, str) or value not in classes:
        few = f": {', '.join(classes)}" if len(classes) <= 20 else ""
        raise Invalid(
            "label.class", f"this is not one of the question's {len(classes)} classes{few}", pointer=pointer
        )


def named_classes(value: Any) -> frozenset[str]:
    """What an answer names: itself, or each of a list, or the class of each object of a list."""
    entries = value if isinstance(value, list) else [value]
    names = (entry.get("class") if isinstance(entry, dict) else entry for entry in entries)
    return frozenset(name for name in names if isinstance(name, str))


def _walk(
    raw: Sequence[Any], pointer: str, keys: frozenset[str], parents: tuple[str, ...]
) -> Iterator[ClassDef]:
    if len(parents) >= MAX_DEPTH:
        raise Invalid(
            "ontology.invalid", f"classes nest at most {MAX_DEPTH} deep", pointer=pointer, limit=MAX_DEPTH
        )
    for index, entry in enumerate(raw):
        at = f"{pointer}/{index}"
        written = {"name": entry} if isinstance(entry, str) else entry
        record(written, at, required=frozenset({"name"}), optional=_COMMON | keys, code="ontology.invalid")
        name = read_name(written["name"], at if isinstance(entry, str) else at + "/name")
        title = written.get("title", name)
        if not isinstance(title, str) or not title:
            raise Invalid("ontology.invalid", "a title is a text", pointer=at + "/title")
        _check_look(written, at)
        path = (*parents, name)
        options = {key: written[key] for key in keys if key in written}
        yield ClassDef(name=name, title=title, path=path, key=written.get("key"), options=options, pointer=at)
        if "children" in written:
            below = array(written["children"], at + "/children", limit=MAX_CLASSES, code="ontology.invalid")
            yield from _walk(below, at + "/children", keys, path)


def _check_look(written: Mapping[str, Any], pointer: str) -> None:
    """Refuse what no screen could show of a class."""
    if "color" in written and written["color"] not in COLORS:
        raise Invalid(
            "ontology.invalid", f"a color is one of {', '.join(COLORS)}", pointer=pointer + "/color"
        )
    if "key" in written and (not isinstance(written["key"], str) or written["key"] not in tuple(KEYS)):
        raise Invalid("ontology.invalid", "a key is one digit, as a text", pointer=pointer + "/key")
    for name in sorted(_TEXTS & written.keys()):
        said = written[name]
        if not isinstance(said, str) or not 0 < len(said) <= MAX_LOOK_CHARS:
            raise Invalid(
                "ontology.invalid",
                f"a text of 1 to {MAX_LOOK_CHARS} characters is needed here",
                pointer=f"{pointer}/{name}",
                limit=MAX_LOOK_CHARS,
            )
