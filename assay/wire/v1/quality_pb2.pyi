from google.api import annotations_pb2 as _annotations_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class GetQualityRequest(_message.Message):
    __slots__ = ("project",)
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    project: str
    def __init__(self, project: _Optional[str] = ...) -> None: ...

class Accuracy(_message.Message):
    __slots__ = ("estimate", "low", "high", "method")
    ESTIMATE_FIELD_NUMBER: _ClassVar[int]
    LOW_FIELD_NUMBER: _ClassVar[int]
    HIGH_FIELD_NUMBER: _ClassVar[int]
    METHOD_FIELD_NUMBER: _ClassVar[int]
    estimate: float
    low: float
    high: float
    method: str
    def __init__(self, estimate: _Optional[float] = ..., low: _Optional[float] = ..., high: _Optional[float] = ..., method: _Optional[str] = ...) -> None: ...

class Agreement(_message.Message):
    __slots__ = ("alpha", "low", "high", "items")
    ALPHA_FIELD_NUMBER: _ClassVar[int]
    LOW_FIELD_NUMBER: _ClassVar[int]
    HIGH_FIELD_NUMBER: _ClassVar[int]
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    alpha: float
    low: float
    high: float
    items: int
    def __init__(self, alpha: _Optional[float] = ..., low: _Optional[float] = ..., high: _Optional[float] = ..., items: _Optional[int] = ...) -> None: ...

class QuestionSkill(_message.Message):
    __slots__ = ("accuracy", "low", "high", "confusion")
    ACCURACY_FIELD_NUMBER: _ClassVar[int]
    LOW_FIELD_NUMBER: _ClassVar[int]
    HIGH_FIELD_NUMBER: _ClassVar[int]
    CONFUSION_FIELD_NUMBER: _ClassVar[int]
    accuracy: float
    low: float
    high: float
    confusion: bytes
    def __init__(self, accuracy: _Optional[float] = ..., low: _Optional[float] = ..., high: _Optional[float] = ..., confusion: _Optional[bytes] = ...) -> None: ...

class LabelerSkill(_message.Message):
    __slots__ = ("labeler", "name", "accuracy", "low", "high", "labels", "questions")
    class QuestionsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: QuestionSkill
        def __init__(self, key: _Optional[str] = ..., value: _Optional[_Union[QuestionSkill, _Mapping]] = ...) -> None: ...
    LABELER_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    ACCURACY_FIELD_NUMBER: _ClassVar[int]
    LOW_FIELD_NUMBER: _ClassVar[int]
    HIGH_FIELD_NUMBER: _ClassVar[int]
    LABELS_FIELD_NUMBER: _ClassVar[int]
    QUESTIONS_FIELD_NUMBER: _ClassVar[int]
    labeler: str
    name: str
    accuracy: float
    low: float
    high: float
    labels: int
    questions: _containers.MessageMap[str, QuestionSkill]
    def __init__(self, labeler: _Optional[str] = ..., name: _Optional[str] = ..., accuracy: _Optional[float] = ..., low: _Optional[float] = ..., high: _Optional[float] = ..., labels: _Optional[int] = ..., questions: _Optional[_Mapping[str, QuestionSkill]] = ...) -> None: ...

class Cost(_message.Message):
    __slots__ = ("labels",)
    LABELS_FIELD_NUMBER: _ClassVar[int]
    labels: int
    def __init__(self, labels: _Optional[int] = ...) -> None: ...

class Forecast(_message.Message):
    __slots__ = ("labels_to_target", "date", "labels_low", "labels_high", "date_low", "date_high")
    LABELS_TO_TARGET_FIELD_NUMBER: _ClassVar[int]
    DATE_FIELD_NUMBER: _ClassVar[int]
    LABELS_LOW_FIELD_NUMBER: _ClassVar[int]
    LABELS_HIGH_FIELD_NUMBER: _ClassVar[int]
    DATE_LOW_FIELD_NUMBER: _ClassVar[int]
    DATE_HIGH_FIELD_NUMBER: _ClassVar[int]
    labels_to_target: int
    date: str
    labels_low: int
    labels_high: int
    date_low: str
    date_high: str
    def __init__(self, labels_to_target: _Optional[int] = ..., date: _Optional[str] = ..., labels_low: _Optional[int] = ..., labels_high: _Optional[int] = ..., date_low: _Optional[str] = ..., date_high: _Optional[str] = ...) -> None: ...

class ProjectQuality(_message.Message):
    __slots__ = ("project", "accuracy", "agreement", "labelers", "cost", "states", "forecast", "histogram", "reliability", "contested", "history", "slices", "curves", "second_looks", "doubtful_gold", "past_forecasts")
    class AgreementEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: Agreement
        def __init__(self, key: _Optional[str] = ..., value: _Optional[_Union[Agreement, _Mapping]] = ...) -> None: ...
    class StatesEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: int
        def __init__(self, key: _Optional[str] = ..., value: _Optional[int] = ...) -> None: ...
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    ACCURACY_FIELD_NUMBER: _ClassVar[int]
    AGREEMENT_FIELD_NUMBER: _ClassVar[int]
    LABELERS_FIELD_NUMBER: _ClassVar[int]
    COST_FIELD_NUMBER: _ClassVar[int]
    STATES_FIELD_NUMBER: _ClassVar[int]
    FORECAST_FIELD_NUMBER: _ClassVar[int]
    HISTOGRAM_FIELD_NUMBER: _ClassVar[int]
    RELIABILITY_FIELD_NUMBER: _ClassVar[int]
    CONTESTED_FIELD_NUMBER: _ClassVar[int]
    HISTORY_FIELD_NUMBER: _ClassVar[int]
    SLICES_FIELD_NUMBER: _ClassVar[int]
    CURVES_FIELD_NUMBER: _ClassVar[int]
    SECOND_LOOKS_FIELD_NUMBER: _ClassVar[int]
    DOUBTFUL_GOLD_FIELD_NUMBER: _ClassVar[int]
    PAST_FORECASTS_FIELD_NUMBER: _ClassVar[int]
    project: str
    accuracy: Accuracy
    agreement: _containers.MessageMap[str, Agreement]
    labelers: _containers.RepeatedCompositeFieldContainer[LabelerSkill]
    cost: Cost
    states: _containers.ScalarMap[str, int]
    forecast: Forecast
    histogram: _containers.RepeatedCompositeFieldContainer[SurenessBin]
    reliability: bytes
    contested: _containers.RepeatedCompositeFieldContainer[Contested]
    history: _containers.RepeatedCompositeFieldContainer[QualityPoint]
    slices: bytes
    curves: bytes
    second_looks: SecondLooks
    doubtful_gold: _containers.RepeatedCompositeFieldContainer[DoubtfulGold]
    past_forecasts: _containers.RepeatedCompositeFieldContainer[PastForecast]
    def __init__(self, project: _Optional[str] = ..., accuracy: _Optional[_Union[Accuracy, _Mapping]] = ..., agreement: _Optional[_Mapping[str, Agreement]] = ..., labelers: _Optional[_Iterable[_Union[LabelerSkill, _Mapping]]] = ..., cost: _Optional[_Union[Cost, _Mapping]] = ..., states: _Optional[_Mapping[str, int]] = ..., forecast: _Optional[_Union[Forecast, _Mapping]] = ..., histogram: _Optional[_Iterable[_Union[SurenessBin, _Mapping]]] = ..., reliability: _Optional[bytes] = ..., contested: _Optional[_Iterable[_Union[Contested, _Mapping]]] = ..., history: _Optional[_Iterable[_Union[QualityPoint, _Mapping]]] = ..., slices: _Optional[bytes] = ..., curves: _Optional[bytes] = ..., second_looks: _Optional[_Union[SecondLooks, _Mapping]] = ..., doubtful_gold: _Optional[_Iterable[_Union[DoubtfulGold, _Mapping]]] = ..., past_forecasts: _Optional[_Iterable[_Union[PastForecast, _Mapping]]] = ...) -> None: ...

class PastForecast(_message.Message):
    __slots__ = ("at", "tasks", "labels", "labels_to_target", "labels_low", "labels_high", "date", "date_low", "date_high", "labels_needed", "reached", "score")
    AT_FIELD_NUMBER: _ClassVar[int]
    TASKS_FIELD_NUMBER: _ClassVar[int]
    LABELS_FIELD_NUMBER: _ClassVar[int]
    LABELS_TO_TARGET_FIELD_NUMBER: _ClassVar[int]
    LABELS_LOW_FIELD_NUMBER: _ClassVar[int]
    LABELS_HIGH_FIELD_NUMBER: _ClassVar[int]
    DATE_FIELD_NUMBER: _ClassVar[int]
    DATE_LOW_FIELD_NUMBER: _ClassVar[int]
    DATE_HIGH_FIELD_NUMBER: _ClassVar[int]
    LABELS_NEEDED_FIELD_NUMBER: _ClassVar[int]
    REACHED_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    at: str
    tasks: int
    labels: int
    labels_to_target: int
    labels_low: int
    labels_high: int
    date: str
    date_low: str
    date_high: str
    labels_needed: int
    reached: str
    score: float
    def __init__(self, at: _Optional[str] = ..., tasks: _Optional[int] = ..., labels: _Optional[int] = ..., labels_to_target: _Optional[int] = ..., labels_low: _Optional[int] = ..., labels_high: _Optional[int] = ..., date: _Optional[str] = ..., date_low: _Optional[str] = ..., date_high: _Optional[str] = ..., labels_needed: _Optional[int] = ..., reached: _Optional[str] = ..., score: _Optional[float] = ...) -> None: ...

class SurenessBin(_message.Message):
    __slots__ = ("low", "high", "tasks")
    LOW_FIELD_NUMBER: _ClassVar[int]
    HIGH_FIELD_NUMBER: _ClassVar[int]
    TASKS_FIELD_NUMBER: _ClassVar[int]
    low: float
    high: float
    tasks: int
    def __init__(self, low: _Optional[float] = ..., high: _Optional[float] = ..., tasks: _Optional[int] = ...) -> None: ...

class Contested(_message.Message):
    __slots__ = ("task", "question", "part", "votes", "probability")
    class VotesEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: int
        def __init__(self, key: _Optional[str] = ..., value: _Optional[int] = ...) -> None: ...
    TASK_FIELD_NUMBER: _ClassVar[int]
    QUESTION_FIELD_NUMBER: _ClassVar[int]
    PART_FIELD_NUMBER: _ClassVar[int]
    VOTES_FIELD_NUMBER: _ClassVar[int]
    PROBABILITY_FIELD_NUMBER: _ClassVar[int]
    task: str
    question: str
    part: str
    votes: _containers.ScalarMap[str, int]
    probability: float
    def __init__(self, task: _Optional[str] = ..., question: _Optional[str] = ..., part: _Optional[str] = ..., votes: _Optional[_Mapping[str, int]] = ..., probability: _Optional[float] = ...) -> None: ...

class QualityPoint(_message.Message):
    __slots__ = ("at", "labels", "estimate", "low", "high")
    AT_FIELD_NUMBER: _ClassVar[int]
    LABELS_FIELD_NUMBER: _ClassVar[int]
    ESTIMATE_FIELD_NUMBER: _ClassVar[int]
    LOW_FIELD_NUMBER: _ClassVar[int]
    HIGH_FIELD_NUMBER: _ClassVar[int]
    at: str
    labels: int
    estimate: float
    low: float
    high: float
    def __init__(self, at: _Optional[str] = ..., labels: _Optional[int] = ..., estimate: _Optional[float] = ..., low: _Optional[float] = ..., high: _Optional[float] = ...) -> None: ...

class Doubtful(_message.Message):
    __slots__ = ("task", "question", "reason", "doubt")
    TASK_FIELD_NUMBER: _ClassVar[int]
    QUESTION_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    DOUBT_FIELD_NUMBER: _ClassVar[int]
    task: str
    question: str
    reason: str
    doubt: float
    def __init__(self, task: _Optional[str] = ..., question: _Optional[str] = ..., reason: _Optional[str] = ..., doubt: _Optional[float] = ...) -> None: ...

class SecondLooks(_message.Message):
    __slots__ = ("open", "closed", "changed", "items")
    OPEN_FIELD_NUMBER: _ClassVar[int]
    CLOSED_FIELD_NUMBER: _ClassVar[int]
    CHANGED_FIELD_NUMBER: _ClassVar[int]
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    open: int
    closed: int
    changed: int
    items: _containers.RepeatedCompositeFieldContainer[Doubtful]
    def __init__(self, open: _Optional[int] = ..., closed: _Optional[int] = ..., changed: _Optional[int] = ..., items: _Optional[_Iterable[_Union[Doubtful, _Mapping]]] = ...) -> None: ...

class DoubtfulGold(_message.Message):
    __slots__ = ("task", "question", "part", "known", "likely", "probability")
    TASK_FIELD_NUMBER: _ClassVar[int]
    QUESTION_FIELD_NUMBER: _ClassVar[int]
    PART_FIELD_NUMBER: _ClassVar[int]
    KNOWN_FIELD_NUMBER: _ClassVar[int]
    LIKELY_FIELD_NUMBER: _ClassVar[int]
    PROBABILITY_FIELD_NUMBER: _ClassVar[int]
    task: str
    question: str
    part: str
    known: str
    likely: str
    probability: float
    def __init__(self, task: _Optional[str] = ..., question: _Optional[str] = ..., part: _Optional[str] = ..., known: _Optional[str] = ..., likely: _Optional[str] = ..., probability: _Optional[float] = ...) -> None: ...
