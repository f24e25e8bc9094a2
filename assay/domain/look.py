"""What is worth an expert's look: tasks by how many of their answers one look is expected to right."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from assay.domain.task import TaskState

MAX_LOOKS = 200
DEFAULT_LOOKS = 50
CONSIDERED = 1_000
"""Of a project's tasks that may be reviewed, the least sure so many are weighed against each other."""
SHOWN_ANSWERS = 5


@dataclass(frozen=True, kw_only=True)
class DoubtedAnswer:
    """One answer of a task, the chance that it is right, and by how much a look raises it.

    ``part`` names what of the question was answered, where it has several parts: of objects an id, and then
    ``answer`` is the object's class and ``probability`` the chance that what was decided of it (it is there,
    or it is not) is right.
    """

    question: str
    part: str
    answer: str | None
    probability: float
    value: float


@dataclass(frozen=True, kw_only=True)
class Look:
    """A task that may be reviewed. ``value`` is how many of its answers a look is expected to right;
    ``answers`` are those that it is most likely to, most valuable first."""

    task: UUID
    external_id: str
    state: TaskState
    annotations: int
    value: float
    answers: list[DoubtedAnswer]


@dataclass(frozen=True, kw_only=True)
class Looks:
    """The tasks most worth a look, most valuable first. ``considered`` is how many were weighed; not
    ``complete`` where more wait, all of them surer."""

    items: list[Look]
    considered: int
    complete: bool
