"""``assay project``: make, list, show and delete projects."""

from __future__ import annotations

from typing import Any

import click

from assay.cli.connection import connected, find_project
from assay.cli.lazy import LazyGroup, lazy_group
from assay.cli.output import as_json, confirm, confirmed, print_list, print_value
from assay.client.client import Client

INSIDE = {
    "import": ("assay.cli.item:import_", "As `assay import`."),
    "work": ("assay.cli.work:work", "As `assay work`."),
    "quality": ("assay.cli.quality:quality", "As `assay quality`."),
    "resolutions": ("assay.cli.resolution:resolutions", "As `assay resolutions`."),
    "export": ("assay.cli.snapshot:export", "As `assay export`."),
}


@lazy_group(LazyGroup, INSIDE)
def project() -> None:
    """Make, list, show and delete projects."""


@project.command()
@click.argument("name")
@click.option(
    "--ontology", required=True, type=click.Path(exists=True, dir_okay=False), help="A YAML or JSON file."
)
@click.option("--access", type=click.Choice(["organization", "members"]), help="Who may work on it.")
@click.option("--min-labels", type=int, help="Labels that every task gets.")
@click.option("--max-labels", type=int, help="Labels after which a task gets no more.")
@click.option("--target-accuracy", type=float, help="When a task has labels enough.")
@click.option("--gold-rate", type=float, help="The share of gold among what labelers see.")
@click.option(
    "--second-look-rate", type=float, help="The share of answers that may be looked at again where in doubt."
)
@click.option("--lease-seconds", type=int, help="How long a claim holds a task.")
@as_json
@connected
def create(
    client: Client,
    name: str,
    ontology: str,
    access: str | None,
    lease_seconds: int | None,
    json_: bool,
    **quality: Any,
) -> None:
    """Make a project NAME that asks the questions of an ontology."""
    given = {key: value for key, value in quality.items() if value is not None}
    made = client.projects.create(
        name, ontology, access=access, quality=given or None, lease_seconds=lease_seconds
    )
    print_value(made.data, json_) if json_ else click.echo(made.id)


@project.command("list")
@as_json
@connected
def list_(client: Client, json_: bool) -> None:
    """List the projects you may see."""
    rows = (project.data for project in client.projects.list())
    print_list(rows, ("id", "name", "access", "quality", "created_at"), json_)


@project.command()
@click.argument("project")
@as_json
@connected
def show(client: Client, project: str, json_: bool) -> None:
    """Show PROJECT, by id or name."""
    print_value(find_project(client, project).data, json_)


@project.command()
@click.argument("project")
@confirmed
@connected
def delete(client: Client, project: str, yes: bool) -> None:
    """Delete PROJECT, by id or name. Its work is kept for thirty days."""
    found = find_project(client, project)
    confirm(f"Delete the project {found.name!r}?", yes)
    found.delete()
    click.echo(f"deleted {found.id}")
