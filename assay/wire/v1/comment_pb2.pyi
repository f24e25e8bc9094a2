from assay.wire.v1 import lease_pb2 as _lease_pb2
from google.api import annotations_pb2 as _annotations_pb2
from google.protobuf import empty_pb2 as _empty_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class AddCommentRequest(_message.Message):
    __slots__ = ("task", "text", "annotation", "question", "object", "field", "x", "y")
    TASK_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    ANNOTATION_FIELD_NUMBER: _ClassVar[int]
    QUESTION_FIELD_NUMBER: _ClassVar[int]
    OBJECT_FIELD_NUMBER: _ClassVar[int]
    FIELD_FIELD_NUMBER: _ClassVar[int]
    X_FIELD_NUMBER: _ClassVar[int]
    Y_FIELD_NUMBER: _ClassVar[int]
    task: str
    text: str
    annotation: str
    question: str
    object: str
    field: str
    x: float
    y: float
    def __init__(self, task: _Optional[str] = ..., text: _Optional[str] = ..., annotation: _Optional[str] = ..., question: _Optional[str] = ..., object: _Optional[str] = ..., field: _Optional[str] = ..., x: _Optional[float] = ..., y: _Optional[float] = ...) -> None: ...

class WithdrawCommentRequest(_message.Message):
    __slots__ = ("comment",)
    COMMENT_FIELD_NUMBER: _ClassVar[int]
    comment: str
    def __init__(self, comment: _Optional[str] = ...) -> None: ...

class Comment(_message.Message):
    __slots__ = ("id", "comment", "project", "task", "external_id", "annotation", "question", "object", "field", "x", "y", "text", "created_at", "author", "author_name")
    ID_FIELD_NUMBER: _ClassVar[int]
    COMMENT_FIELD_NUMBER: _ClassVar[int]
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    TASK_FIELD_NUMBER: _ClassVar[int]
    EXTERNAL_ID_FIELD_NUMBER: _ClassVar[int]
    ANNOTATION_FIELD_NUMBER: _ClassVar[int]
    QUESTION_FIELD_NUMBER: _ClassVar[int]
    OBJECT_FIELD_NUMBER: _ClassVar[int]
    FIELD_FIELD_NUMBER: _ClassVar[int]
    X_FIELD_NUMBER: _ClassVar[int]
    Y_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    AUTHOR_FIELD_NUMBER: _ClassVar[int]
    AUTHOR_NAME_FIELD_NUMBER: _ClassVar[int]
    id: str
    comment: str
    project: str
    task: str
    external_id: str
    annotation: str
    question: str
    object: str
    field: str
    x: float
    y: float
    text: str
    created_at: str
    author: str
    author_name: str
    def __init__(self, id: _Optional[str] = ..., comment: _Optional[str] = ..., project: _Optional[str] = ..., task: _Optional[str] = ..., external_id: _Optional[str] = ..., annotation: _Optional[str] = ..., question: _Optional[str] = ..., object: _Optional[str] = ..., field: _Optional[str] = ..., x: _Optional[float] = ..., y: _Optional[float] = ..., text: _Optional[str] = ..., created_at: _Optional[str] = ..., author: _Optional[str] = ..., author_name: _Optional[str] = ...) -> None: ...

class ListedComment(_message.Message):
    __slots__ = ("id", "comment", "project", "task", "external_id", "annotation", "question", "object", "field", "x", "y", "text", "created_at", "author", "author_name", "item", "ontology_version", "label")
    ID_FIELD_NUMBER: _ClassVar[int]
    COMMENT_FIELD_NUMBER: _ClassVar[int]
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    TASK_FIELD_NUMBER: _ClassVar[int]
    EXTERNAL_ID_FIELD_NUMBER: _ClassVar[int]
    ANNOTATION_FIELD_NUMBER: _ClassVar[int]
    QUESTION_FIELD_NUMBER: _ClassVar[int]
    OBJECT_FIELD_NUMBER: _ClassVar[int]
    FIELD_FIELD_NUMBER: _ClassVar[int]
    X_FIELD_NUMBER: _ClassVar[int]
    Y_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    AUTHOR_FIELD_NUMBER: _ClassVar[int]
    AUTHOR_NAME_FIELD_NUMBER: _ClassVar[int]
    ITEM_FIELD_NUMBER: _ClassVar[int]
    ONTOLOGY_VERSION_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    id: str
    comment: str
    project: str
    task: str
    external_id: str
    annotation: str
    question: str
    object: str
    field: str
    x: float
    y: float
    text: str
    created_at: str
    author: str
    author_name: str
    item: _lease_pb2.LeasedItem
    ontology_version: int
    label: bytes
    def __init__(self, id: _Optional[str] = ..., comment: _Optional[str] = ..., project: _Optional[str] = ..., task: _Optional[str] = ..., external_id: _Optional[str] = ..., annotation: _Optional[str] = ..., question: _Optional[str] = ..., object: _Optional[str] = ..., field: _Optional[str] = ..., x: _Optional[float] = ..., y: _Optional[float] = ..., text: _Optional[str] = ..., created_at: _Optional[str] = ..., author: _Optional[str] = ..., author_name: _Optional[str] = ..., item: _Optional[_Union[_lease_pb2.LeasedItem, _Mapping]] = ..., ontology_version: _Optional[int] = ..., label: _Optional[bytes] = ...) -> None: ...

class ListCommentsRequest(_message.Message):
    __slots__ = ("project", "task", "limit", "cursor")
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    TASK_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    project: str
    task: str
    limit: int
    cursor: str
    def __init__(self, project: _Optional[str] = ..., task: _Optional[str] = ..., limit: _Optional[int] = ..., cursor: _Optional[str] = ...) -> None: ...

class ListCommentsResponse(_message.Message):
    __slots__ = ("items", "next_cursor")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    NEXT_CURSOR_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[ListedComment]
    next_cursor: str
    def __init__(self, items: _Optional[_Iterable[_Union[ListedComment, _Mapping]]] = ..., next_cursor: _Optional[str] = ...) -> None: ...
