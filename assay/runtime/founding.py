"""Who is there first: an organisation, its admin, and the link by which a person becomes that admin."""

from __future__ import annotations

from dataclasses import dataclass, replace

from assay.app import Blueprint, open_engine
from assay.service import identity, sign_in

ORGANIZATION = "Assay"


@dataclass(frozen=True, kw_only=True)
class Founded:
    """The admin's key for scripts, and the token of a link that signs the admin in once, within a day."""

    api_key: str
    token: str

    def link(self, address: str) -> str:
        """A sentence with the link, for whoever sits at the machine."""
        return f"Sign in once, within a day: {address}/#token={self.token}"


async def found(plan: Blueprint) -> Founded:
    """Found the first organisation, unless it is there; a new token each time."""
    async with open_engine(replace(plan, connections=1, system_connections=1)) as engine:
        admin, api_key = await identity.found_organization(engine, ORGANIZATION)
        token = await sign_in.make_link(engine, admin.organization, admin.labeler)
    return Founded(api_key=api_key, token=token)
