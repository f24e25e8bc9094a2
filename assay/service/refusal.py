"""Refusals worth remembering: who was turned away from what, one audit record a minute for each.

Wrong values are not recorded. That an id is not there is: it may be someone else's, and the two look alike.
"""

from __future__ import annotations

import logging
from uuid import UUID

from assay.errors import Unavailable
from assay.service.engine import Engine
from assay.store import record

RECORDED = frozenset(
    {
        "archive.limit",
        "archive.path_refused",
        "auth.invalid",
        "auth.link_used",
        "auth.throttled",
        "cursor.invalid",
        "format.executable_refused",
        "not_found",
        "origin.refused",
        "ref.not_found",
        "role.forbidden",
        "url.address_refused",
        "url.redirect_refused",
        "url.scheme_refused",
        "xml.dtd_refused",
        "yaml.tag_refused",
    }
)
"""Codes of refused authorisation, addresses, archives and tokens."""

_log = logging.getLogger("assay.service.refusal")


async def remember_refusal(engine: Engine, organization: UUID, labeler: UUID, code: str, where: str) -> None:
    """Record that a labeler was refused, once for each code and minute; other codes are passed over.

    ``where`` names the operation. It has a transaction of its own: the refused one was rolled back. Where the
    database is gone the refusal stands all the same, and only the log knows of it.
    """
    if code not in RECORDED:
        return
    try:
        async with engine.database.transaction(organization) as tx:
            await record.refusal(tx, organization, labeler, code, where)
    except Unavailable:
        _log.warning("refused %s to labeler %s at %s, unrecorded", code, labeler, where)
