"""``assay resolutions``: the current best answers."""

from __future__ import annotations

import click

from assay.cli.connection import connected, find_project
from assay.cli.output import as_json, print_list
from assay.client.client import Client


@click.command()
@click.argument("project")
@click.option("--state", help="Only tasks in this state, such as resolved.")
@click.option("--min-probability", type=float, help="Leave out objects less probable.  [default: 0.5]")
@as_json
@connected
def resolutions(
    client: Client, project: str, state: str | None, min_probability: float | None, json_: bool
) -> None:
    """Print the best answer to each task of PROJECT (an id or a name), with its probability."""
    found = find_project(client, project).resolutions(state=state, min_probability=min_probability)
    print_list(found, ("external_id", "state", "label", "probability", "annotations"), json_)
