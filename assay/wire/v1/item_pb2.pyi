from google.api import annotations_pb2 as _annotations_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class OnError(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ON_ERROR_UNSPECIFIED: _ClassVar[OnError]
    ON_ERROR_ABORT: _ClassVar[OnError]
    ON_ERROR_SKIP: _ClassVar[OnError]
ON_ERROR_UNSPECIFIED: OnError
ON_ERROR_ABORT: OnError
ON_ERROR_SKIP: OnError

class AddItemsRequest(_message.Message):
    __slots__ = ("project", "on_error", "items")
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    ON_ERROR_FIELD_NUMBER: _ClassVar[int]
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    project: str
    on_error: OnError
    items: _containers.RepeatedScalarFieldContainer[bytes]
    def __init__(self, project: _Optional[str] = ..., on_error: _Optional[_Union[OnError, str]] = ..., items: _Optional[_Iterable[bytes]] = ...) -> None: ...

class ImportReport(_message.Message):
    __slots__ = ("accepted", "existing", "rejected", "errors")
    IMPORT_FIELD_NUMBER: _ClassVar[int]
    ACCEPTED_FIELD_NUMBER: _ClassVar[int]
    EXISTING_FIELD_NUMBER: _ClassVar[int]
    REJECTED_FIELD_NUMBER: _ClassVar[int]
    ERRORS_FIELD_NUMBER: _ClassVar[int]
    accepted: int
    existing: int
    rejected: int
    errors: _containers.RepeatedCompositeFieldContainer[ImportRefusal]
    def __init__(self, accepted: _Optional[int] = ..., existing: _Optional[int] = ..., rejected: _Optional[int] = ..., errors: _Optional[_Iterable[_Union[ImportRefusal, _Mapping]]] = ..., **kwargs) -> None: ...

class ImportRefusal(_message.Message):
    __slots__ = ("line", "code", "pointer", "detail", "existing")
    LINE_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    POINTER_FIELD_NUMBER: _ClassVar[int]
    DETAIL_FIELD_NUMBER: _ClassVar[int]
    EXISTING_FIELD_NUMBER: _ClassVar[int]
    line: int
    code: str
    pointer: str
    detail: str
    existing: str
    def __init__(self, line: _Optional[int] = ..., code: _Optional[str] = ..., pointer: _Optional[str] = ..., detail: _Optional[str] = ..., existing: _Optional[str] = ...) -> None: ...

class ListItemsRequest(_message.Message):
    __slots__ = ("project", "state", "external_id", "gold", "limit", "cursor", "min_confidence", "max_confidence", "question", "answer", "text")
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    EXTERNAL_ID_FIELD_NUMBER: _ClassVar[int]
    GOLD_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    MIN_CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    MAX_CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    QUESTION_FIELD_NUMBER: _ClassVar[int]
    ANSWER_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    project: str
    state: str
    external_id: str
    gold: bool
    limit: int
    cursor: str
    min_confidence: float
    max_confidence: float
    question: str
    answer: str
    text: str
    def __init__(self, project: _Optional[str] = ..., state: _Optional[str] = ..., external_id: _Optional[str] = ..., gold: _Optional[bool] = ..., limit: _Optional[int] = ..., cursor: _Optional[str] = ..., min_confidence: _Optional[float] = ..., max_confidence: _Optional[float] = ..., question: _Optional[str] = ..., answer: _Optional[str] = ..., text: _Optional[str] = ...) -> None: ...

class ListItemsResponse(_message.Message):
    __slots__ = ("items", "next_cursor")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    NEXT_CURSOR_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[ListedItem]
    next_cursor: str
    def __init__(self, items: _Optional[_Iterable[_Union[ListedItem, _Mapping]]] = ..., next_cursor: _Optional[str] = ...) -> None: ...

class ListedItem(_message.Message):
    __slots__ = ("id", "item", "task", "external_id", "fields", "metadata", "state", "gold", "priority", "created_at", "confidence")
    ID_FIELD_NUMBER: _ClassVar[int]
    ITEM_FIELD_NUMBER: _ClassVar[int]
    TASK_FIELD_NUMBER: _ClassVar[int]
    EXTERNAL_ID_FIELD_NUMBER: _ClassVar[int]
    FIELDS_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    GOLD_FIELD_NUMBER: _ClassVar[int]
    PRIORITY_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    id: str
    item: str
    task: str
    external_id: str
    fields: bytes
    metadata: bytes
    state: str
    gold: bool
    priority: int
    created_at: str
    confidence: float
    def __init__(self, id: _Optional[str] = ..., item: _Optional[str] = ..., task: _Optional[str] = ..., external_id: _Optional[str] = ..., fields: _Optional[bytes] = ..., metadata: _Optional[bytes] = ..., state: _Optional[str] = ..., gold: _Optional[bool] = ..., priority: _Optional[int] = ..., created_at: _Optional[str] = ..., confidence: _Optional[float] = ...) -> None: ...
