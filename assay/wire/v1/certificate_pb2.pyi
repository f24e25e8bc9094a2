from google.api import annotations_pb2 as _annotations_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Optional as _Optional

DESCRIPTOR: _descriptor.FileDescriptor

class AuditRequest(_message.Message):
    __slots__ = ("snapshot", "audits", "target", "confidence", "least_similarity")
    SNAPSHOT_FIELD_NUMBER: _ClassVar[int]
    AUDITS_FIELD_NUMBER: _ClassVar[int]
    TARGET_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    LEAST_SIMILARITY_FIELD_NUMBER: _ClassVar[int]
    snapshot: str
    audits: int
    target: float
    confidence: float
    least_similarity: float
    def __init__(self, snapshot: _Optional[str] = ..., audits: _Optional[int] = ..., target: _Optional[float] = ..., confidence: _Optional[float] = ..., least_similarity: _Optional[float] = ...) -> None: ...

class SnapshotAudit(_message.Message):
    __slots__ = ("snapshot", "project", "items", "audits", "target", "confidence", "least_similarity", "created_at")
    SNAPSHOT_FIELD_NUMBER: _ClassVar[int]
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    AUDITS_FIELD_NUMBER: _ClassVar[int]
    TARGET_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    LEAST_SIMILARITY_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    snapshot: str
    project: str
    items: int
    audits: int
    target: float
    confidence: float
    least_similarity: float
    created_at: str
    def __init__(self, snapshot: _Optional[str] = ..., project: _Optional[str] = ..., items: _Optional[int] = ..., audits: _Optional[int] = ..., target: _Optional[float] = ..., confidence: _Optional[float] = ..., least_similarity: _Optional[float] = ..., created_at: _Optional[str] = ...) -> None: ...

class GetCertificateRequest(_message.Message):
    __slots__ = ("snapshot", "slice")
    SNAPSHOT_FIELD_NUMBER: _ClassVar[int]
    SLICE_FIELD_NUMBER: _ClassVar[int]
    snapshot: str
    slice: str
    def __init__(self, snapshot: _Optional[str] = ..., slice: _Optional[str] = ...) -> None: ...

class Certificate(_message.Message):
    __slots__ = ("document",)
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    document: bytes
    def __init__(self, document: _Optional[bytes] = ...) -> None: ...
