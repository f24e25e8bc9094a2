"""What every command over the SDK shares: where the server is, and as whom to ask."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

import click

from assay.client.client import Client
from assay.client.project import Project
from assay.errors import NotFound


def connected(command: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a command ``--url``, ``--api-key`` and ``--data``, and a :class:`Client` as its first."""

    @click.option("--url", metavar="URL", help="The server's address.  [env: ASSAY_URL]")
    @click.option("--api-key", metavar="KEY", help="Your key.  [env: ASSAY_API_KEY]")
    @click.option(
        "--data",
        metavar="DIR",
        envvar="ASSAY_DATA",
        help="The folder of a server on this machine; its credentials.json says the rest.  [env: ASSAY_DATA]",
    )
    @wraps(command)
    def run(url: str | None, api_key: str | None, data: str | None, **arguments: Any) -> Any:
        with Client(url, api_key, credentials=data) as client:
            return command(client, **arguments)

    return run


def find_project(client: Client, named: str) -> Project:
    """A project by its id, or by its name where only one bears it.

    Raises ``NotFound``, or a usage error when several projects have the name.
    """
    if is_id(named):
        return client.projects.get(named)
    found = [project for project in client.projects.list() if project.name == named]
    if not found:
        raise NotFound("not_found", f"there is no project {named!r}")
    if len(found) > 1:
        ids = ", ".join(project.id for project in found)
        raise click.UsageError(f"several projects are named {named!r}; give an id: {ids}")
    return found[0]


def is_id(named: str) -> bool:
    """Whether this is written as ids are."""
    try:
        return str(UUID(named)) == named
    except ValueError:
        return False
