"""``assay quality``: how accurate a project's labels are."""

from __future__ import annotations

import click

from assay.cli.connection import connected, find_project
from assay.cli.output import as_json, print_list, print_value
from assay.client.client import Client
from assay.client.quality import Accuracy


@click.command()
@click.argument("project")
@as_json
@connected
def quality(client: Client, project: str, json_: bool) -> None:
    """Say how accurate the labels of PROJECT (an id or a name) are, and who gave them."""
    report = find_project(client, project).quality()
    if json_:
        print_value(report, json_)
        return
    summary = {"accuracy": _interval(report.accuracy), "labels": report.cost.get("labels")}
    print_value(summary | dict(report.forecast) | {"agreement": report.agreement}, json_)
    click.echo()
    print_list(report.labelers, ("name", "accuracy", "low", "high", "labels", "labeler"), json_)


def _interval(accuracy: Accuracy) -> str:
    if accuracy.estimate is None or accuracy.low is None or accuracy.high is None:
        return "not known yet"
    return f"{accuracy.estimate:.1%} ({accuracy.low:.1%} to {accuracy.high:.1%}, {accuracy.method})"
