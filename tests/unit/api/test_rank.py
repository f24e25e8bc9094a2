"""Which requests go first, and how often the others may come."""

from __future__ import annotations

from uuid import UUID

import pytest

from assay.api.rank import rank_of
from assay.api.rate import RateLimit
from assay.errors import TooMany
from assay.store.turns import Rank

ANN, BOB = UUID(int=1), UUID(int=2)


@pytest.mark.parametrize(
    ("verb", "path", "rank"),
    [
        ("POST", "/v1/leases/x/submit", Rank.VITAL),
        ("POST", "/v1/leases/x/heartbeat", Rank.VITAL),
        ("POST", "/v1/leases/x/release", Rank.VITAL),
        ("POST", "/v1/leases/x/operations", Rank.VITAL),
        ("POST", "/v1/projects/x/submissions", Rank.VITAL),
        ("POST", "/v1/projects/x/leases", Rank.CLAIM),
        ("GET", "/v1/projects/x/leases", Rank.REST),
        ("GET", "/v1/leases/x/draft", Rank.REST),
        ("POST", "/v1/projects/x/items", Rank.REST),
        ("POST", "/v1/leases/x/submit/", Rank.REST),
        ("POST", "/v1/leases/x/y/submit", Rank.REST),
    ],
)
def test_work_goes_before_what_asks_for_it_and_that_before_the_rest(verb: str, path: str, rank: Rank) -> None:
    assert rank_of(verb, path) is rank


class Clock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_bucket_empties_fills_again_and_is_ones_own() -> None:
    clock = Clock()
    limit = RateLimit(60, clock)
    assert [limit.take(ANN).left for _ in range(60)] == list(range(59, -1, -1))
    with pytest.raises(TooMany) as refused:
        limit.take(ANN)
    assert (refused.value.code, refused.value.limit, refused.value.retry_after_secs) == (
        "rate.limited",
        60,
        1,
    )
    assert limit.take(BOB).left == 59
    clock.now += 2.0
    assert [limit.take(ANN).left for _ in range(2)] == [1, 0]
    clock.now += 3600.0
    assert limit.take(ANN).left == 59


def test_headers_say_what_is_allowed_and_what_is_left() -> None:
    limit = RateLimit(120, Clock())
    limit.take(ANN)
    assert limit.take(ANN).headers() == {
        "RateLimit-Policy": '"rate.limited";q=120;w=60',
        "RateLimit": '"rate.limited";r=118;t=1',
    }
