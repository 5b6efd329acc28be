"""Groups of commands, each loaded when it is called."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click


class LazyGroup(click.Group):
    """A group that knows its commands by name and loads one when it is called.

    ``commands_of`` are names and one-line helps; the module of a command, below ``package``, has its name.
    """

    def __init__(self, *args: Any, commands_of: Mapping[str, str], package: str, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self._commands_of = commands_of
        self._package = package

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order in which people meet them."""
        return list(self._commands_of)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, loaded."""
        if cmd_name not in self._commands_of:
            return None
        command: click.Command = import_module(f"{self._package}.{cmd_name}").command
        if isinstance(command, click.Group):
            for part in getattr(command, "commands", {}).values():
                # Where there is no short help, click cuts the first sentence off at the width of the terminal.
                part.short_help = part.short_help or " ".join((part.help or "").partition("\n\n")[0].split())
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Names and one-line helps, without loading anything."""
        with formatter.section("Commands"):
            formatter.write_dl(list(self._commands_of.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Names the nearest command where there is none of that name."""
        if args and args[0] not in self._commands_of:
            from difflib import get_close_matches

            nearest = get_close_matches(args[0], self._commands_of, n=1)
            advice = f" Did you mean {nearest[0]}?" if nearest else f" There are: {', '.join(self._commands_of)}."
            ctx.fail(f"No such command {args[0]!r}.{advice}")
        return super().resolve_command(ctx, args)


class OneOfEach(click.Command):
    """A command that refuses an option which is given twice and counts once: nobody could see which one does."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As click does it."""
        given = [one for one in self.make_parser(ctx).parse_args(list(args))[2] if isinstance(one, click.Option)]
        for option in given:
            if not (option.multiple or option.is_flag or option.count) and given.count(option) > 1:
                raise click.UsageError(f"Option {option.opts[-1]!r} is given more than once.", ctx)
        return super().parse_args(ctx, args)


class TopGroup(LazyGroup):
    """The whole command line."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command. Whoever reads the output may go before its end: then nothing more can be said there."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise SystemExit(4) from None
