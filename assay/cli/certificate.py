"""``assay certify``: how right a snapshot is, with a bound, and whether a certificate is genuine."""

from __future__ import annotations

import json
from typing import Any

import click

from assay.cli.connection import connected, find_project, is_id
from assay.cli.output import as_json, print_value
from assay.client.certificate import verify_certificate
from assay.client.client import Client
from assay.client.snapshot import Snapshot
from assay.errors import Invalid, NotFound


class Certify(click.Group):
    """``assay certify SNAPSHOT`` is ``assay certify show SNAPSHOT``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and not args[0].startswith("-"):
            args = ["show", *args]
        return super().parse_args(ctx, args)


@click.group(cls=Certify)
def certify() -> None:
    """Say how right a snapshot is, with a bound that an audit by people vouches for.

    `assay certify SNAPSHOT` shows its certificate.
    """


@certify.command()
@click.argument("source", metavar="SNAPSHOT|PROJECT")
@click.option("--slice", "part", metavar="SLICE", help="label.QUESTION=ANSWER or metadata.KEY=VALUE.")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False),
    help="Write it to FILE, as a page if FILE ends in .html.",
)
@as_json
@connected
def show(client: Client, source: str, part: str | None, output: str | None, json_: bool) -> None:
    """Show the certificate of a snapshot, or of a PROJECT's newest."""
    snapshot = find_snapshot(client, source)
    if output is not None and output.endswith(".html"):
        click.echo(snapshot.certificate_page(output, part))
        return
    found = snapshot.certificate(part)
    if output is not None:
        with click.open_file(output, "w", atomic=True) as file:
            json.dump(found.document, file, ensure_ascii=False, indent=2)
        click.echo(output)
    elif json_:
        print_value(found.document, json_)
    else:
        click.echo(found.data.statement)
        shown = ("state", "accuracy", "low", "high", "confidence", "items", "audited", "wrong", "as_of")
        print_value({name: getattr(found.data, name) for name in shown}, json_)


@certify.command()
@click.argument("source", metavar="SNAPSHOT|PROJECT")
@click.option("--audits", type=click.IntRange(1), required=True, help="How many items to look at, in all.")
@click.option("--target", type=float, help="Stop once this accuracy is certain, such as 0.98.")
@click.option("--confidence", type=float, help="How certain the bound is to be.  [default: 0.95]")
@click.option(
    "--least-similarity", type=float, help="How alike objects must be to be right.  [default: 0.75]"
)
@as_json
@connected
def start(client: Client, source: str, json_: bool, **options: Any) -> None:
    """Have items of a snapshot, or of a PROJECT's newest, audited; asking for more draws more.

    Reviewers find them as work of the stage `audit`.
    """
    print_value(find_snapshot(client, source).audit(**options), json_)


@certify.command()
@connected
def key(client: Client) -> None:
    """Print the public key that this server's certificates are signed with."""
    click.echo(client.certificate_key())


@certify.command()
@click.argument("file", type=click.File("rb"))
@click.option("--key", "public_key", required=True, help="The public key, as `assay certify key` prints it.")
def verify(file: Any, public_key: str) -> None:
    """Check a certificate without any server. Ends with status 1 when it is not genuine."""
    try:
        document = json.load(file)
    except ValueError:
        raise Invalid("certificate.invalid", f"{file.name} holds no certificate") from None
    if not isinstance(document, dict):
        raise Invalid("certificate.invalid", f"{file.name} holds no certificate")
    verify_certificate(document, public_key)
    click.echo(f"{click.style('genuine', fg='green')}  {document.get('statement', '')}")


def find_snapshot(client: Client, source: str) -> Snapshot:
    """A snapshot by its id, or the newest of a project. Raises ``NotFound`` where there is none."""
    if is_id(source):
        try:
            return client.snapshot(source)
        except NotFound:
            pass  # then it is a project's id
    snapshots = list(find_project(client, source).snapshots.list())
    if not snapshots:
        raise NotFound("not_found", f"{source!r} has no snapshot; make one: assay snapshot create")
    return snapshots[-1]
