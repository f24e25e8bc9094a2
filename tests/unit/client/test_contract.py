"""The SDK's values against the server's: what the SDK needs, the server says."""

from __future__ import annotations

from dataclasses import MISSING, fields
from typing import Any

import pytest

import assay
from assay.client.job import JobData
from assay.client.labeler import Labeler, Me
from assay.client.lease import Draft, LeaseData, LeasedItem, Submitted
from assay.client.project import OntologyChange, ProjectData
from assay.client.quality import Accuracy, LabelerQuality
from assay.client.review import ReviewData, Reviewed
from assay.client.snapshot import SnapshotData
from assay.domain import (
    event,
    item,
    job,
    labeler,
    lease,
    project,
    quality,
    resolution,
    snapshot,
    task,
    webhook,
)

PAIRS: list[tuple[type[Any], type[Any]]] = [
    (Draft, lease.Draft),
    (JobData, job.Job),
    (Labeler, labeler.LabelerWithKey),
    (LeaseData, lease.Lease),
    (LeaseData, lease.HeldLease),
    (LeasedItem, lease.LeasedItem),
    (LeasedItem, task.ReviewedItem),
    (Me, labeler.Myself),
    (OntologyChange, project.OntologyChange),
    (ProjectData, project.Project),
    (ReviewData, task.ReviewLease),
    (Reviewed, lease.Reviewed),
    (SnapshotData, snapshot.Snapshot),
    (Submitted, lease.Submitted),
    (Accuracy, quality.Accuracy),
    (LabelerQuality, quality.LabelerSkill),
    (assay.Delivery, webhook.Delivery),
    (assay.Event, event.Event),
    (assay.Item, item.ListedItem),
    (assay.QualityReport, quality.ProjectQuality),
    (assay.Resolution, resolution.Resolution),
    (assay.Task, task.TaskView),
    (assay.Webhook, webhook.WebhookWithSecret),
]


@pytest.mark.parametrize(("ours", "theirs"), PAIRS, ids=lambda each: str(each.__name__))
def test_what_the_sdk_needs_the_server_says(ours: type[Any], theirs: type[Any]) -> None:
    said = {each.name for each in fields(theirs)}
    needed = {f.name for f in fields(ours) if f.default is MISSING and f.default_factory is MISSING}
    assert needed <= said
