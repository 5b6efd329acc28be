"""How conftest takes its flags and tells its errors."""

from __future__ import annotations

import re
import sys
from typing import NoReturn

import click

from gatekeeper.errors import EngineFailure, GatekeeperError, UnreadableInput
from gatekeeper.report.printable import printable

_SHORT = re.compile(r"-[pndoc]=")
_VALUED = re.compile(r"--([a-z-]+)=(.*)", re.DOTALL)


class ConftestCommand(click.Command):
    """A command that takes flags, and fails, as conftest does: an error is told on stderr, and the exit code 1."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Also takes ``--flag=false`` and ``-p=policy``."""
        from gatekeeper.conftest.configuration import boolean

        options = [param for param in self.params if isinstance(param, click.Option) and param.is_flag]
        flags = {option.removeprefix("--") for param in options for option in param.opts}
        given: list[str] = []
        off: list[str] = []
        end = args.index("--") if "--" in args else len(args)
        try:
            for argument in args[:end]:
                valued = _VALUED.fullmatch(argument)
                if valued is None or valued[1] not in flags:
                    given.append(argument[:2] + argument[3:] if _SHORT.match(argument) else argument)
                elif boolean(valued[2]):
                    given.append(f"--{valued[1]}")
                else:
                    off.append(valued[1])
            rest = super().parse_args(ctx, [*given, *args[end:]])
        except click.UsageError as error:
            fail(GatekeeperError(error.format_message(), hint=f"`{ctx.command_path} --help` tells what there is"))
        except ValueError as error:
            fail(GatekeeperError(f"invalid argument: {error}", hint="write true or false"))
        ctx.params |= {name.replace("-", "_"): False for name in off}
        return rest


def fail(error: GatekeeperError, code: int = 1) -> NoReturn:
    """Tell the error, and exit."""
    place = ""
    if isinstance(error, UnreadableInput | EngineFailure) and error.path and not error.message.startswith(error.path):
        place = ":".join(str(part) for part in (error.path, error.line, error.column) if part) + ": "
    lines = "\n".join(printable(line) for line in f"{place}{error.message}".split("\n"))
    click.echo(f"Error: {lines}" + (f"\n    do: {printable(error.hint)}" if error.hint else ""), err=True)
    sys.exit(code)
