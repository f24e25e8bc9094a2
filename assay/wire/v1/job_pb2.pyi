from assay.wire.v1 import item_pb2 as _item_pb2
from google.api import annotations_pb2 as _annotations_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ImportedLabels(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    IMPORTED_LABELS_UNSPECIFIED: _ClassVar[ImportedLabels]
    IMPORTED_LABELS_ANNOTATIONS: _ClassVar[ImportedLabels]
    IMPORTED_LABELS_GOLD: _ClassVar[ImportedLabels]
    IMPORTED_LABELS_IGNORE: _ClassVar[ImportedLabels]
IMPORTED_LABELS_UNSPECIFIED: ImportedLabels
IMPORTED_LABELS_ANNOTATIONS: ImportedLabels
IMPORTED_LABELS_GOLD: ImportedLabels
IMPORTED_LABELS_IGNORE: ImportedLabels

class ImportFileRequest(_message.Message):
    __slots__ = ("project", "format", "asset", "url", "name", "on_error", "labels", "labeler", "media")
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    FORMAT_FIELD_NUMBER: _ClassVar[int]
    ASSET_FIELD_NUMBER: _ClassVar[int]
    URL_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    ON_ERROR_FIELD_NUMBER: _ClassVar[int]
    LABELS_FIELD_NUMBER: _ClassVar[int]
    LABELER_FIELD_NUMBER: _ClassVar[int]
    MEDIA_FIELD_NUMBER: _ClassVar[int]
    project: str
    format: str
    asset: str
    url: str
    name: str
    on_error: _item_pb2.OnError
    labels: ImportedLabels
    labeler: str
    media: str
    def __init__(self, project: _Optional[str] = ..., format: _Optional[str] = ..., asset: _Optional[str] = ..., url: _Optional[str] = ..., name: _Optional[str] = ..., on_error: _Optional[_Union[_item_pb2.OnError, str]] = ..., labels: _Optional[_Union[ImportedLabels, str]] = ..., labeler: _Optional[str] = ..., media: _Optional[str] = ...) -> None: ...

class StartedJob(_message.Message):
    __slots__ = ("id", "job")
    ID_FIELD_NUMBER: _ClassVar[int]
    JOB_FIELD_NUMBER: _ClassVar[int]
    id: str
    job: str
    def __init__(self, id: _Optional[str] = ..., job: _Optional[str] = ...) -> None: ...

class GetJobRequest(_message.Message):
    __slots__ = ("job",)
    JOB_FIELD_NUMBER: _ClassVar[int]
    job: str
    def __init__(self, job: _Optional[str] = ...) -> None: ...

class Job(_message.Message):
    __slots__ = ("id", "job", "kind", "project", "state", "done", "total", "result", "error", "created_at", "updated_at")
    ID_FIELD_NUMBER: _ClassVar[int]
    JOB_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    DONE_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    RESULT_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    UPDATED_AT_FIELD_NUMBER: _ClassVar[int]
    id: str
    job: str
    kind: str
    project: str
    state: str
    done: int
    total: int
    result: bytes
    error: bytes
    created_at: str
    updated_at: str
    def __init__(self, id: _Optional[str] = ..., job: _Optional[str] = ..., kind: _Optional[str] = ..., project: _Optional[str] = ..., state: _Optional[str] = ..., done: _Optional[int] = ..., total: _Optional[int] = ..., result: _Optional[bytes] = ..., error: _Optional[bytes] = ..., created_at: _Optional[str] = ..., updated_at: _Optional[str] = ...) -> None: ...

class ListJobsRequest(_message.Message):
    __slots__ = ("project", "limit", "cursor")
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    project: str
    limit: int
    cursor: str
    def __init__(self, project: _Optional[str] = ..., limit: _Optional[int] = ..., cursor: _Optional[str] = ...) -> None: ...

class ListJobsResponse(_message.Message):
    __slots__ = ("items", "next_cursor")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    NEXT_CURSOR_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[Job]
    next_cursor: str
    def __init__(self, items: _Optional[_Iterable[_Union[Job, _Mapping]]] = ..., next_cursor: _Optional[str] = ...) -> None: ...
