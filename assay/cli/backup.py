"""``assay backup`` and ``assay restore``: a copy to rely on, and the way back."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

import click

from assay.cli.server import backups_option, data_option, server, settings


class Instant(click.ParamType[datetime]):
    """A time with its zone, as RFC 3339 writes it."""

    name = "time"

    def convert(self, value: Any, param: Any, ctx: Any) -> datetime:
        """The time; a wrong one is told as what it should have been."""
        try:
            found = value if isinstance(value, datetime) else datetime.fromisoformat(value)
        except ValueError:
            found = None
        if found is None or found.tzinfo is None:
            self.fail(f"{value!r} is no time such as 2026-11-25T14:30:00Z", param, ctx)
        return found


@click.command()
@data_option
@backups_option
@click.option("--verify", is_flag=True, help="Restore the copy aside, and look whether it is whole.")
@click.option(
    "--keep", type=click.IntRange(1), metavar="N", help="Delete older ones beyond N, and their log."
)
def backup(verify: bool, keep: int | None, **options: Any) -> None:
    """Copy the running installation to its backup folder: database, bytes and secrets."""
    runtime = server("assay.runtime.backup")
    manifest = asyncio.run(runtime.backup(settings(**options), click.echo, verify=verify, keep=keep))
    for path in manifest.damaged_blobs:
        click.echo(f"damaged, and not copied: {path}", err=True)
    click.echo("it is whole" if verify else f"it is whole from {manifest.ended_at.isoformat()} on")
    if manifest.damaged_blobs:
        raise click.exceptions.Exit(1)


@click.command()
@data_option
@backups_option
@click.option("--backup", "name", metavar="NAME", help="Begin with this one. [default: the newest]")
@click.option("--to", type=Instant(), metavar="TIME", help="As it was then. [default: the end of the log]")
@click.option("--accept-faults", is_flag=True, help="Keep what is there, even if something is missing.")
def restore(name: str | None, to: datetime | None, accept_faults: bool, **options: Any) -> None:
    """Make an installation in an empty --data folder from a backup, and look whether it is whole."""
    runtime = server("assay.runtime.backup")
    given = settings(**options)
    restored = asyncio.run(runtime.restore(given, click.echo, name=name, to=to, accept_faults=accept_faults))
    for fault in restored.faults:
        click.echo(fault, err=True)
    if restored.last_commit_at is not None:
        click.echo(f"the last transaction in it is of {restored.last_commit_at.isoformat()}")
    counted = ", ".join(f"{number} {table}" for table, number in sorted(restored.rows.items()))
    click.echo(f"{counted}; {restored.blobs} blobs are whole")
    click.echo(f"start it with: assay up --data {given.data}")
    if restored.faults:
        raise click.exceptions.Exit(1)
