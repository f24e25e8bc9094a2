"""Which requests go first where there is not room for all: those that would lose work if they waited."""

from __future__ import annotations

import re

from assay.store.turns import Rank

_VITAL = re.compile(
    r"/v1/leases/[^/]+/(heartbeat|submit|release|operations)|/v1/projects/[^/]+/submissions|/v1/logout"
)
_CLAIM = re.compile(r"/v1/projects/[^/]+/leases")


def rank_of(verb: str, path: str) -> Rank:
    """The rank of a REST request, by its verb (in capitals) and path; of a call, by those of its route."""
    if verb == "POST" and _VITAL.fullmatch(path):
        return Rank.VITAL
    if verb == "POST" and _CLAIM.fullmatch(path):
        return Rank.CLAIM
    return Rank.REST
