"""What is known of how right a project's labels are. Probabilities are from 0 to 1; null is not known yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class Accuracy:
    """The chance that a resolved answer is right, with its 95 % interval and how it was found."""

    estimate: float | None
    low: float | None
    high: float | None
    method: str


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """Krippendorff's alpha over the items that two labelers or more answered, with its 95 % interval."""

    alpha: float | None
    low: float | None
    high: float | None
    items: int


@dataclass(frozen=True, kw_only=True)
class QuestionSkill:
    """How often a labeler's answers to one question are right, with its 95 % interval.

    ``confusion`` is ``{answer: {truth: chance of that answer}}`` for the answers that speak for themselves,
    null where only the accuracy is known.
    """

    accuracy: float
    low: float
    high: float
    confusion: Mapping[str, Mapping[str, float]] | None


@dataclass(frozen=True, kw_only=True)
class LabelerSkill:
    """How often a labeler's answers are right over all questions, and how many labels that rests on."""

    labeler: UUID
    name: str
    accuracy: float
    low: float
    high: float
    labels: int
    questions: Mapping[str, QuestionSkill]


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What the answers took."""

    labels: int


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """What is still to come: labels until the target is reached, and by when, each with its 90 % interval.

    Without a target they are the labels that are asked for, at the pace of the last seven days, and have no
    interval.
    """

    labels_to_target: int
    labels_low: int | None
    labels_high: int | None
    date_low: date | None
    date_high: date | None
    date: date | None


@dataclass(frozen=True, kw_only=True)
class PastForecast:
    """A day's forecast for so many ``tasks``, when they had so many ``labels``; and, once the target was
    ``reached``, how many more it took and the forecast's interval score (lower is better: the interval's
    width, and twenty for each label by which it missed)."""

    at: datetime
    tasks: int
    labels: int
    labels_to_target: int
    labels_low: int
    labels_high: int
    date_low: date | None
    date_high: date | None
    labels_needed: int | None
    reached: date | None
    score: float | None
    date: date | None


@dataclass(frozen=True, kw_only=True)
class SurenessBin:
    """So many answered tasks whose answer is right with a probability from ``low`` to ``high``."""

    low: float
    high: float
    tasks: int


@dataclass(frozen=True, kw_only=True)
class ReliabilityPoint:
    """Of ``answers`` to gold stated to be right with the chance ``stated``, the share ``right`` was,
    with its 95 % interval. Gold was not told to the model that stated it."""

    stated: float
    right: float
    low: float
    high: float
    answers: int


@dataclass(frozen=True, kw_only=True)
class AnswerAgreement:
    """How often two labelers agree on the ``items`` whose best answer this is, with its 95 % interval."""

    answer: str
    agreement: float
    low: float
    high: float
    items: int


@dataclass(frozen=True, kw_only=True)
class CurvePoint:
    """The accuracy to be expected of all items after so many further labels, spent where they help most."""

    labels: int
    accuracy: float


@dataclass(frozen=True, kw_only=True)
class Doubtful:
    """An answer that waits for a second look, by so much (0 to 1): a ``model`` speaks against it, or a
    ``duplicate`` that was answered otherwise; or, by a model, an object was ``missed``, is ``badly_placed``,
    has the ``wrong_class``, or is ``spurious``: not there."""

    task: UUID
    question: str
    reason: str
    doubt: float


@dataclass(frozen=True, kw_only=True)
class SecondLooks:
    """How many second looks wait, are done, and ``changed`` the answer; the most doubtful that wait."""

    open: int
    closed: int
    changed: int
    items: list[Doubtful]


@dataclass(frozen=True, kw_only=True)
class Contested:
    """An answer that labelers disagree on: their ``votes`` by answer, and the best one's ``probability``.

    ``part`` names what of the question was voted on, where it has several parts. Of an object it is the id;
    it was merged of outlines or ranges, so that there are no votes to count.
    """

    task: UUID
    question: str
    part: str
    votes: Mapping[str, int]
    probability: float


@dataclass(frozen=True, kw_only=True)
class DoubtfulGold:
    """A ``known`` answer that is itself wrong with this ``probability``: labelers say ``likely``."""

    task: UUID
    question: str
    part: str
    known: str
    likely: str
    probability: float


@dataclass(frozen=True, kw_only=True)
class QualityPoint:
    """The accuracy as it was seen at a time, with so many labels."""

    at: datetime
    labels: int
    estimate: float
    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class ProjectQuality:
    """A project's quality. ``states`` counts its tasks by state; gold stays out of all figures.

    ``reliability`` is by question, where enough gold was answered; ``contested`` lists the least sure first,
    ``history`` and ``past_forecasts`` the oldest first. ``slices`` is agreement by question and answer,
    ``curves`` by question what further labels would buy, from none on.
    """

    project: UUID
    accuracy: Accuracy
    agreement: Mapping[str, Agreement]
    labelers: list[LabelerSkill]
    cost: Cost
    states: Mapping[str, int]
    forecast: Forecast
    histogram: list[SurenessBin]
    reliability: Mapping[str, list[ReliabilityPoint]]
    contested: list[Contested]
    history: list[QualityPoint]
    slices: Mapping[str, list[AnswerAgreement]]
    curves: Mapping[str, list[CurvePoint]]
    second_looks: SecondLooks
    doubtful_gold: list[DoubtfulGold]
    past_forecasts: list[PastForecast]
