from google.api import annotations_pb2 as _annotations_pb2
from google.protobuf import empty_pb2 as _empty_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Access(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ACCESS_UNSPECIFIED: _ClassVar[Access]
    ACCESS_ORGANIZATION: _ClassVar[Access]
    ACCESS_MEMBERS: _ClassVar[Access]
ACCESS_UNSPECIFIED: Access
ACCESS_ORGANIZATION: Access
ACCESS_MEMBERS: Access

class CreateProjectRequest(_message.Message):
    __slots__ = ("name", "ontology", "access", "quality", "lease_seconds", "blind_review")
    NAME_FIELD_NUMBER: _ClassVar[int]
    ONTOLOGY_FIELD_NUMBER: _ClassVar[int]
    ACCESS_FIELD_NUMBER: _ClassVar[int]
    QUALITY_FIELD_NUMBER: _ClassVar[int]
    LEASE_SECONDS_FIELD_NUMBER: _ClassVar[int]
    BLIND_REVIEW_FIELD_NUMBER: _ClassVar[int]
    name: str
    ontology: bytes
    access: Access
    quality: Quality
    lease_seconds: int
    blind_review: bool
    def __init__(self, name: _Optional[str] = ..., ontology: _Optional[bytes] = ..., access: _Optional[_Union[Access, str]] = ..., quality: _Optional[_Union[Quality, _Mapping]] = ..., lease_seconds: _Optional[int] = ..., blind_review: _Optional[bool] = ...) -> None: ...

class ListProjectsRequest(_message.Message):
    __slots__ = ("limit", "cursor")
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    limit: int
    cursor: str
    def __init__(self, limit: _Optional[int] = ..., cursor: _Optional[str] = ...) -> None: ...

class ListProjectsResponse(_message.Message):
    __slots__ = ("items", "next_cursor")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    NEXT_CURSOR_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[Project]
    next_cursor: str
    def __init__(self, items: _Optional[_Iterable[_Union[Project, _Mapping]]] = ..., next_cursor: _Optional[str] = ...) -> None: ...

class GetProjectRequest(_message.Message):
    __slots__ = ("project",)
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    project: str
    def __init__(self, project: _Optional[str] = ...) -> None: ...

class ChangeProjectRequest(_message.Message):
    __slots__ = ("project", "name", "access", "quality", "lease_seconds", "blind_review")
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    ACCESS_FIELD_NUMBER: _ClassVar[int]
    QUALITY_FIELD_NUMBER: _ClassVar[int]
    LEASE_SECONDS_FIELD_NUMBER: _ClassVar[int]
    BLIND_REVIEW_FIELD_NUMBER: _ClassVar[int]
    project: str
    name: str
    access: Access
    quality: Quality
    lease_seconds: int
    blind_review: bool
    def __init__(self, project: _Optional[str] = ..., name: _Optional[str] = ..., access: _Optional[_Union[Access, str]] = ..., quality: _Optional[_Union[Quality, _Mapping]] = ..., lease_seconds: _Optional[int] = ..., blind_review: _Optional[bool] = ...) -> None: ...

class DeleteProjectRequest(_message.Message):
    __slots__ = ("project",)
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    project: str
    def __init__(self, project: _Optional[str] = ...) -> None: ...

class GetOntologyRequest(_message.Message):
    __slots__ = ("project", "version")
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    project: str
    version: int
    def __init__(self, project: _Optional[str] = ..., version: _Optional[int] = ...) -> None: ...

class OntologyVersion(_message.Message):
    __slots__ = ("project", "ontology_version", "ontology")
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    ONTOLOGY_VERSION_FIELD_NUMBER: _ClassVar[int]
    ONTOLOGY_FIELD_NUMBER: _ClassVar[int]
    project: str
    ontology_version: int
    ontology: bytes
    def __init__(self, project: _Optional[str] = ..., ontology_version: _Optional[int] = ..., ontology: _Optional[bytes] = ...) -> None: ...

class ChangeOntologyRequest(_message.Message):
    __slots__ = ("project", "ontology", "dry_run")
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    ONTOLOGY_FIELD_NUMBER: _ClassVar[int]
    DRY_RUN_FIELD_NUMBER: _ClassVar[int]
    project: str
    ontology: bytes
    dry_run: bool
    def __init__(self, project: _Optional[str] = ..., ontology: _Optional[bytes] = ..., dry_run: _Optional[bool] = ...) -> None: ...

class Quality(_message.Message):
    __slots__ = ("target_accuracy", "min_labels", "max_labels", "gold_rate", "second_look_rate")
    TARGET_ACCURACY_FIELD_NUMBER: _ClassVar[int]
    MIN_LABELS_FIELD_NUMBER: _ClassVar[int]
    MAX_LABELS_FIELD_NUMBER: _ClassVar[int]
    GOLD_RATE_FIELD_NUMBER: _ClassVar[int]
    SECOND_LOOK_RATE_FIELD_NUMBER: _ClassVar[int]
    target_accuracy: float
    min_labels: int
    max_labels: int
    gold_rate: float
    second_look_rate: float
    def __init__(self, target_accuracy: _Optional[float] = ..., min_labels: _Optional[int] = ..., max_labels: _Optional[int] = ..., gold_rate: _Optional[float] = ..., second_look_rate: _Optional[float] = ...) -> None: ...

class Project(_message.Message):
    __slots__ = ("id", "project", "name", "access", "quality", "lease_seconds", "ontology_version", "ontology", "dataset", "created_at", "blind_review")
    ID_FIELD_NUMBER: _ClassVar[int]
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    ACCESS_FIELD_NUMBER: _ClassVar[int]
    QUALITY_FIELD_NUMBER: _ClassVar[int]
    LEASE_SECONDS_FIELD_NUMBER: _ClassVar[int]
    ONTOLOGY_VERSION_FIELD_NUMBER: _ClassVar[int]
    ONTOLOGY_FIELD_NUMBER: _ClassVar[int]
    DATASET_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    BLIND_REVIEW_FIELD_NUMBER: _ClassVar[int]
    id: str
    project: str
    name: str
    access: Access
    quality: Quality
    lease_seconds: int
    ontology_version: int
    ontology: bytes
    dataset: str
    created_at: str
    blind_review: bool
    def __init__(self, id: _Optional[str] = ..., project: _Optional[str] = ..., name: _Optional[str] = ..., access: _Optional[_Union[Access, str]] = ..., quality: _Optional[_Union[Quality, _Mapping]] = ..., lease_seconds: _Optional[int] = ..., ontology_version: _Optional[int] = ..., ontology: _Optional[bytes] = ..., dataset: _Optional[str] = ..., created_at: _Optional[str] = ..., blind_review: _Optional[bool] = ...) -> None: ...

class MigrationPlan(_message.Message):
    __slots__ = ("added", "removed", "changed", "orphaned_answers", "orphaned_classes", "orphaned_resolutions", "orphaned_drafts", "live_leases")
    class OrphanedAnswersEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: int
        def __init__(self, key: _Optional[str] = ..., value: _Optional[int] = ...) -> None: ...
    class OrphanedResolutionsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: int
        def __init__(self, key: _Optional[str] = ..., value: _Optional[int] = ...) -> None: ...
    class OrphanedDraftsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: int
        def __init__(self, key: _Optional[str] = ..., value: _Optional[int] = ...) -> None: ...
    ADDED_FIELD_NUMBER: _ClassVar[int]
    REMOVED_FIELD_NUMBER: _ClassVar[int]
    CHANGED_FIELD_NUMBER: _ClassVar[int]
    ORPHANED_ANSWERS_FIELD_NUMBER: _ClassVar[int]
    ORPHANED_CLASSES_FIELD_NUMBER: _ClassVar[int]
    ORPHANED_RESOLUTIONS_FIELD_NUMBER: _ClassVar[int]
    ORPHANED_DRAFTS_FIELD_NUMBER: _ClassVar[int]
    LIVE_LEASES_FIELD_NUMBER: _ClassVar[int]
    added: _containers.RepeatedScalarFieldContainer[str]
    removed: _containers.RepeatedScalarFieldContainer[str]
    changed: _containers.RepeatedScalarFieldContainer[str]
    orphaned_answers: _containers.ScalarMap[str, int]
    orphaned_classes: _containers.RepeatedCompositeFieldContainer[OrphanedClass]
    orphaned_resolutions: _containers.ScalarMap[str, int]
    orphaned_drafts: _containers.ScalarMap[str, int]
    live_leases: int
    def __init__(self, added: _Optional[_Iterable[str]] = ..., removed: _Optional[_Iterable[str]] = ..., changed: _Optional[_Iterable[str]] = ..., orphaned_answers: _Optional[_Mapping[str, int]] = ..., orphaned_classes: _Optional[_Iterable[_Union[OrphanedClass, _Mapping]]] = ..., orphaned_resolutions: _Optional[_Mapping[str, int]] = ..., orphaned_drafts: _Optional[_Mapping[str, int]] = ..., live_leases: _Optional[int] = ...) -> None: ...

class OrphanedClass(_message.Message):
    __slots__ = ("question", "name", "answers")
    QUESTION_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    ANSWERS_FIELD_NUMBER: _ClassVar[int]
    question: str
    name: str
    answers: int
    def __init__(self, question: _Optional[str] = ..., name: _Optional[str] = ..., answers: _Optional[int] = ...) -> None: ...

class OntologyChange(_message.Message):
    __slots__ = ("project", "ontology_version", "ontology", "migration")
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    ONTOLOGY_VERSION_FIELD_NUMBER: _ClassVar[int]
    ONTOLOGY_FIELD_NUMBER: _ClassVar[int]
    MIGRATION_FIELD_NUMBER: _ClassVar[int]
    project: str
    ontology_version: int
    ontology: bytes
    migration: MigrationPlan
    def __init__(self, project: _Optional[str] = ..., ontology_version: _Optional[int] = ..., ontology: _Optional[bytes] = ..., migration: _Optional[_Union[MigrationPlan, _Mapping]] = ...) -> None: ...
