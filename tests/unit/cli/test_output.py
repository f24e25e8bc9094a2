from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import click
import pytest
from click.testing import CliRunner

from assay.cli.output import confirm, print_list, print_value


@dataclass(frozen=True)
class Row:
    id: str
    share: float
    more: Any = None


def printed(function: Any, *arguments: Any) -> str:
    @click.command()
    def command() -> None:
        function(*arguments)

    result = CliRunner().invoke(command)
    assert result.exit_code == 0, result.output
    return result.output


@pytest.mark.parametrize("rows", [[], [Row("ä", 0.5)], [Row("1", 0.5, {"x": [1]}), Row("2", 1.0)]])
def test_a_list_is_one_json_array(rows: list[Row]) -> None:
    read = json.loads(printed(print_list, iter(rows), ("id",), True))
    assert read == [{"id": row.id, "share": row.share, "more": row.more} for row in rows]


def test_a_list_is_written_as_it_comes(capsys: pytest.CaptureFixture[str]) -> None:
    def rows() -> Iterator[Row]:
        yield Row("1", 0.5)
        assert '"id": "1"' in capsys.readouterr().out
        yield Row("2", 0.5)

    print_list(rows(), ("id",), True)


def test_a_table_has_the_columns_asked_for() -> None:
    table = printed(print_list, [Row("1", 1 / 3, {"x": 1}), Row("2", 1.0)], ("id", "share", "more"), False)
    assert [line.split() for line in table.splitlines()] == [
        ["id", "share", "more"],
        ["1", "0.3333", '{"x":', "1}"],
        ["2", "1"],
    ]


def test_one_value_is_an_object_or_lines() -> None:
    assert json.loads(printed(print_value, Row("1", 0.5), True)) == {"id": "1", "share": 0.5, "more": None}
    assert printed(print_value, Row("1", 0.5), False) == "id     1\nshare  0.5\n"


@pytest.mark.parametrize(
    ("typed", "yes", "code"), [("y\n", False, 0), ("n\n", False, 1), ("", False, 1), ("", True, 0)]
)
def test_what_destroys_asks_first(typed: str, yes: bool, code: int) -> None:
    @click.command()
    def command() -> None:
        confirm("Delete it?", yes)

    assert CliRunner().invoke(command, input=typed).exit_code == code
