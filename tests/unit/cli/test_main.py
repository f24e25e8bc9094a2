from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from assay.cli.main import COMMANDS, cli

NO_ENVIRONMENT = {"ASSAY_URL": None, "ASSAY_API_KEY": None, "ASSAY_DATA": None}


def run(*arguments: str) -> Result:
    return CliRunner(env=NO_ENVIRONMENT).invoke(cli, arguments)


def all_commands(
    command: click.Command, path: tuple[str, ...] = ()
) -> list[tuple[tuple[str, ...], click.Command]]:
    if not isinstance(command, click.Group):
        return [(path, command)]
    context = click.Context(command)
    found = []
    for name in command.list_commands(context):
        below = command.get_command(context, name)
        assert below is not None, name
        found += all_commands(below, (*path, name))
    return found


def test_help_names_every_command_and_imports_none() -> None:
    program = (
        "import sys; from assay.cli.main import cli; cli(['--help'], standalone_mode=False);"
        "print([m for m in sys.modules if m.startswith(('assay.client', 'httpx', 'rich'))])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.endswith("[]\n")
    assert [name for name in COMMANDS if f"\n  {name} " not in done.stdout] == []


@pytest.mark.parametrize(
    ("path", "command"),
    all_commands(cli),
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_every_command_is_there_and_says_what_it_does(path: tuple[str, ...], command: click.Command) -> None:
    assert command.help
    options = {option for parameter in command.params for option in parameter.opts}
    if path[-1] == "list":
        assert "--json" in options
    if path[-1] in ("delete", "disable"):
        assert "--yes" in options


def test_no_address_is_a_usage_error() -> None:
    result = run("project", "list")
    assert result.exit_code == 2
    assert "no address" in result.stderr
    assert "config.invalid" in result.stderr


def test_nobody_there_is_unreachable() -> None:
    result = run("project", "list", "--url", "http://127.0.0.1:1", "--api-key", "k")
    assert result.exit_code == 3
    assert "client.unreachable: Check the address and that Assay is running." in result.stderr


def test_an_unknown_command_is_a_usage_error() -> None:
    assert run("projekt").exit_code == 2


def test_a_wrong_script_is_a_usage_error(tmp_path: Path) -> None:
    result = run("labeler", "create", "x", "--kind", "cat")
    assert result.exit_code == 2
