"""``assay serve``, ``worker``, ``migrate`` and ``sign-in``: ``assay up`` in parts, on one database."""

from __future__ import annotations

import asyncio
import secrets
import socket
from collections.abc import Callable
from dataclasses import replace

from assay.app import blueprint
from assay.config import Settings, wrong
from assay.runtime import credentials
from assay.runtime.founding import found
from assay.runtime.log import log_to_standard_error
from assay.runtime.preflight import check_files, hold_port, listen
from assay.runtime.process import stop_signal
from assay.runtime.supervisor import Family, serving_owner
from assay.store.installation import bring_up_to_date, check_roles, refuse_trust

Report = Callable[[str], None]


async def serve(settings: Settings, report: Report) -> None:
    """Serve the API until SIGTERM or SIGINT; as many of these as one likes, one secret for all."""
    owner_url(settings)
    with listen(settings.host, settings.port) as listening:
        address = settings.address_at(listening.getsockname()[1])
        await run(settings, report, f"the API serves at {address}", listening=listening, address=address)


async def work(settings: Settings, report: Report) -> None:
    """Run background work until SIGTERM or SIGINT."""
    address = settings.address_at(settings.port)
    await run(settings, report, "the worker runs", listening=None, address=address)


async def migrate(settings: Settings, report: Report) -> None:
    """Bring the database to this version, and give the server's roles the passwords of this secret."""
    url = owner_url(settings)
    master = credentials.master_secret(settings, None)
    applied = await bring_up_to_date(url, credentials.role_password(master))
    await refuse_trust(url, secrets.token_urlsafe())
    report(f"applied {len(applied)} files" if applied else "nothing to apply")


async def sign_in(settings: Settings, report: Report) -> None:
    """Tell a link that signs the first admin in, who is made on a database where nobody is yet."""
    url = owner_url(settings)
    master = credentials.master_secret(settings, None)
    address = settings.address_at(settings.port)
    plan = blueprint(settings, master, url, address)
    await check_roles(plan.app_dsn)
    report((await found(plan)).link(address))


async def run(
    settings: Settings, report: Report, running: str, *, listening: socket.socket | None, address: str
) -> None:
    """Run API processes on ``listening``, or without one a worker, until told to stop."""
    url = owner_url(settings)
    master = credentials.master_secret(settings, None)
    log_to_standard_error(settings.log)
    check_files()
    plan = blueprint(settings, master, url, address)
    await check_roles(plan.app_dsn)
    stop, family = stop_signal(), Family()
    owner = await asyncio.to_thread(serving_owner, settings.data, report)
    held = None if listening is None else hold_port(settings.host, settings.grpc_port, owner)
    try:
        if held is not None:
            grpc_port = held.getsockname()[1]
            plan = replace(plan, grpc=settings.grpc_listens_at(grpc_port))
            report(f"gRPC will be at {settings.grpc_address_at(grpc_port)}")
        await family.spawn(
            owner,
            home=settings.data,
            listening=listening,
            apis=settings.processes if listening is not None else 0,
            workers=1 if listening is None else 0,
        )
        await family.instruct(plan)
        await family.started()
        family.ready()
        report(running)
        await stop.wait()
    finally:
        for taken in (listening, held):
            if taken is not None:
                taken.close()
        await family.stop()


def owner_url(settings: Settings) -> str:
    """The database of a cluster. Raises Invalid ``config.invalid`` when none was named."""
    if settings.database_url is None:
        raise wrong("ASSAY_DATABASE_URL", "must name the database; assay up brings one of its own")
    return settings.database_url
