"""Results for people, as tables, and for programs, as JSON; progress on the error stream, away from both."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.table import Table

as_json = click.option("--json", "json_", is_flag=True, help="Print JSON.")
confirmed = click.option("--yes", is_flag=True, help="Do it without asking.")


def print_list(rows: Iterable[Any], columns: Sequence[str], json_: bool) -> None:
    """Dataclasses or mappings as one JSON array, written as they come, or as a table of these columns."""
    if json_:
        count = 0
        for count, row in enumerate(rows, start=1):
            click.echo(("[" if count == 1 else ",\n ") + _json(_plain(row)), nl=False)
        click.echo("]" if count else "[]")
        return
    table = Table(*columns, box=None, header_style="bold", pad_edge=False)
    for row in rows:
        plain = _plain(row)
        table.add_row(*(_cell(plain.get(column)) for column in columns))
    Console().print(table)


def print_value(value: Any, json_: bool) -> None:
    """One dataclass or mapping as a JSON object, or as lines of its keys."""
    plain = _plain(value)
    if json_:
        click.echo(json.dumps(plain, ensure_ascii=False, indent=2, default=str))
        return
    width = max((len(key) for key in plain), default=0)
    for key, held in plain.items():
        if held is not None:
            click.echo(f"{key:<{width}}  {_cell(held)}")


def confirm(question: str, yes: bool) -> None:
    """Ask before something is destroyed; without a terminal to ask on, only ``--yes`` will do."""
    if not yes:
        click.confirm(question, abort=True, err=True)


@contextmanager
def progress_bar(title: str) -> Iterator[Callable[[str, int, int | None], None]]:
    """A bar on the error stream for ``progress=`` of the SDK; where nobody watches, nothing is drawn."""
    columns = TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %")
    with Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True), transient=True) as bar:
        stages: dict[str, TaskID] = {}

        def tell(stage: str, done: int, total: int | None) -> None:
            if stage not in stages:
                stages[stage] = bar.add_task(f"{title}: {stage}", total=total)
            bar.update(stages[stage], completed=done, total=total)

        yield tell


def _plain(value: Any) -> dict[str, Any]:
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else dict(value)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case float():
            return f"{value:.4g}"
        case Mapping() | list() | tuple():
            return _json(value)
        case _:
            return str(value)
