from google.api import annotations_pb2 as _annotations_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ListFormatsRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class FileFormats(_message.Message):
    __slots__ = ("items",)
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[FileFormat]
    def __init__(self, items: _Optional[_Iterable[_Union[FileFormat, _Mapping]]] = ...) -> None: ...

class FileFormat(_message.Message):
    __slots__ = ("name", "title", "reads", "writes", "kinds", "loses")
    NAME_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    READS_FIELD_NUMBER: _ClassVar[int]
    WRITES_FIELD_NUMBER: _ClassVar[int]
    KINDS_FIELD_NUMBER: _ClassVar[int]
    LOSES_FIELD_NUMBER: _ClassVar[int]
    name: str
    title: str
    reads: bool
    writes: bool
    kinds: _containers.RepeatedScalarFieldContainer[str]
    loses: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, name: _Optional[str] = ..., title: _Optional[str] = ..., reads: _Optional[bool] = ..., writes: _Optional[bool] = ..., kinds: _Optional[_Iterable[str]] = ..., loses: _Optional[_Iterable[str]] = ...) -> None: ...

class CreateSnapshotRequest(_message.Message):
    __slots__ = ("project", "name", "gold", "min_probability")
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    GOLD_FIELD_NUMBER: _ClassVar[int]
    MIN_PROBABILITY_FIELD_NUMBER: _ClassVar[int]
    project: str
    name: str
    gold: bool
    min_probability: float
    def __init__(self, project: _Optional[str] = ..., name: _Optional[str] = ..., gold: _Optional[bool] = ..., min_probability: _Optional[float] = ...) -> None: ...

class Snapshot(_message.Message):
    __slots__ = ("id", "snapshot", "project", "name", "ontology_version", "sha256", "size_bytes", "items", "gold", "min_probability", "created_at")
    ID_FIELD_NUMBER: _ClassVar[int]
    SNAPSHOT_FIELD_NUMBER: _ClassVar[int]
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    ONTOLOGY_VERSION_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    SIZE_BYTES_FIELD_NUMBER: _ClassVar[int]
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    GOLD_FIELD_NUMBER: _ClassVar[int]
    MIN_PROBABILITY_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    id: str
    snapshot: str
    project: str
    name: str
    ontology_version: int
    sha256: str
    size_bytes: int
    items: int
    gold: bool
    min_probability: float
    created_at: str
    def __init__(self, id: _Optional[str] = ..., snapshot: _Optional[str] = ..., project: _Optional[str] = ..., name: _Optional[str] = ..., ontology_version: _Optional[int] = ..., sha256: _Optional[str] = ..., size_bytes: _Optional[int] = ..., items: _Optional[int] = ..., gold: _Optional[bool] = ..., min_probability: _Optional[float] = ..., created_at: _Optional[str] = ...) -> None: ...

class ListSnapshotsRequest(_message.Message):
    __slots__ = ("project", "limit", "cursor")
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    project: str
    limit: int
    cursor: str
    def __init__(self, project: _Optional[str] = ..., limit: _Optional[int] = ..., cursor: _Optional[str] = ...) -> None: ...

class ListSnapshotsResponse(_message.Message):
    __slots__ = ("items", "next_cursor")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    NEXT_CURSOR_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[Snapshot]
    next_cursor: str
    def __init__(self, items: _Optional[_Iterable[_Union[Snapshot, _Mapping]]] = ..., next_cursor: _Optional[str] = ...) -> None: ...

class GetSnapshotRequest(_message.Message):
    __slots__ = ("snapshot",)
    SNAPSHOT_FIELD_NUMBER: _ClassVar[int]
    snapshot: str
    def __init__(self, snapshot: _Optional[str] = ...) -> None: ...

class ExportSnapshotRequest(_message.Message):
    __slots__ = ("snapshot", "format", "media")
    SNAPSHOT_FIELD_NUMBER: _ClassVar[int]
    FORMAT_FIELD_NUMBER: _ClassVar[int]
    MEDIA_FIELD_NUMBER: _ClassVar[int]
    snapshot: str
    format: str
    media: bool
    def __init__(self, snapshot: _Optional[str] = ..., format: _Optional[str] = ..., media: _Optional[bool] = ...) -> None: ...

class ExportChunk(_message.Message):
    __slots__ = ("name", "media_type", "size_bytes", "notes", "chunk")
    NAME_FIELD_NUMBER: _ClassVar[int]
    MEDIA_TYPE_FIELD_NUMBER: _ClassVar[int]
    SIZE_BYTES_FIELD_NUMBER: _ClassVar[int]
    NOTES_FIELD_NUMBER: _ClassVar[int]
    CHUNK_FIELD_NUMBER: _ClassVar[int]
    name: str
    media_type: str
    size_bytes: int
    notes: _containers.RepeatedScalarFieldContainer[str]
    chunk: bytes
    def __init__(self, name: _Optional[str] = ..., media_type: _Optional[str] = ..., size_bytes: _Optional[int] = ..., notes: _Optional[_Iterable[str]] = ..., chunk: _Optional[bytes] = ...) -> None: ...
