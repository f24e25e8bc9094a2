"""``assay labeler``: make, list and disable labelers."""

from __future__ import annotations

import click

from assay.cli.connection import connected
from assay.cli.output import as_json, confirm, confirmed, print_list, print_value
from assay.client.client import Client


@click.group()
def labeler() -> None:
    """Make, list and disable labelers."""


@labeler.command()
@click.argument("name")
@click.option("--kind", type=click.Choice(["person", "model", "function", "llm"]), default="person")
@click.option("--role", type=click.Choice(["labeler", "reviewer", "manager", "admin"]), default="labeler")
@as_json
@connected
def create(client: Client, name: str, kind: str, role: str, json_: bool) -> None:
    """Make a labeler NAME. Its API key is printed this once."""
    print_value(client.labelers.create(name, kind=kind, role=role), json_)


@labeler.command("list")
@as_json
@connected
def list_(client: Client, json_: bool) -> None:
    """List the labelers of your organisation."""
    print_list(client.labelers.list(), ("id", "name", "kind", "role", "created_at", "disabled_at"), json_)


@labeler.command()
@click.argument("labeler")
@confirmed
@connected
def disable(client: Client, labeler: str, yes: bool) -> None:
    """Take LABELER's access away, by id. What they did stays."""
    found = client.labelers.get(labeler)
    confirm(f"Disable the labeler {found.name!r}?", yes)
    client.labelers.disable(labeler)
    click.echo(f"disabled {labeler}")
