from assay.wire.v1 import resolution_pb2 as _resolution_pb2
from google.api import annotations_pb2 as _annotations_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Stage(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    STAGE_UNSPECIFIED: _ClassVar[Stage]
    STAGE_LABEL: _ClassVar[Stage]
    STAGE_REVIEW: _ClassVar[Stage]
    STAGE_AUDIT: _ClassVar[Stage]
STAGE_UNSPECIFIED: Stage
STAGE_LABEL: Stage
STAGE_REVIEW: Stage
STAGE_AUDIT: Stage

class ClaimRequest(_message.Message):
    __slots__ = ("project", "count", "stage", "task")
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    STAGE_FIELD_NUMBER: _ClassVar[int]
    TASK_FIELD_NUMBER: _ClassVar[int]
    project: str
    count: int
    stage: Stage
    task: str
    def __init__(self, project: _Optional[str] = ..., count: _Optional[int] = ..., stage: _Optional[_Union[Stage, str]] = ..., task: _Optional[str] = ...) -> None: ...

class ClaimResponse(_message.Message):
    __slots__ = ("leases", "reviews")
    LEASES_FIELD_NUMBER: _ClassVar[int]
    REVIEWS_FIELD_NUMBER: _ClassVar[int]
    leases: _containers.RepeatedCompositeFieldContainer[Lease]
    reviews: _containers.RepeatedCompositeFieldContainer[ReviewLease]
    def __init__(self, leases: _Optional[_Iterable[_Union[Lease, _Mapping]]] = ..., reviews: _Optional[_Iterable[_Union[ReviewLease, _Mapping]]] = ...) -> None: ...

class LeasedItem(_message.Message):
    __slots__ = ("id", "external_id", "fields", "metadata")
    ID_FIELD_NUMBER: _ClassVar[int]
    EXTERNAL_ID_FIELD_NUMBER: _ClassVar[int]
    FIELDS_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    id: str
    external_id: str
    fields: bytes
    metadata: bytes
    def __init__(self, id: _Optional[str] = ..., external_id: _Optional[str] = ..., fields: _Optional[bytes] = ..., metadata: _Optional[bytes] = ...) -> None: ...

class OfferedLabel(_message.Message):
    __slots__ = ("labeler", "label")
    LABELER_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    labeler: str
    label: bytes
    def __init__(self, labeler: _Optional[str] = ..., label: _Optional[bytes] = ...) -> None: ...

class Lease(_message.Message):
    __slots__ = ("lease", "fence", "task", "item", "ontology_version", "predictions", "expires_at")
    LEASE_FIELD_NUMBER: _ClassVar[int]
    FENCE_FIELD_NUMBER: _ClassVar[int]
    TASK_FIELD_NUMBER: _ClassVar[int]
    ITEM_FIELD_NUMBER: _ClassVar[int]
    ONTOLOGY_VERSION_FIELD_NUMBER: _ClassVar[int]
    PREDICTIONS_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    lease: str
    fence: int
    task: str
    item: LeasedItem
    ontology_version: int
    predictions: _containers.RepeatedCompositeFieldContainer[OfferedLabel]
    expires_at: str
    def __init__(self, lease: _Optional[str] = ..., fence: _Optional[int] = ..., task: _Optional[str] = ..., item: _Optional[_Union[LeasedItem, _Mapping]] = ..., ontology_version: _Optional[int] = ..., predictions: _Optional[_Iterable[_Union[OfferedLabel, _Mapping]]] = ..., expires_at: _Optional[str] = ...) -> None: ...

class ReviewCandidate(_message.Message):
    __slots__ = ("annotation", "label", "labeler_name")
    ANNOTATION_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    LABELER_NAME_FIELD_NUMBER: _ClassVar[int]
    annotation: str
    label: bytes
    labeler_name: str
    def __init__(self, annotation: _Optional[str] = ..., label: _Optional[bytes] = ..., labeler_name: _Optional[str] = ...) -> None: ...

class ReviewLease(_message.Message):
    __slots__ = ("lease", "fence", "task", "stage", "item", "ontology_version", "resolution", "annotations", "expires_at")
    LEASE_FIELD_NUMBER: _ClassVar[int]
    FENCE_FIELD_NUMBER: _ClassVar[int]
    TASK_FIELD_NUMBER: _ClassVar[int]
    STAGE_FIELD_NUMBER: _ClassVar[int]
    ITEM_FIELD_NUMBER: _ClassVar[int]
    ONTOLOGY_VERSION_FIELD_NUMBER: _ClassVar[int]
    RESOLUTION_FIELD_NUMBER: _ClassVar[int]
    ANNOTATIONS_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    lease: str
    fence: int
    task: str
    stage: str
    item: _resolution_pb2.ReviewedItem
    ontology_version: int
    resolution: _resolution_pb2.Resolution
    annotations: _containers.RepeatedCompositeFieldContainer[ReviewCandidate]
    expires_at: str
    def __init__(self, lease: _Optional[str] = ..., fence: _Optional[int] = ..., task: _Optional[str] = ..., stage: _Optional[str] = ..., item: _Optional[_Union[_resolution_pb2.ReviewedItem, _Mapping]] = ..., ontology_version: _Optional[int] = ..., resolution: _Optional[_Union[_resolution_pb2.Resolution, _Mapping]] = ..., annotations: _Optional[_Iterable[_Union[ReviewCandidate, _Mapping]]] = ..., expires_at: _Optional[str] = ...) -> None: ...

class ListLeasesRequest(_message.Message):
    __slots__ = ("project", "limit", "cursor")
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    project: str
    limit: int
    cursor: str
    def __init__(self, project: _Optional[str] = ..., limit: _Optional[int] = ..., cursor: _Optional[str] = ...) -> None: ...

class HeldLease(_message.Message):
    __slots__ = ("lease", "fence", "task", "stage", "item", "ontology_version", "expires_at")
    LEASE_FIELD_NUMBER: _ClassVar[int]
    FENCE_FIELD_NUMBER: _ClassVar[int]
    TASK_FIELD_NUMBER: _ClassVar[int]
    STAGE_FIELD_NUMBER: _ClassVar[int]
    ITEM_FIELD_NUMBER: _ClassVar[int]
    ONTOLOGY_VERSION_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    lease: str
    fence: int
    task: str
    stage: str
    item: LeasedItem
    ontology_version: int
    expires_at: str
    def __init__(self, lease: _Optional[str] = ..., fence: _Optional[int] = ..., task: _Optional[str] = ..., stage: _Optional[str] = ..., item: _Optional[_Union[LeasedItem, _Mapping]] = ..., ontology_version: _Optional[int] = ..., expires_at: _Optional[str] = ...) -> None: ...

class HeldLeases(_message.Message):
    __slots__ = ("items", "next_cursor", "leases")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    NEXT_CURSOR_FIELD_NUMBER: _ClassVar[int]
    LEASES_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[HeldLease]
    next_cursor: str
    leases: _containers.RepeatedCompositeFieldContainer[HeldLease]
    def __init__(self, items: _Optional[_Iterable[_Union[HeldLease, _Mapping]]] = ..., next_cursor: _Optional[str] = ..., leases: _Optional[_Iterable[_Union[HeldLease, _Mapping]]] = ...) -> None: ...

class HeartbeatRequest(_message.Message):
    __slots__ = ("lease",)
    LEASE_FIELD_NUMBER: _ClassVar[int]
    lease: str
    def __init__(self, lease: _Optional[str] = ...) -> None: ...

class Prolonged(_message.Message):
    __slots__ = ("lease", "expires_at")
    LEASE_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    lease: str
    expires_at: str
    def __init__(self, lease: _Optional[str] = ..., expires_at: _Optional[str] = ...) -> None: ...

class ReleaseRequest(_message.Message):
    __slots__ = ("lease", "reason")
    LEASE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    lease: str
    reason: str
    def __init__(self, lease: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class Released(_message.Message):
    __slots__ = ("lease", "released")
    LEASE_FIELD_NUMBER: _ClassVar[int]
    RELEASED_FIELD_NUMBER: _ClassVar[int]
    lease: str
    released: bool
    def __init__(self, lease: _Optional[str] = ..., released: _Optional[bool] = ...) -> None: ...

class EditDraftRequest(_message.Message):
    __slots__ = ("lease", "base", "operations")
    LEASE_FIELD_NUMBER: _ClassVar[int]
    BASE_FIELD_NUMBER: _ClassVar[int]
    OPERATIONS_FIELD_NUMBER: _ClassVar[int]
    lease: str
    base: int
    operations: _containers.RepeatedCompositeFieldContainer[Operation]
    def __init__(self, lease: _Optional[str] = ..., base: _Optional[int] = ..., operations: _Optional[_Iterable[_Union[Operation, _Mapping]]] = ...) -> None: ...

class Operation(_message.Message):
    __slots__ = ("id", "forward", "inverse")
    ID_FIELD_NUMBER: _ClassVar[int]
    FORWARD_FIELD_NUMBER: _ClassVar[int]
    INVERSE_FIELD_NUMBER: _ClassVar[int]
    id: str
    forward: _containers.RepeatedScalarFieldContainer[bytes]
    inverse: _containers.RepeatedScalarFieldContainer[bytes]
    def __init__(self, id: _Optional[str] = ..., forward: _Optional[_Iterable[bytes]] = ..., inverse: _Optional[_Iterable[bytes]] = ...) -> None: ...

class DraftRevision(_message.Message):
    __slots__ = ("revision",)
    REVISION_FIELD_NUMBER: _ClassVar[int]
    revision: int
    def __init__(self, revision: _Optional[int] = ...) -> None: ...

class GetDraftRequest(_message.Message):
    __slots__ = ("lease",)
    LEASE_FIELD_NUMBER: _ClassVar[int]
    lease: str
    def __init__(self, lease: _Optional[str] = ...) -> None: ...

class Draft(_message.Message):
    __slots__ = ("label", "revision")
    LABEL_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    label: bytes
    revision: int
    def __init__(self, label: _Optional[bytes] = ..., revision: _Optional[int] = ...) -> None: ...

class SubmitRequest(_message.Message):
    __slots__ = ("lease", "fence", "label", "target", "verdict", "reason", "wait")
    LEASE_FIELD_NUMBER: _ClassVar[int]
    FENCE_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    TARGET_FIELD_NUMBER: _ClassVar[int]
    VERDICT_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    WAIT_FIELD_NUMBER: _ClassVar[int]
    lease: str
    fence: int
    label: bytes
    target: _resolution_pb2.ReviewTarget
    verdict: _resolution_pb2.Verdict
    reason: str
    wait: int
    def __init__(self, lease: _Optional[str] = ..., fence: _Optional[int] = ..., label: _Optional[bytes] = ..., target: _Optional[_Union[_resolution_pb2.ReviewTarget, _Mapping]] = ..., verdict: _Optional[_Union[_resolution_pb2.Verdict, str]] = ..., reason: _Optional[str] = ..., wait: _Optional[int] = ...) -> None: ...

class SubmitResponse(_message.Message):
    __slots__ = ("annotation", "task_state", "review", "task", "version")
    ANNOTATION_FIELD_NUMBER: _ClassVar[int]
    TASK_STATE_FIELD_NUMBER: _ClassVar[int]
    REVIEW_FIELD_NUMBER: _ClassVar[int]
    TASK_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    annotation: str
    task_state: str
    review: str
    task: str
    version: int
    def __init__(self, annotation: _Optional[str] = ..., task_state: _Optional[str] = ..., review: _Optional[str] = ..., task: _Optional[str] = ..., version: _Optional[int] = ...) -> None: ...

class SubmitManyRequest(_message.Message):
    __slots__ = ("project", "submissions")
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    SUBMISSIONS_FIELD_NUMBER: _ClassVar[int]
    project: str
    submissions: _containers.RepeatedCompositeFieldContainer[Submission]
    def __init__(self, project: _Optional[str] = ..., submissions: _Optional[_Iterable[_Union[Submission, _Mapping]]] = ...) -> None: ...

class Submission(_message.Message):
    __slots__ = ("lease", "fence", "label")
    LEASE_FIELD_NUMBER: _ClassVar[int]
    FENCE_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    lease: str
    fence: int
    label: bytes
    def __init__(self, lease: _Optional[str] = ..., fence: _Optional[int] = ..., label: _Optional[bytes] = ...) -> None: ...

class WorkRequest(_message.Message):
    __slots__ = ("project", "credit", "resume", "submissions", "releases", "heartbeats")
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    CREDIT_FIELD_NUMBER: _ClassVar[int]
    RESUME_FIELD_NUMBER: _ClassVar[int]
    SUBMISSIONS_FIELD_NUMBER: _ClassVar[int]
    RELEASES_FIELD_NUMBER: _ClassVar[int]
    HEARTBEATS_FIELD_NUMBER: _ClassVar[int]
    project: str
    credit: int
    resume: bool
    submissions: _containers.RepeatedCompositeFieldContainer[Submission]
    releases: _containers.RepeatedCompositeFieldContainer[ReleaseRequest]
    heartbeats: _containers.RepeatedCompositeFieldContainer[HeartbeatRequest]
    def __init__(self, project: _Optional[str] = ..., credit: _Optional[int] = ..., resume: _Optional[bool] = ..., submissions: _Optional[_Iterable[_Union[Submission, _Mapping]]] = ..., releases: _Optional[_Iterable[_Union[ReleaseRequest, _Mapping]]] = ..., heartbeats: _Optional[_Iterable[_Union[HeartbeatRequest, _Mapping]]] = ...) -> None: ...

class WorkResponse(_message.Message):
    __slots__ = ("leases", "settlements", "holdings", "draining")
    LEASES_FIELD_NUMBER: _ClassVar[int]
    SETTLEMENTS_FIELD_NUMBER: _ClassVar[int]
    HOLDINGS_FIELD_NUMBER: _ClassVar[int]
    DRAINING_FIELD_NUMBER: _ClassVar[int]
    leases: _containers.RepeatedCompositeFieldContainer[Lease]
    settlements: _containers.RepeatedCompositeFieldContainer[Settlement]
    holdings: _containers.RepeatedCompositeFieldContainer[Holding]
    draining: bool
    def __init__(self, leases: _Optional[_Iterable[_Union[Lease, _Mapping]]] = ..., settlements: _Optional[_Iterable[_Union[Settlement, _Mapping]]] = ..., holdings: _Optional[_Iterable[_Union[Holding, _Mapping]]] = ..., draining: _Optional[bool] = ...) -> None: ...

class Holding(_message.Message):
    __slots__ = ("lease", "released", "expires_at", "problem")
    LEASE_FIELD_NUMBER: _ClassVar[int]
    RELEASED_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    PROBLEM_FIELD_NUMBER: _ClassVar[int]
    lease: str
    released: bool
    expires_at: str
    problem: Problem
    def __init__(self, lease: _Optional[str] = ..., released: _Optional[bool] = ..., expires_at: _Optional[str] = ..., problem: _Optional[_Union[Problem, _Mapping]] = ...) -> None: ...

class SubmitManyResponse(_message.Message):
    __slots__ = ("settlements",)
    SETTLEMENTS_FIELD_NUMBER: _ClassVar[int]
    settlements: _containers.RepeatedCompositeFieldContainer[Settlement]
    def __init__(self, settlements: _Optional[_Iterable[_Union[Settlement, _Mapping]]] = ...) -> None: ...

class Settlement(_message.Message):
    __slots__ = ("lease", "annotation", "task_state", "problem")
    LEASE_FIELD_NUMBER: _ClassVar[int]
    ANNOTATION_FIELD_NUMBER: _ClassVar[int]
    TASK_STATE_FIELD_NUMBER: _ClassVar[int]
    PROBLEM_FIELD_NUMBER: _ClassVar[int]
    lease: str
    annotation: str
    task_state: str
    problem: Problem
    def __init__(self, lease: _Optional[str] = ..., annotation: _Optional[str] = ..., task_state: _Optional[str] = ..., problem: _Optional[_Union[Problem, _Mapping]] = ...) -> None: ...

class Problem(_message.Message):
    __slots__ = ("code", "detail", "pointer")
    CODE_FIELD_NUMBER: _ClassVar[int]
    DETAIL_FIELD_NUMBER: _ClassVar[int]
    POINTER_FIELD_NUMBER: _ClassVar[int]
    code: str
    detail: str
    pointer: str
    def __init__(self, code: _Optional[str] = ..., detail: _Optional[str] = ..., pointer: _Optional[str] = ...) -> None: ...
