"""``assay work``: answer a project's tasks, yourself at the terminal or by a script."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import click

from assay.cli.connection import connected, find_project
from assay.client.client import Client
from assay.client.lease import Lease, LeasedItem
from assay.errors import Invalid

Answerer = Callable[[LeasedItem], Mapping[str, Any] | None]
"""Answers an item with a label, or with ``None`` to pass it by."""


@click.command()
@click.argument("project")
@click.option(
    "--script", metavar="MODULE:FUNCTION", help="Ask this function instead of you: item -> label or None."
)
@click.option("--count", type=click.IntRange(1, 100), default=1, help="How many tasks to claim at a time.")
@click.option("--wait", is_flag=True, help="Wait for more work instead of ending.")
@click.option("--stage", type=click.Choice(["label", "audit"]), default="label", help="What kind of work.")
@connected
def work(client: Client, project: str, script: str | None, count: int, wait: bool, stage: str) -> None:
    """Answer the tasks of PROJECT (an id or a name).

    At the terminal you choose among classes; questions of other kinds are for the browser or a --script.
    """
    found = find_project(client, project)
    answerer = load_answerer(script) if script else Terminal(found.data.ontology["questions"])
    done = 0
    for lease in found.work(count=count, wait=wait, stage=stage):
        done += answer(lease, answerer)
    click.echo(f"{done} answered; no more work now", err=True)


def answer(lease: Lease, answerer: Answerer) -> bool:
    """Answer one lease, or give it back: as skipped when it is passed by, for anyone when something fails."""
    try:
        label = answerer(lease.item)
        if label is None:
            lease.release("skip")
            return False
        lease.submit(label)
    except BaseException:
        lease.release("returned")
        raise
    return True


def load_answerer(named: str) -> Answerer:
    """The function that ``module:function`` names, found from the working folder too."""
    module, _, function = named.partition(":")
    sys.path.insert(0, "")
    try:
        found: Answerer = getattr(importlib.import_module(module), function)
    except (ImportError, AttributeError, ValueError) as error:
        raise click.UsageError(f"--script {named}: {error}; name it as module:function") from error
    return found


class Terminal:
    """Asks a person at the terminal."""

    def __init__(self, questions: Sequence[Mapping[str, Any]]) -> None:
        """Raises ``Invalid`` when a required question cannot be asked here."""
        self._questions = [question for question in questions if question["kind"] == "choice"]
        other = [question["name"] for question in questions if question["kind"] != "choice"]
        required = [q["name"] for q in questions if q["name"] in other and q.get("required")]
        if required or not self._questions:
            raise Invalid(
                "format.unsupported", f"the terminal asks choices only, not {', '.join(required or other)}"
            )

    def __call__(self, item: LeasedItem) -> dict[str, Any] | None:
        click.echo(f"\n{click.style(item.external_id, bold=True)}")
        for name, value in item.fields.items():
            click.echo(f"  {name}: {value.get('url', value) if isinstance(value, dict) else value}")
        label = {}
        for question in self._questions:
            chosen = self._ask(question)
            if chosen is None:
                return None
            if chosen:
                label[question["name"]] = chosen if question.get("multiple") else chosen[0]
        return label

    def _ask(self, question: Mapping[str, Any]) -> list[str] | None:
        """The classes chosen; none for an empty answer, ``None`` to pass the item by."""
        names = class_names(question["classes"])
        click.echo(f"{question.get('title') or question['name']}?")
        for number, name in enumerate(names, start=1):
            click.echo(f"  {number}  {name}")
        hint = "numbers, separated by commas" if question.get("multiple") else "a number"
        while True:
            given = click.prompt(f"{hint}, or s to skip", default="", show_default=False).strip()
            if given == "s":
                return None
            chosen = read_choice(given, names)
            if chosen is not None and len(chosen) >= bool(question.get("required")):
                return chosen
            click.echo(f"choose 1 to {len(names)}")


def class_names(classes: Sequence[Any]) -> list[str]:
    """The names of classes, those of a taxonomy's branches too, in the order they are shown."""
    names: list[str] = []
    for each in classes:
        names.append(each if isinstance(each, str) else each["name"])
        if isinstance(each, Mapping):
            names += class_names(each.get("children", ()))
    return names


def read_choice(given: str, names: Sequence[str]) -> list[str] | None:
    """The names that the numbers mean; ``None`` when one of them means nothing."""
    numbers = [part.strip() for part in given.split(",") if part.strip()]
    if not all(
        number.isascii() and number.isdigit() and 1 <= int(number) <= len(names) for number in numbers
    ):
        return None
    return [names[int(number) - 1] for number in numbers]
