"""``assay import``: bring items or whole data sets into a project."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from assay.cli.connection import connected, find_project
from assay.cli.output import as_json, print_list, progress_bar
from assay.client.client import Client
from assay.client.project import Project

ITEM_SUFFIXES = frozenset({".jsonl", ".ndjson", ".json"})


@click.command("import")
@click.argument("project")
@click.argument("files", nargs=-1, required=True)
@click.option(
    "--format", "format_", metavar="F", help="coco, voc, yolo, conll, csv, … for files that hold more."
)
@click.option(
    "--on-error",
    type=click.Choice(["abort", "skip"]),
    default="abort",
    show_default=True,
    help="Whether one bad item stores none of its file, or the good ones are stored.",
)
@click.option(
    "--labels",
    type=click.Choice(["annotations", "gold", "ignore"]),
    help="What labels in the files become, with --format.  [default: annotations]",
)
@click.option("--labeler", help="Whose votes they are where the file names nobody, with --format.")
@as_json
@connected
def import_(
    client: Client,
    project: str,
    files: tuple[str, ...],
    format_: str | None,
    on_error: str,
    json_: bool,
    **options: str | None,
) -> None:
    """Import FILES into PROJECT (an id or a name).

    Without --format, a file is items in .jsonl or .json, and a folder is pictures: one item each.
    """
    if format_ is None and any(options.values()):
        raise click.UsageError(
            "--labels and --labeler are for files with a --format; items bring gold themselves"
        )
    found = find_project(client, project)
    reports = [_import(found, file, format_, on_error, options) for file in files]
    print_list(reports, ("file", "accepted", "existing", "rejected", "votes"), json_)
    if not json_:
        for report in reports:
            for error in report["errors"]:
                where = error.get("where") or error["line"]
                click.echo(f"{report['file']}:{where}: {error['code']}: {error['detail']}", err=True)


def _import(
    project: Project, file: str, format_: str | None, on_error: str, options: Mapping[str, str | None]
) -> dict[str, Any]:
    if format_ is not None:
        with progress_bar(file) as tell:
            job = project.imports.create(file, format=format_, on_error=on_error, **options)
            report = job.wait(progress=tell)
        return {"file": file, "votes": report.get("annotations", {}).get("accepted"), **report}
    if not Path(file).is_dir() and Path(file).suffix.lower() not in ITEM_SUFFIXES:
        raise click.UsageError(f"{file} is neither .jsonl, .json nor a folder: say what it is by --format")
    with progress_bar(file) as tell:
        return {"file": file, **asdict(project.items.add(file, on_error=on_error, progress=tell))}
