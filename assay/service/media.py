"""An item's media, wherever they lie, for whoever may see the item: a browser can ask only this server."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from assay.domain.asset import ItemUrl, RemoteUrl, read_url
from assay.domain.labeler import Principal, Role
from assay.errors import Invalid
from assay.service.access import not_found, project_of
from assay.service.engine import Engine
from assay.store import item as item_store
from assay.store.sniff import HEAD_BYTES, hides_a_page, sniff

MAX_MEDIA_BYTES = 2 << 30
"""The largest file that is passed on, as large as the largest that is measured."""


_SHOWN = re.compile(r"(?:image/(?!svg\+xml)|video/|audio/)")
"""What a browser shows and does not run: an SVG is a page with scripts (A18)."""


@dataclass(frozen=True, kw_only=True)
class ItemMedia:
    """What lies at an item's field now. ``size_bytes`` is ``None`` where nobody knows it before the end, and
    then no range can be asked for."""

    url: ItemUrl
    media_type: str
    size_bytes: int | None


async def look_at_media(
    engine: Engine, principal: Principal, project: UUID, item: UUID, field: str
) -> ItemMedia:
    """Find an item's media and say what they are by their first bytes, which nobody else is believed about.

    Reviewers see the items of their projects, labelers those they were given. Raises ``NotFound``,
    ``Invalid`` (``url.*``, ``item.unreadable``, ``media.type_mismatch``), ``TooLarge`` or ``Unavailable``.
    """
    async with engine.database.transaction(principal.organization) as tx:
        await project_of(tx, principal, project)
        given_to = None if principal.role.covers(Role.REVIEWER) else principal.labeler
        value = await item_store.field(tx, principal.organization, project, item, field, given_to)
    url = read_url(_address(value, item), "/url")
    head = b""
    async with engine.references.open(
        str(principal.organization), url, max_bytes=MAX_MEDIA_BYTES, start=0, end=HEAD_BYTES
    ) as opened:
        size_bytes = opened.size_bytes
        async for chunk in opened.chunks:
            head += chunk
            if len(head) >= HEAD_BYTES:
                break
    media_type = sniff(head[:HEAD_BYTES], whole=len(head) < HEAD_BYTES)
    if _SHOWN.match(media_type) is None or hides_a_page(head):
        raise Invalid(
            "media.type_mismatch", f"the file is {media_type} now: neither picture, video nor sound"
        )
    ranged = not isinstance(url, RemoteUrl)
    return ItemMedia(url=url, media_type=media_type, size_bytes=size_bytes if ranged else None)


async def media_bytes(
    engine: Engine, principal: Principal, media: ItemMedia, start: int, end: int | None
) -> AsyncIterator[bytes]:
    """The bytes from ``start`` up to, not including, ``end``; opened when the first is asked for."""
    async with engine.references.open(
        str(principal.organization), media.url, max_bytes=MAX_MEDIA_BYTES, start=start, end=end
    ) as opened:
        async for chunk in opened.chunks:
            yield chunk


def _address(value: Any, item: UUID) -> str:
    if value is None:
        raise not_found("item", item)
    if not isinstance(value, dict) or not isinstance(value.get("url"), str):
        raise Invalid("media.type_mismatch", "this field holds no file")
    url: str = value["url"]
    return url
