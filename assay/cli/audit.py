"""``assay audit``: whether the audit is what it was."""

from __future__ import annotations

import asyncio
from typing import Any

import click

from assay.cli.server import data_option, server, settings


@click.group()
def audit() -> None:
    """Hold the audit of this installation against its seals and checkpoints."""


@audit.command()
@data_option
@click.option(
    "--checkpoint",
    "files",
    type=click.File("rb"),
    multiple=True,
    help="Checkpoints that were kept elsewhere, one a line; may be repeated.",
)
def verify(files: tuple[Any, ...], **options: Any) -> None:
    """Find rows that were edited, deleted or cut off. Ends with status 1 when there are any."""
    runtime = server("assay.runtime.audit")
    given = [
        runtime.read_checkpoint(line, f"{file.name}, line {number}")
        for file in files
        for number, line in enumerate(file, start=1)
        if line.strip()
    ]
    verdicts = asyncio.run(runtime.verify(settings(**options), given))
    for verdict in verdicts:
        mark = click.style("no", fg="red") if verdict.faults else click.style("ok", fg="green")
        counted = f"{verdict.sealed} rows sealed, {verdict.unsealed} not yet"
        click.echo(f"{mark}  {verdict.organization}  {counted}")
        for fault in verdict.faults:
            click.echo(f"    {fault}")
    if any(verdict.faults for verdict in verdicts):
        raise click.exceptions.Exit(1)


@audit.command()
@data_option
def checkpoint(**options: Any) -> None:
    """Print how the audit stands, a line for each organisation: keep it where the server cannot reach."""
    for each in asyncio.run(server("assay.runtime.audit").checkpoints(settings(**options))):
        click.echo(each.to_json(), nl=False)
