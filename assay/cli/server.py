"""What runs the server: ``assay up | serve | worker | migrate | sign-in | upgrade | doctor | psql``.

The server's own modules are imported inside the commands: they need the extra ``server``, which users of the
SDK may lack.
"""

from __future__ import annotations

import asyncio
import importlib
import os
from typing import Any

import click

from assay.errors import Unavailable

data_option = click.option("--data", metavar="DIR", help="The installation's folder (ASSAY_DATA).")
host_option = click.option(
    "--host", metavar="ADDRESS", help="Where to listen (ASSAY_HOST). [default: 127.0.0.1]"
)
port_option = click.option("--port", type=int, help="Where to listen (ASSAY_PORT, 8080).")
grpc_port_option = click.option(
    "--grpc-port", type=int, help="Where to listen for gRPC (ASSAY_GRPC_PORT, the next port: 8081)."
)
processes_option = click.option("--processes", type=int, help="API processes (ASSAY_PROCESSES, 1).")
backups_option = click.option(
    "--backups", metavar="DIR", help="Where backups and the archived log lie (ASSAY_BACKUPS)."
)
metrics_option = click.option(
    "--metrics-bind",
    metavar="ADDRESS:PORT",
    help="Serve /metrics there to whoever reaches it (ASSAY_METRICS_BIND). [default: to this machine]",
)


@click.command()
@data_option
@host_option
@port_option
@grpc_port_option
@processes_option
@backups_option
@metrics_option
@click.option("--demo", is_flag=True, help="Load sample projects with simulated labelers.")
def up(demo: bool, **options: Any) -> None:
    """Run everything on this machine: database, API and worker."""
    asyncio.run(server("assay.runtime.up").up(settings(**options), click.echo, demo=demo))


@click.command()
@data_option
@host_option
@port_option
@grpc_port_option
@processes_option
@metrics_option
def serve(**options: Any) -> None:
    """Run the API alone, on the database of ASSAY_DATABASE_URL."""
    asyncio.run(server("assay.runtime.part").serve(settings(**options), click.echo))


@click.command()
@data_option
def worker(**options: Any) -> None:
    """Run background jobs alone, on the database of ASSAY_DATABASE_URL."""
    asyncio.run(server("assay.runtime.part").work(settings(**options), click.echo))


@click.command()
@data_option
def migrate(**options: Any) -> None:
    """Bring the database of ASSAY_DATABASE_URL to this version."""
    asyncio.run(server("assay.runtime.part").migrate(settings(**options), click.echo))


@click.command("sign-in")
@data_option
def sign_in(**options: Any) -> None:
    """Print a link that signs the first admin in once, within a day.

    For the database of ASSAY_DATABASE_URL, where nobody may be yet; assay up prints one at each start.
    """
    asyncio.run(server("assay.runtime.part").sign_in(settings(**options), click.echo))


@click.command()
@data_option
@click.option("--check", is_flag=True, required=True, help="Look, and change nothing.")
def upgrade(check: bool, **options: Any) -> None:
    """Say what this version would do to the running database: assay up and assay migrate then do it.

    Run it from the new version, beside the one that serves. Ends with status 1 when something is in the way.
    """
    tell(asyncio.run(server("assay.runtime.upgrade").check(settings(**options))))


@click.command()
@data_option
@host_option
@port_option
def doctor(**options: Any) -> None:
    """Check this machine and say what to do."""
    tell(server("assay.runtime.preflight").check_everything(settings(**options)))


def tell(checks: Any) -> None:
    """A line for each check. Ends with status 1 unless all are well."""
    for check in checks:
        mark = click.style("ok", fg="green") if check.is_well else click.style("no", fg="red")
        click.echo(f"{mark}  {check.name:12} {check.found if check.is_well else check.refusal}")
    if not all(check.is_well for check in checks):
        raise click.exceptions.Exit(1)


@click.command(context_settings={"ignore_unknown_options": True})
@data_option
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def psql(arguments: tuple[str, ...], **options: Any) -> None:
    """Open the database in psql, as its owner. ARGUMENTS go to psql."""
    command, variables = server("assay.runtime.psql").command(settings(**options), os.environ)
    os.execve(command[0], [*command, *arguments], variables)


def settings(**options: Any) -> Any:
    """The settings of the environment and these options."""
    return server("assay.config").read_settings(os.environ, **options)


def server(module: str) -> Any:
    """A module of the server. Raises Unavailable ``extra.missing`` without the extra."""
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        if error.name and error.name.startswith("assay"):
            raise
        raise Unavailable("extra.missing", f"The server needs {error.name}: install assay[server].") from None
