"""``/metrics`` of a server with several processes: whichever answers, it tells what all of them counted."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from tests.acceptance.conftest import RunningAssay

ASKED = 40


def test_any_process_shows_the_sum_of_all(own_assay: RunningAssay) -> None:
    own_assay.start("--processes", "2")
    for _ in range(ASKED):  # a connection each, so that both processes get some
        assert httpx.get(f"{own_assay.url}/livez").status_code == 200
    told = {counted(httpx.get(f"{own_assay.url}/metrics").text) for _ in range(10)}
    assert told == {ASKED}


def counted(shown: str) -> int:
    (number,) = re.findall(
        r'^assay_requests_total\{method="GET",route="/livez",status="200"\} (\d+)', shown, re.MULTILINE
    )
    return int(number)
