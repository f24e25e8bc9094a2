"""What is worth an expert's look."""

from __future__ import annotations

from dataclasses import dataclass

from assay.client.request import Plan, ask, get, path
from assay.client.value import read_value


@dataclass(frozen=True, kw_only=True)
class DoubtedAnswer:
    """One answer of a task, the chance that it is right, and by how much a look raises it.

    ``part`` names what of the question was answered: of objects an id, and then ``answer`` is its class.
    """

    question: str
    part: str
    answer: str | None
    probability: float
    value: float


@dataclass(frozen=True, kw_only=True)
class Look:
    """A task that may be reviewed. ``value`` is how many of its answers one look is expected to right."""

    task: str
    external_id: str
    state: str
    annotations: int
    value: float
    answers: tuple[DoubtedAnswer, ...]


@dataclass(frozen=True, kw_only=True)
class Looks:
    """The tasks most worth a look, most valuable first, of so many that were ``considered``; not
    ``complete`` where more wait, all of them surer."""

    items: tuple[Look, ...]
    considered: int
    complete: bool


def looks(project: str, limit: int) -> Plan[Looks]:
    """The tasks most worth a look."""
    answer = yield from ask(get(path("projects", project, "looks"), limit=limit))
    return read_value(Looks, answer.json())
