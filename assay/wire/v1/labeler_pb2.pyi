from google.api import annotations_pb2 as _annotations_pb2
from google.protobuf import empty_pb2 as _empty_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Role(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ROLE_UNSPECIFIED: _ClassVar[Role]
    ROLE_LABELER: _ClassVar[Role]
    ROLE_REVIEWER: _ClassVar[Role]
    ROLE_MANAGER: _ClassVar[Role]
    ROLE_ADMIN: _ClassVar[Role]

class LabelerKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    LABELER_KIND_UNSPECIFIED: _ClassVar[LabelerKind]
    LABELER_KIND_PERSON: _ClassVar[LabelerKind]
    LABELER_KIND_MODEL: _ClassVar[LabelerKind]
    LABELER_KIND_FUNCTION: _ClassVar[LabelerKind]
    LABELER_KIND_LLM: _ClassVar[LabelerKind]
ROLE_UNSPECIFIED: Role
ROLE_LABELER: Role
ROLE_REVIEWER: Role
ROLE_MANAGER: Role
ROLE_ADMIN: Role
LABELER_KIND_UNSPECIFIED: LabelerKind
LABELER_KIND_PERSON: LabelerKind
LABELER_KIND_MODEL: LabelerKind
LABELER_KIND_FUNCTION: LabelerKind
LABELER_KIND_LLM: LabelerKind

class CreateLabelerRequest(_message.Message):
    __slots__ = ("name", "kind", "role", "email", "password")
    NAME_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    EMAIL_FIELD_NUMBER: _ClassVar[int]
    PASSWORD_FIELD_NUMBER: _ClassVar[int]
    name: str
    kind: LabelerKind
    role: Role
    email: str
    password: str
    def __init__(self, name: _Optional[str] = ..., kind: _Optional[_Union[LabelerKind, str]] = ..., role: _Optional[_Union[Role, str]] = ..., email: _Optional[str] = ..., password: _Optional[str] = ...) -> None: ...

class LabelerWithKey(_message.Message):
    __slots__ = ("id", "labeler", "name", "kind", "role", "created_at", "disabled_at", "api_key")
    ID_FIELD_NUMBER: _ClassVar[int]
    LABELER_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    DISABLED_AT_FIELD_NUMBER: _ClassVar[int]
    API_KEY_FIELD_NUMBER: _ClassVar[int]
    id: str
    labeler: str
    name: str
    kind: LabelerKind
    role: Role
    created_at: str
    disabled_at: str
    api_key: str
    def __init__(self, id: _Optional[str] = ..., labeler: _Optional[str] = ..., name: _Optional[str] = ..., kind: _Optional[_Union[LabelerKind, str]] = ..., role: _Optional[_Union[Role, str]] = ..., created_at: _Optional[str] = ..., disabled_at: _Optional[str] = ..., api_key: _Optional[str] = ...) -> None: ...

class ListLabelersRequest(_message.Message):
    __slots__ = ("limit", "cursor")
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    limit: int
    cursor: str
    def __init__(self, limit: _Optional[int] = ..., cursor: _Optional[str] = ...) -> None: ...

class ListLabelersResponse(_message.Message):
    __slots__ = ("items", "next_cursor")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    NEXT_CURSOR_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[Labeler]
    next_cursor: str
    def __init__(self, items: _Optional[_Iterable[_Union[Labeler, _Mapping]]] = ..., next_cursor: _Optional[str] = ...) -> None: ...

class Labeler(_message.Message):
    __slots__ = ("id", "labeler", "name", "kind", "role", "created_at", "disabled_at")
    ID_FIELD_NUMBER: _ClassVar[int]
    LABELER_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    DISABLED_AT_FIELD_NUMBER: _ClassVar[int]
    id: str
    labeler: str
    name: str
    kind: LabelerKind
    role: Role
    created_at: str
    disabled_at: str
    def __init__(self, id: _Optional[str] = ..., labeler: _Optional[str] = ..., name: _Optional[str] = ..., kind: _Optional[_Union[LabelerKind, str]] = ..., role: _Optional[_Union[Role, str]] = ..., created_at: _Optional[str] = ..., disabled_at: _Optional[str] = ...) -> None: ...

class GetLabelerRequest(_message.Message):
    __slots__ = ("labeler",)
    LABELER_FIELD_NUMBER: _ClassVar[int]
    labeler: str
    def __init__(self, labeler: _Optional[str] = ...) -> None: ...

class ChangeLabelerRequest(_message.Message):
    __slots__ = ("labeler", "name", "role", "disabled")
    LABELER_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    DISABLED_FIELD_NUMBER: _ClassVar[int]
    labeler: str
    name: str
    role: Role
    disabled: bool
    def __init__(self, labeler: _Optional[str] = ..., name: _Optional[str] = ..., role: _Optional[_Union[Role, str]] = ..., disabled: _Optional[bool] = ...) -> None: ...

class DisableLabelerRequest(_message.Message):
    __slots__ = ("labeler",)
    LABELER_FIELD_NUMBER: _ClassVar[int]
    labeler: str
    def __init__(self, labeler: _Optional[str] = ...) -> None: ...

class InviteLabelerRequest(_message.Message):
    __slots__ = ("labeler",)
    LABELER_FIELD_NUMBER: _ClassVar[int]
    labeler: str
    def __init__(self, labeler: _Optional[str] = ...) -> None: ...

class Invitation(_message.Message):
    __slots__ = ("id", "invitation", "labeler", "url", "expires_at")
    ID_FIELD_NUMBER: _ClassVar[int]
    INVITATION_FIELD_NUMBER: _ClassVar[int]
    LABELER_FIELD_NUMBER: _ClassVar[int]
    URL_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    id: str
    invitation: str
    labeler: str
    url: str
    expires_at: str
    def __init__(self, id: _Optional[str] = ..., invitation: _Optional[str] = ..., labeler: _Optional[str] = ..., url: _Optional[str] = ..., expires_at: _Optional[str] = ...) -> None: ...

class ListMembersRequest(_message.Message):
    __slots__ = ("project", "limit", "cursor")
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    project: str
    limit: int
    cursor: str
    def __init__(self, project: _Optional[str] = ..., limit: _Optional[int] = ..., cursor: _Optional[str] = ...) -> None: ...

class ListMembersResponse(_message.Message):
    __slots__ = ("items", "next_cursor")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    NEXT_CURSOR_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[Labeler]
    next_cursor: str
    def __init__(self, items: _Optional[_Iterable[_Union[Labeler, _Mapping]]] = ..., next_cursor: _Optional[str] = ...) -> None: ...

class AddMemberRequest(_message.Message):
    __slots__ = ("project", "labeler")
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    LABELER_FIELD_NUMBER: _ClassVar[int]
    project: str
    labeler: str
    def __init__(self, project: _Optional[str] = ..., labeler: _Optional[str] = ...) -> None: ...

class Member(_message.Message):
    __slots__ = ("project", "labeler")
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    LABELER_FIELD_NUMBER: _ClassVar[int]
    project: str
    labeler: str
    def __init__(self, project: _Optional[str] = ..., labeler: _Optional[str] = ...) -> None: ...

class RemoveMemberRequest(_message.Message):
    __slots__ = ("project", "labeler")
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    LABELER_FIELD_NUMBER: _ClassVar[int]
    project: str
    labeler: str
    def __init__(self, project: _Optional[str] = ..., labeler: _Optional[str] = ...) -> None: ...

class GetMyselfRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class Myself(_message.Message):
    __slots__ = ("labeler", "name", "kind", "role", "organization", "email", "has_password", "by_link")
    LABELER_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    ORGANIZATION_FIELD_NUMBER: _ClassVar[int]
    EMAIL_FIELD_NUMBER: _ClassVar[int]
    HAS_PASSWORD_FIELD_NUMBER: _ClassVar[int]
    BY_LINK_FIELD_NUMBER: _ClassVar[int]
    labeler: str
    name: str
    kind: LabelerKind
    role: Role
    organization: str
    email: str
    has_password: bool
    by_link: bool
    def __init__(self, labeler: _Optional[str] = ..., name: _Optional[str] = ..., kind: _Optional[_Union[LabelerKind, str]] = ..., role: _Optional[_Union[Role, str]] = ..., organization: _Optional[str] = ..., email: _Optional[str] = ..., has_password: _Optional[bool] = ..., by_link: _Optional[bool] = ...) -> None: ...
