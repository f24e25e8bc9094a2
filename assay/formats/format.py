"""What every format is: the contract that one file in this folder fulfils.

A format reads records from a bundle of named files and writes records into a sink of named files, both one at
a time. It never checks a label, copies media, asks for a database or decides what a fault means: the pipeline
(``assay.formats.pipeline``) does that once for all formats.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from assay.domain.item import NewItem
from assay.domain.ontology import Ontology
from assay.formats.bundle import Bundle
from assay.formats.sink import Sink

_MAX_DISTINCT_NOTES = 500

KEEPS = frozenset(
    {"ids", "attributes", "unanswered", "fields", "metadata", "probability", "sizes", "votes", "extras"}
)
"""Object ids; attributes of objects; the difference between *not answered* and *found none*; field values
given inline; item metadata; probabilities; media sizes; who answered what; gold, priority, predictions and
resolution."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Vote:
    """One labeler's answer, as a file attributes it."""

    labeler: str
    label: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """One item and what is known of it: what a format reads, and what it writes.

    ``label`` is the answer without an author (a resolution, or a published reference); ``None`` where nothing
    was answered. ``media`` gives, for each media field, the file's name in the bundle (or what the label file
    calls it, where the bundle does not hold it); ``sizes`` its (width, height) in pixels. ``resolution``
    holds what only the native format carries: task, state, annotations, method, version. ``where`` says which
    line or file it came from.
    """

    item: NewItem
    label: Mapping[str, Any] | None = None
    probability: Mapping[str, Any] = field(default_factory=dict)
    votes: tuple[Vote, ...] = ()
    media: Mapping[str, str] = field(default_factory=dict)
    sizes: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    resolution: Mapping[str, Any] = field(default_factory=dict)
    where: str = ""


class Notes:
    """What could not be carried, counted: nothing is lost in silence."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def add(self, what: str, count: int = 1) -> None:
        """Count ``count`` more of ``what``, a phrase that reads well after a number."""
        if count:
            known = what in self._counts or len(self._counts) < _MAX_DISTINCT_NOTES
            self._counts[what if known else "other losses"] += count

    def lines(self) -> tuple[str, ...]:
        """One line for each loss: ``"12 polygon holes dropped"``."""
        return tuple(f"{count} {what}" for what, count in sorted(self._counts.items()))


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """One record as it stands in a bundle, not yet read."""

    where: str
    """For people: a line, or a file."""
    raw: Any
    """For the reader that found it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """What a reader reads from, and for whom."""

    bundle: Bundle
    ontology: Ontology
    """The questions the records answer: the project's, or those the bundle implies."""
    notes: Notes
    image_size: Callable[[str], tuple[int, int] | None]
    """(width, height) in pixels by external id, where already known; a format that needs it asks."""


class Reader(Protocol):
    """One import under way. Holds one record at a time, and tables no larger than the ontology."""

    def records(self) -> Iterator[Found]:
        """Each record, unread. Raises ``AssayError`` for a fault of the whole bundle."""
        ...

    def decode(self, found: Found) -> Record:
        """Read one record. Raises ``Invalid`` for a fault of this record only."""
        ...


class Writer(Protocol):
    """One export under way. Holds one record at a time, and tables no larger than the ontology."""

    def write(self, record: Record) -> None:
        """Add one record; count in the notes what it loses."""
        ...

    def close(self) -> None:
        """Finish the files. A writer that is not closed has written nothing of use."""
        ...


class Format(Protocol):
    """One format. Frozen and without state; registered once in ``assay.formats``."""

    @property
    def name(self) -> str:
        """As ``?format=`` says it."""
        ...

    @property
    def title(self) -> str:
        """As people say it."""
        ...

    @property
    def media_folder(self) -> str:
        """Where in the bundle media files stand: ``""`` or a folder with a slash at its end."""
        ...

    @property
    def kinds(self) -> frozenset[str] | None:
        """The kinds of question whose answers this format holds; ``None``: of all kinds."""
        ...

    @property
    def writes(self) -> bool:
        """Whether it exports, too; every format imports."""
        ...

    @property
    def keeps(self) -> frozenset[str]:
        """What survives the way out and back besides classes, values and shapes: any of ``KEEPS``."""
        ...

    def imply_ontology(self, bundle: Bundle) -> dict[str, Any] | None:
        """The ontology document the bundle's contents call for; ``None`` where it holds no labels."""
        ...

    def carries(self, ontology: Ontology) -> tuple[str, ...]:
        """The names of the questions whose answers this format can write, in the ontology's order."""
        ...

    def reader(self, source: Source) -> Reader:
        """Start an import."""
        ...

    def writer(self, sink: Sink, ontology: Ontology, notes: Notes) -> Writer:
        """Start an export. Raises ``Unsupported`` where the format is for import only."""
        ...
