from assay.wire.v1 import item_pb2 as _item_pb2
from google.api import annotations_pb2 as _annotations_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class AddAnnotationsRequest(_message.Message):
    __slots__ = ("project", "on_error", "annotations")
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    ON_ERROR_FIELD_NUMBER: _ClassVar[int]
    ANNOTATIONS_FIELD_NUMBER: _ClassVar[int]
    project: str
    on_error: _item_pb2.OnError
    annotations: _containers.RepeatedScalarFieldContainer[bytes]
    def __init__(self, project: _Optional[str] = ..., on_error: _Optional[_Union[_item_pb2.OnError, str]] = ..., annotations: _Optional[_Iterable[bytes]] = ...) -> None: ...
