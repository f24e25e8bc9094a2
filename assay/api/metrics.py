"""What is counted of requests by either transport, and what the database says of its queues, for Prometheus.

Labels are a route's template or a method's name, and a status: never an id, a name or a key. Where the
processes of an installation share a folder (``PROMETHEUS_MULTIPROC_DIR``, which the supervisor sets), each of
them shows what all of them counted.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from assay.errors import Unavailable
from assay.service.engine import Engine
from assay.store import lag as lag_store

SHARED = "PROMETHEUS_MULTIPROC_DIR"
_BUCKETS_SECS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
GAUGES: Mapping[str, str] = {
    "leases_live": "Leases that are held.",
    "leases_overdue_seconds": "How long ago the oldest lease ended that is still to be given back.",
    "merges_waiting": "Tasks whose structured answers wait to be merged.",
    "merges_oldest_seconds": "How long the oldest of them waits.",
    "jobs_waiting": "Jobs that nobody runs yet.",
    "jobs_oldest_seconds": "How long the oldest of them waits.",
    "deliveries_waiting": "Deliveries to webhooks that are still to be made.",
    "deliveries_overdue_seconds": "How long ago the oldest of them was due.",
    "deliveries_dead": "Deliveries that were given up and can be replayed.",
    "feed_oldest_unsettled_seconds": "Age of the oldest event that an open transaction keeps from readers.",
    "audit_unsealed": "Rows of the audit without a seal, of the newest 10,000.",
    "audit_unsealed_seconds": "How old the oldest of them is.",
    "archive_lag_bytes": "How much log was written since the last segment was archived.",
    "archive_failing": "Whether the last attempt to archive the log failed.",
    "backup_age_seconds": "How long ago the last backup ended.",
    "verified_restore_age_seconds": "How long ago a backup was last restored to see whether it is whole.",
}
"""What the database is asked at each look, by the name after ``assay_``; absent where nothing is known."""


class Metrics:
    """What one process counts."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        labels = ("route", "method", "status")
        self.requests = Counter("assay_requests", "Requests answered.", labels, registry=self.registry)
        self.durations = Histogram(
            "assay_request_seconds",
            "From the request's first byte to the answer's last.",
            labels,
            buckets=_BUCKETS_SECS,
            registry=self.registry,
        )
        self._counted: dict[tuple[str, str, str], tuple[Counter, Histogram]] = {}

    def count(self, route: str, method: str, status: str, secs: float) -> None:
        """One request was answered."""
        labels = (route, method, status)
        if labels not in self._counted:  # the library's own look-up takes a lock and checks each word
            self._counted[labels] = (self.requests.labels(*labels), self.durations.labels(*labels))
        counter, histogram = self._counted[labels]
        counter.inc()
        histogram.observe(secs)

    async def shown(self, engine: Engine) -> bytes:
        """All there is to show, in Prometheus' text format."""
        registry = self.registry
        if SHARED in os.environ:
            registry = CollectorRegistry()
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        queues = CollectorRegistry()
        queues.register(Queues(await _lags(engine)))
        return generate_latest(registry) + generate_latest(queues)


class Queues:
    """The database's gauges as they were at one look; ``None`` while it does not answer."""

    def __init__(self, lags: Mapping[str, float | None] | None) -> None:
        self._lags = lags

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """As the library asks for them."""
        answers = 0.0 if self._lags is None else 1.0
        yield GaugeMetricFamily("assay_database_up", "Whether the database answers.", value=answers)
        for name, told in GAUGES.items():
            value = None if self._lags is None else self._lags[name]
            if value is not None:
                yield GaugeMetricFamily(f"assay_{name}", told, value=value)


async def _lags(engine: Engine) -> Mapping[str, float | None] | None:
    try:
        async with engine.database.system() as tx:
            return await lag_store.lags(tx)
    except Unavailable:
        return None
