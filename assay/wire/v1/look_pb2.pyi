from google.api import annotations_pb2 as _annotations_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ListLooksRequest(_message.Message):
    __slots__ = ("project", "limit")
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    project: str
    limit: int
    def __init__(self, project: _Optional[str] = ..., limit: _Optional[int] = ...) -> None: ...

class DoubtedAnswer(_message.Message):
    __slots__ = ("question", "part", "answer", "probability", "value")
    QUESTION_FIELD_NUMBER: _ClassVar[int]
    PART_FIELD_NUMBER: _ClassVar[int]
    ANSWER_FIELD_NUMBER: _ClassVar[int]
    PROBABILITY_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    question: str
    part: str
    answer: str
    probability: float
    value: float
    def __init__(self, question: _Optional[str] = ..., part: _Optional[str] = ..., answer: _Optional[str] = ..., probability: _Optional[float] = ..., value: _Optional[float] = ...) -> None: ...

class Look(_message.Message):
    __slots__ = ("task", "external_id", "state", "annotations", "value", "answers")
    TASK_FIELD_NUMBER: _ClassVar[int]
    EXTERNAL_ID_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    ANNOTATIONS_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    ANSWERS_FIELD_NUMBER: _ClassVar[int]
    task: str
    external_id: str
    state: str
    annotations: int
    value: float
    answers: _containers.RepeatedCompositeFieldContainer[DoubtedAnswer]
    def __init__(self, task: _Optional[str] = ..., external_id: _Optional[str] = ..., state: _Optional[str] = ..., annotations: _Optional[int] = ..., value: _Optional[float] = ..., answers: _Optional[_Iterable[_Union[DoubtedAnswer, _Mapping]]] = ...) -> None: ...

class Looks(_message.Message):
    __slots__ = ("items", "considered", "complete")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    CONSIDERED_FIELD_NUMBER: _ClassVar[int]
    COMPLETE_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[Look]
    considered: int
    complete: bool
    def __init__(self, items: _Optional[_Iterable[_Union[Look, _Mapping]]] = ..., considered: _Optional[int] = ..., complete: _Optional[bool] = ...) -> None: ...
