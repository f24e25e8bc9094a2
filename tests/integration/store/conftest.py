"""A cluster of a test's own, for tests about the cluster itself."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from assay.store.cluster import Cluster


@pytest.fixture
async def cluster(data_directory: Path) -> AsyncIterator[Cluster]:
    running = Cluster(data_directory)
    await running.start()
    yield running
    await running.stop("immediate")
