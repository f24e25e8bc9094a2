"""``assay events``: what happened, and what happens."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from assay.cli.connection import connected, find_project
from assay.cli.output import as_json, print_list
from assay.client.client import Client
from assay.client.event import Event


@click.command()
@click.option("--project", help="Only of this project (an id or a name).")
@click.option(
    "--kind", "kinds", multiple=True, help="Only of this kind, such as task.resolved; may be repeated."
)
@click.option("--cursor", help="Go on behind the event with this cursor.")
@click.option("--since", type=click.Choice(["start", "now"]), default="start", show_default=True)
@click.option("--follow", is_flag=True, help="Go on with what happens, until interrupted.")
@as_json
@connected
def events(
    client: Client,
    project: str | None,
    kinds: tuple[str, ...],
    cursor: str | None,
    since: str,
    follow: bool,
    json_: bool,
) -> None:
    """Print what happened, oldest first; with --follow each event at once, as a line (--json: an object)."""
    source = client if project is None else find_project(client, project)
    found = source.events(kinds=kinds, cursor=cursor, since=since, follow=follow)
    if not follow:
        print_list(found, ("at", "kind", "project", "subject", "body"), json_)
        return
    for event in found:
        click.echo(_line(event, json_))


def _line(event: Event, json_: bool) -> str:
    if json_:
        return json.dumps(asdict(event), ensure_ascii=False, default=str)
    return f"{event.at:%Y-%m-%d %H:%M:%S}  {event.kind:<22}  {event.subject}"
