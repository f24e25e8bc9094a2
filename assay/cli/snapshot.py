"""``assay snapshot`` and ``assay export``: freeze a project's data, and write it in a format."""

from __future__ import annotations

from typing import Any

import click

from assay.cli.connection import connected, find_project, is_id
from assay.cli.output import as_json, print_list, print_value
from assay.client.client import Client
from assay.client.snapshot import Snapshot
from assay.errors import NotFound


@click.group()
def snapshot() -> None:
    """Freeze a project's data, and list what is frozen."""


@snapshot.command()
@click.argument("project")
@click.option("--name", help="What to call it.")
@click.option("--gold", is_flag=True, help="Gold too.")
@click.option("--min-probability", type=float, help="Leave out objects less probable.  [default: 0.5]")
@as_json
@connected
def create(client: Client, project: str, json_: bool, **options: Any) -> None:
    """Freeze the resolved labels of PROJECT (an id or a name) as they are now."""
    made = find_project(client, project).snapshots.create(**options)
    print_value(made.data, json_) if json_ else click.echo(made.id)


@snapshot.command("list")
@click.argument("project")
@as_json
@connected
def list_(client: Client, project: str, json_: bool) -> None:
    """List the snapshots of PROJECT (an id or a name)."""
    rows = (snapshot.data for snapshot in find_project(client, project).snapshots.list())
    print_list(rows, ("id", "name", "items", "sha256", "created_at"), json_)


@click.command()
@click.argument("source", metavar="SNAPSHOT|PROJECT")
@click.option("--format", "format_", metavar="F", required=True, help="coco, voc, yolo, conll, jsonl, csv, …")
@click.option("-o", "--output", type=click.Path(dir_okay=False), required=True, help="The file to write.")
@click.option("--media", is_flag=True, help="Bring pictures and other files along, in one archive.")
@connected
def export(client: Client, source: str, format_: str, output: str, media: bool) -> None:
    """Write a snapshot to a file. Of a PROJECT (an id or a name), a snapshot is made first."""
    written = _snapshot(client, source).export(format_, output, media=media)
    click.echo(f"{written.path}")
    for note in written.notes:
        click.echo(f"not carried: {note}", err=True)


def _snapshot(client: Client, source: str) -> Snapshot:
    if is_id(source):
        try:
            return client.snapshot(source)
        except NotFound:
            pass  # then it is a project's id
    return find_project(client, source).snapshots.create()
