"""Work in progress on a task: a label document changed by small reversible edits.

An edit is a list of steps ``{"question": name, "object"?: id, "value": …}``. Without ``object`` a step sets
the question's whole value; with it, the one object of that id in the question's list. A null value removes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from assay.errors import Invalid

_STEP_KEYS = {"question", "object", "value"}


def apply_steps(label: Mapping[str, Any], steps: Iterable[Any], pointer: str) -> dict[str, Any]:
    """The label after the steps; the one given is left as it was.

    Raises ``Invalid`` (``field.invalid``) with a pointer to the step that is no step.
    """
    changed = dict(label)
    for index, step in enumerate(steps):
        _apply_step(changed, step, f"{pointer}/{index}")
    return changed


def _apply_step(label: dict[str, Any], step: Any, pointer: str) -> None:
    if (
        not isinstance(step, dict)
        or not isinstance(step.get("question"), str)
        or "value" not in step
        or not set(step) <= _STEP_KEYS
        or not isinstance(step.get("object", ""), str)
    ):
        raise Invalid("field.invalid", "a step is {question, object?, value}", pointer=pointer)
    question, value = step["question"], step["value"]
    if "object" in step:
        value = _with_object(label.get(question, []), step["object"], value, pointer)
    if value is None:
        label.pop(question, None)
    else:
        label[question] = value


def _with_object(objects: Any, identifier: str, value: Any, pointer: str) -> list[Any]:
    if not isinstance(objects, list) or (value is not None and not isinstance(value, dict)):
        raise Invalid("field.invalid", "only a list of objects has objects", pointer=pointer)
    place = next(
        (i for i, held in enumerate(objects) if isinstance(held, dict) and held.get("id") == identifier),
        len(objects),
    )
    rest = [] if value is None else [value | {"id": identifier}]
    return [*objects[:place], *rest, *objects[place + 1 :]]
