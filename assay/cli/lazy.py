"""A click group that imports a command only when it is asked for, so that ``assay --help`` stays fast."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import click


class LazyGroup(click.Group):
    """A group whose further commands are named by ``"module:attribute"`` and a line of help."""

    def __init__(self, *args: Any, lazy: Mapping[str, tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._lazy = lazy

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order they are written down, as people meet them."""
        return [*super().list_commands(ctx), *self._lazy]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self._lazy:
            return super().get_command(ctx, cmd_name)
        module, _, attribute = self._lazy[cmd_name][0].partition(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = [
            (name, command.get_short_help_str(80))
            for name in super().list_commands(ctx)
            if (command := super().get_command(ctx, name)) is not None
        ]
        rows += [(name, said) for name, (_, said) in self._lazy.items()]
        with formatter.section("Commands"):
            formatter.write_dl(rows)


G = TypeVar("G", bound=LazyGroup)


def lazy_group(
    kind: type[G], lazy: Mapping[str, tuple[str, str]], **settings: Any
) -> Callable[[Callable[..., Any]], G]:
    """Decorates a function as a group of this kind."""

    def decorate(function: Callable[..., Any]) -> G:
        group: G = click.group(cls=kind, lazy=lazy, **settings)(function)
        return group

    return decorate
