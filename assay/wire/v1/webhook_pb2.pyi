from google.api import annotations_pb2 as _annotations_pb2
from google.protobuf import empty_pb2 as _empty_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class WebhookState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    WEBHOOK_STATE_UNSPECIFIED: _ClassVar[WebhookState]
    WEBHOOK_STATE_ACTIVE: _ClassVar[WebhookState]
    WEBHOOK_STATE_DISABLED: _ClassVar[WebhookState]

class DeliveryState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DELIVERY_STATE_UNSPECIFIED: _ClassVar[DeliveryState]
    DELIVERY_STATE_PENDING: _ClassVar[DeliveryState]
    DELIVERY_STATE_DELIVERED: _ClassVar[DeliveryState]
    DELIVERY_STATE_DEAD: _ClassVar[DeliveryState]
WEBHOOK_STATE_UNSPECIFIED: WebhookState
WEBHOOK_STATE_ACTIVE: WebhookState
WEBHOOK_STATE_DISABLED: WebhookState
DELIVERY_STATE_UNSPECIFIED: DeliveryState
DELIVERY_STATE_PENDING: DeliveryState
DELIVERY_STATE_DELIVERED: DeliveryState
DELIVERY_STATE_DEAD: DeliveryState

class EventKinds(_message.Message):
    __slots__ = ("values", "every")
    VALUES_FIELD_NUMBER: _ClassVar[int]
    EVERY_FIELD_NUMBER: _ClassVar[int]
    values: _containers.RepeatedScalarFieldContainer[str]
    every: bool
    def __init__(self, values: _Optional[_Iterable[str]] = ..., every: _Optional[bool] = ...) -> None: ...

class CreateWebhookRequest(_message.Message):
    __slots__ = ("url", "project", "kinds")
    URL_FIELD_NUMBER: _ClassVar[int]
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    KINDS_FIELD_NUMBER: _ClassVar[int]
    url: str
    project: str
    kinds: EventKinds
    def __init__(self, url: _Optional[str] = ..., project: _Optional[str] = ..., kinds: _Optional[_Union[EventKinds, _Mapping]] = ...) -> None: ...

class WebhookWithSecret(_message.Message):
    __slots__ = ("id", "webhook", "url", "project", "kinds", "state", "reason", "secret_version", "previous_until", "created_at", "secret")
    ID_FIELD_NUMBER: _ClassVar[int]
    WEBHOOK_FIELD_NUMBER: _ClassVar[int]
    URL_FIELD_NUMBER: _ClassVar[int]
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    KINDS_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    SECRET_VERSION_FIELD_NUMBER: _ClassVar[int]
    PREVIOUS_UNTIL_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    SECRET_FIELD_NUMBER: _ClassVar[int]
    id: str
    webhook: str
    url: str
    project: str
    kinds: EventKinds
    state: WebhookState
    reason: str
    secret_version: int
    previous_until: str
    created_at: str
    secret: str
    def __init__(self, id: _Optional[str] = ..., webhook: _Optional[str] = ..., url: _Optional[str] = ..., project: _Optional[str] = ..., kinds: _Optional[_Union[EventKinds, _Mapping]] = ..., state: _Optional[_Union[WebhookState, str]] = ..., reason: _Optional[str] = ..., secret_version: _Optional[int] = ..., previous_until: _Optional[str] = ..., created_at: _Optional[str] = ..., secret: _Optional[str] = ...) -> None: ...

class ListWebhooksRequest(_message.Message):
    __slots__ = ("limit", "cursor")
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    limit: int
    cursor: str
    def __init__(self, limit: _Optional[int] = ..., cursor: _Optional[str] = ...) -> None: ...

class ListWebhooksResponse(_message.Message):
    __slots__ = ("items", "next_cursor")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    NEXT_CURSOR_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[Webhook]
    next_cursor: str
    def __init__(self, items: _Optional[_Iterable[_Union[Webhook, _Mapping]]] = ..., next_cursor: _Optional[str] = ...) -> None: ...

class GetWebhookRequest(_message.Message):
    __slots__ = ("webhook",)
    WEBHOOK_FIELD_NUMBER: _ClassVar[int]
    webhook: str
    def __init__(self, webhook: _Optional[str] = ...) -> None: ...

class Webhook(_message.Message):
    __slots__ = ("id", "webhook", "url", "project", "kinds", "state", "reason", "secret_version", "previous_until", "created_at")
    ID_FIELD_NUMBER: _ClassVar[int]
    WEBHOOK_FIELD_NUMBER: _ClassVar[int]
    URL_FIELD_NUMBER: _ClassVar[int]
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    KINDS_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    SECRET_VERSION_FIELD_NUMBER: _ClassVar[int]
    PREVIOUS_UNTIL_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    id: str
    webhook: str
    url: str
    project: str
    kinds: EventKinds
    state: WebhookState
    reason: str
    secret_version: int
    previous_until: str
    created_at: str
    def __init__(self, id: _Optional[str] = ..., webhook: _Optional[str] = ..., url: _Optional[str] = ..., project: _Optional[str] = ..., kinds: _Optional[_Union[EventKinds, _Mapping]] = ..., state: _Optional[_Union[WebhookState, str]] = ..., reason: _Optional[str] = ..., secret_version: _Optional[int] = ..., previous_until: _Optional[str] = ..., created_at: _Optional[str] = ...) -> None: ...

class ChangeWebhookRequest(_message.Message):
    __slots__ = ("webhook", "url", "kinds", "state")
    WEBHOOK_FIELD_NUMBER: _ClassVar[int]
    URL_FIELD_NUMBER: _ClassVar[int]
    KINDS_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    webhook: str
    url: str
    kinds: EventKinds
    state: WebhookState
    def __init__(self, webhook: _Optional[str] = ..., url: _Optional[str] = ..., kinds: _Optional[_Union[EventKinds, _Mapping]] = ..., state: _Optional[_Union[WebhookState, str]] = ...) -> None: ...

class DeleteWebhookRequest(_message.Message):
    __slots__ = ("webhook",)
    WEBHOOK_FIELD_NUMBER: _ClassVar[int]
    webhook: str
    def __init__(self, webhook: _Optional[str] = ...) -> None: ...

class RotateSecretRequest(_message.Message):
    __slots__ = ("webhook", "overlap_seconds")
    WEBHOOK_FIELD_NUMBER: _ClassVar[int]
    OVERLAP_SECONDS_FIELD_NUMBER: _ClassVar[int]
    webhook: str
    overlap_seconds: int
    def __init__(self, webhook: _Optional[str] = ..., overlap_seconds: _Optional[int] = ...) -> None: ...

class ListDeliveriesRequest(_message.Message):
    __slots__ = ("webhook", "state", "limit", "cursor")
    WEBHOOK_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    webhook: str
    state: DeliveryState
    limit: int
    cursor: str
    def __init__(self, webhook: _Optional[str] = ..., state: _Optional[_Union[DeliveryState, str]] = ..., limit: _Optional[int] = ..., cursor: _Optional[str] = ...) -> None: ...

class ListDeliveriesResponse(_message.Message):
    __slots__ = ("items", "next_cursor")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    NEXT_CURSOR_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[Delivery]
    next_cursor: str
    def __init__(self, items: _Optional[_Iterable[_Union[Delivery, _Mapping]]] = ..., next_cursor: _Optional[str] = ...) -> None: ...

class Delivery(_message.Message):
    __slots__ = ("id", "webhook", "kind", "project", "subject", "at", "state", "attempts", "next_at", "status", "error", "ended_at")
    ID_FIELD_NUMBER: _ClassVar[int]
    WEBHOOK_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    ATTEMPTS_FIELD_NUMBER: _ClassVar[int]
    NEXT_AT_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    ENDED_AT_FIELD_NUMBER: _ClassVar[int]
    id: str
    webhook: str
    kind: str
    project: str
    subject: str
    at: str
    state: DeliveryState
    attempts: int
    next_at: str
    status: int
    error: str
    ended_at: str
    def __init__(self, id: _Optional[str] = ..., webhook: _Optional[str] = ..., kind: _Optional[str] = ..., project: _Optional[str] = ..., subject: _Optional[str] = ..., at: _Optional[str] = ..., state: _Optional[_Union[DeliveryState, str]] = ..., attempts: _Optional[int] = ..., next_at: _Optional[str] = ..., status: _Optional[int] = ..., error: _Optional[str] = ..., ended_at: _Optional[str] = ...) -> None: ...

class DeliveryIds(_message.Message):
    __slots__ = ("values", "every")
    VALUES_FIELD_NUMBER: _ClassVar[int]
    EVERY_FIELD_NUMBER: _ClassVar[int]
    values: _containers.RepeatedScalarFieldContainer[str]
    every: bool
    def __init__(self, values: _Optional[_Iterable[str]] = ..., every: _Optional[bool] = ...) -> None: ...

class ReplayRequest(_message.Message):
    __slots__ = ("webhook", "deliveries")
    WEBHOOK_FIELD_NUMBER: _ClassVar[int]
    DELIVERIES_FIELD_NUMBER: _ClassVar[int]
    webhook: str
    deliveries: DeliveryIds
    def __init__(self, webhook: _Optional[str] = ..., deliveries: _Optional[_Union[DeliveryIds, _Mapping]] = ...) -> None: ...

class ReplayResponse(_message.Message):
    __slots__ = ("webhook", "replayed")
    WEBHOOK_FIELD_NUMBER: _ClassVar[int]
    REPLAYED_FIELD_NUMBER: _ClassVar[int]
    webhook: str
    replayed: int
    def __init__(self, webhook: _Optional[str] = ..., replayed: _Optional[int] = ...) -> None: ...
