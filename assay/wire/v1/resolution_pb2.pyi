from assay.wire.v1 import labeler_pb2 as _labeler_pb2
from google.api import annotations_pb2 as _annotations_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Verdict(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    VERDICT_UNSPECIFIED: _ClassVar[Verdict]
    VERDICT_ACCEPT: _ClassVar[Verdict]
    VERDICT_FIX: _ClassVar[Verdict]
    VERDICT_REJECT: _ClassVar[Verdict]
VERDICT_UNSPECIFIED: Verdict
VERDICT_ACCEPT: Verdict
VERDICT_FIX: Verdict
VERDICT_REJECT: Verdict

class GetTaskRequest(_message.Message):
    __slots__ = ("project", "task", "wait")
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    TASK_FIELD_NUMBER: _ClassVar[int]
    WAIT_FIELD_NUMBER: _ClassVar[int]
    project: str
    task: str
    wait: int
    def __init__(self, project: _Optional[str] = ..., task: _Optional[str] = ..., wait: _Optional[int] = ...) -> None: ...

class ReviewedItem(_message.Message):
    __slots__ = ("id", "external_id", "fields", "facts")
    ID_FIELD_NUMBER: _ClassVar[int]
    EXTERNAL_ID_FIELD_NUMBER: _ClassVar[int]
    FIELDS_FIELD_NUMBER: _ClassVar[int]
    FACTS_FIELD_NUMBER: _ClassVar[int]
    id: str
    external_id: str
    fields: bytes
    facts: bytes
    def __init__(self, id: _Optional[str] = ..., external_id: _Optional[str] = ..., fields: _Optional[bytes] = ..., facts: _Optional[bytes] = ...) -> None: ...

class GivenAnnotation(_message.Message):
    __slots__ = ("annotation", "labeler", "labeler_name", "kind", "ontology_version", "label", "counted", "created_at")
    ANNOTATION_FIELD_NUMBER: _ClassVar[int]
    LABELER_FIELD_NUMBER: _ClassVar[int]
    LABELER_NAME_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    ONTOLOGY_VERSION_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    COUNTED_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    annotation: str
    labeler: str
    labeler_name: str
    kind: _labeler_pb2.LabelerKind
    ontology_version: int
    label: bytes
    counted: bool
    created_at: str
    def __init__(self, annotation: _Optional[str] = ..., labeler: _Optional[str] = ..., labeler_name: _Optional[str] = ..., kind: _Optional[_Union[_labeler_pb2.LabelerKind, str]] = ..., ontology_version: _Optional[int] = ..., label: _Optional[bytes] = ..., counted: _Optional[bool] = ..., created_at: _Optional[str] = ...) -> None: ...

class GivenReview(_message.Message):
    __slots__ = ("review", "reviewer", "reviewer_name", "annotation", "resolution_version", "verdict", "label", "reason", "new_version", "created_at")
    REVIEW_FIELD_NUMBER: _ClassVar[int]
    REVIEWER_FIELD_NUMBER: _ClassVar[int]
    REVIEWER_NAME_FIELD_NUMBER: _ClassVar[int]
    ANNOTATION_FIELD_NUMBER: _ClassVar[int]
    RESOLUTION_VERSION_FIELD_NUMBER: _ClassVar[int]
    VERDICT_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    NEW_VERSION_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    review: str
    reviewer: str
    reviewer_name: str
    annotation: str
    resolution_version: int
    verdict: Verdict
    label: bytes
    reason: str
    new_version: int
    created_at: str
    def __init__(self, review: _Optional[str] = ..., reviewer: _Optional[str] = ..., reviewer_name: _Optional[str] = ..., annotation: _Optional[str] = ..., resolution_version: _Optional[int] = ..., verdict: _Optional[_Union[Verdict, str]] = ..., label: _Optional[bytes] = ..., reason: _Optional[str] = ..., new_version: _Optional[int] = ..., created_at: _Optional[str] = ...) -> None: ...

class TaskView(_message.Message):
    __slots__ = ("id", "task", "project", "state", "gold", "item", "resolution", "annotations", "reviews")
    ID_FIELD_NUMBER: _ClassVar[int]
    TASK_FIELD_NUMBER: _ClassVar[int]
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    GOLD_FIELD_NUMBER: _ClassVar[int]
    ITEM_FIELD_NUMBER: _ClassVar[int]
    RESOLUTION_FIELD_NUMBER: _ClassVar[int]
    ANNOTATIONS_FIELD_NUMBER: _ClassVar[int]
    REVIEWS_FIELD_NUMBER: _ClassVar[int]
    id: str
    task: str
    project: str
    state: str
    gold: bool
    item: ReviewedItem
    resolution: Resolution
    annotations: _containers.RepeatedCompositeFieldContainer[GivenAnnotation]
    reviews: _containers.RepeatedCompositeFieldContainer[GivenReview]
    def __init__(self, id: _Optional[str] = ..., task: _Optional[str] = ..., project: _Optional[str] = ..., state: _Optional[str] = ..., gold: _Optional[bool] = ..., item: _Optional[_Union[ReviewedItem, _Mapping]] = ..., resolution: _Optional[_Union[Resolution, _Mapping]] = ..., annotations: _Optional[_Iterable[_Union[GivenAnnotation, _Mapping]]] = ..., reviews: _Optional[_Iterable[_Union[GivenReview, _Mapping]]] = ...) -> None: ...

class ListResolutionsRequest(_message.Message):
    __slots__ = ("project", "state", "gold", "min_probability", "limit", "cursor")
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    GOLD_FIELD_NUMBER: _ClassVar[int]
    MIN_PROBABILITY_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    project: str
    state: str
    gold: bool
    min_probability: float
    limit: int
    cursor: str
    def __init__(self, project: _Optional[str] = ..., state: _Optional[str] = ..., gold: _Optional[bool] = ..., min_probability: _Optional[float] = ..., limit: _Optional[int] = ..., cursor: _Optional[str] = ...) -> None: ...

class ListResolutionsResponse(_message.Message):
    __slots__ = ("items", "next_cursor")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    NEXT_CURSOR_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[Resolution]
    next_cursor: str
    def __init__(self, items: _Optional[_Iterable[_Union[Resolution, _Mapping]]] = ..., next_cursor: _Optional[str] = ...) -> None: ...

class StreamResolutionsRequest(_message.Message):
    __slots__ = ("project", "state", "gold", "min_probability")
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    GOLD_FIELD_NUMBER: _ClassVar[int]
    MIN_PROBABILITY_FIELD_NUMBER: _ClassVar[int]
    project: str
    state: str
    gold: bool
    min_probability: float
    def __init__(self, project: _Optional[str] = ..., state: _Optional[str] = ..., gold: _Optional[bool] = ..., min_probability: _Optional[float] = ...) -> None: ...

class Resolution(_message.Message):
    __slots__ = ("task", "external_id", "state", "label", "probability", "annotations", "method", "version", "gold")
    TASK_FIELD_NUMBER: _ClassVar[int]
    EXTERNAL_ID_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    PROBABILITY_FIELD_NUMBER: _ClassVar[int]
    ANNOTATIONS_FIELD_NUMBER: _ClassVar[int]
    METHOD_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    GOLD_FIELD_NUMBER: _ClassVar[int]
    task: str
    external_id: str
    state: str
    label: bytes
    probability: bytes
    annotations: int
    method: str
    version: int
    gold: bool
    def __init__(self, task: _Optional[str] = ..., external_id: _Optional[str] = ..., state: _Optional[str] = ..., label: _Optional[bytes] = ..., probability: _Optional[bytes] = ..., annotations: _Optional[int] = ..., method: _Optional[str] = ..., version: _Optional[int] = ..., gold: _Optional[bool] = ...) -> None: ...

class ReviewTaskRequest(_message.Message):
    __slots__ = ("task", "target", "verdict", "label", "reason")
    TASK_FIELD_NUMBER: _ClassVar[int]
    TARGET_FIELD_NUMBER: _ClassVar[int]
    VERDICT_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    task: str
    target: ReviewTarget
    verdict: Verdict
    label: bytes
    reason: str
    def __init__(self, task: _Optional[str] = ..., target: _Optional[_Union[ReviewTarget, _Mapping]] = ..., verdict: _Optional[_Union[Verdict, str]] = ..., label: _Optional[bytes] = ..., reason: _Optional[str] = ...) -> None: ...

class ReviewTarget(_message.Message):
    __slots__ = ("annotation", "resolution_version")
    ANNOTATION_FIELD_NUMBER: _ClassVar[int]
    RESOLUTION_VERSION_FIELD_NUMBER: _ClassVar[int]
    annotation: str
    resolution_version: int
    def __init__(self, annotation: _Optional[str] = ..., resolution_version: _Optional[int] = ...) -> None: ...

class Reviewed(_message.Message):
    __slots__ = ("review", "task", "version")
    REVIEW_FIELD_NUMBER: _ClassVar[int]
    TASK_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    review: str
    task: str
    version: int
    def __init__(self, review: _Optional[str] = ..., task: _Optional[str] = ..., version: _Optional[int] = ...) -> None: ...
