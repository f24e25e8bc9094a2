"""Assay: an open data engine. Training data whose accuracy is known."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assay.client.asset import Asset
    from assay.client.certificate import Certificate, verify_certificate
    from assay.client.client import AsyncClient, Client
    from assay.client.event import Event
    from assay.client.fake import FakeTransport
    from assay.client.item import ImportReport, Item
    from assay.client.job import AsyncJob, Job
    from assay.client.labeler import Labeler
    from assay.client.lease import AsyncLease, Lease
    from assay.client.project import AsyncProject, Project
    from assay.client.quality import QualityReport
    from assay.client.resolution import Resolution
    from assay.client.retry import RetryPolicy
    from assay.client.review import AsyncReview, Review
    from assay.client.snapshot import AsyncSnapshot, Snapshot
    from assay.client.task import Task
    from assay.client.webhook import Delivery, Webhook
    from assay.errors import AssayError

__all__ = [
    "AssayError",
    "Asset",
    "AsyncClient",
    "AsyncJob",
    "AsyncLease",
    "AsyncProject",
    "AsyncReview",
    "AsyncSnapshot",
    "Certificate",
    "Client",
    "Delivery",
    "Event",
    "FakeTransport",
    "ImportReport",
    "Item",
    "Job",
    "Labeler",
    "Lease",
    "Project",
    "QualityReport",
    "Resolution",
    "RetryPolicy",
    "Review",
    "Snapshot",
    "Task",
    "Webhook",
    "verify_certificate",
]

_HOMES = {
    "AssayError": "assay.errors",
    "Asset": "assay.client.asset",
    "AsyncClient": "assay.client.client",
    "AsyncJob": "assay.client.job",
    "AsyncLease": "assay.client.lease",
    "AsyncProject": "assay.client.project",
    "AsyncReview": "assay.client.review",
    "AsyncSnapshot": "assay.client.snapshot",
    "Certificate": "assay.client.certificate",
    "Client": "assay.client.client",
    "Delivery": "assay.client.webhook",
    "Event": "assay.client.event",
    "FakeTransport": "assay.client.fake",
    "ImportReport": "assay.client.item",
    "Item": "assay.client.item",
    "Job": "assay.client.job",
    "Labeler": "assay.client.labeler",
    "Lease": "assay.client.lease",
    "Project": "assay.client.project",
    "QualityReport": "assay.client.quality",
    "Resolution": "assay.client.resolution",
    "RetryPolicy": "assay.client.retry",
    "Review": "assay.client.review",
    "Snapshot": "assay.client.snapshot",
    "Task": "assay.client.task",
    "Webhook": "assay.client.webhook",
    "verify_certificate": "assay.client.certificate",
}


def __getattr__(name: str) -> Any:
    """The SDK's names, imported when they are first asked for: the server imports ``assay`` too."""
    if name not in _HOMES:
        raise AttributeError(f"module 'assay' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return __all__
