"""``assay job``: what runs in the background."""

from __future__ import annotations

import click

from assay.cli.connection import connected, find_project
from assay.cli.output import as_json, print_list, print_value
from assay.client.client import Client


@click.group()
def job() -> None:
    """See what runs in the background."""


@job.command()
@click.argument("job")
@as_json
@connected
def show(client: Client, job: str, json_: bool) -> None:
    """Show JOB, by id: how far it came, and what came of it."""
    print_value(client.job(job).status(), json_)


@job.command("list")
@click.argument("project")
@as_json
@connected
def list_(client: Client, project: str, json_: bool) -> None:
    """List the jobs of PROJECT (an id or a name)."""
    print_list(find_project(client, project).jobs(), ("id", "kind", "state", "done", "total"), json_)
