"""The command line: one file a command, loaded when it is called."""

from __future__ import annotations

import io
import os
import signal
import sys
from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any, NoReturn

import click

from gatekeeper import __version__

if TYPE_CHECKING:
    from gatekeeper.errors import GatekeeperError

# Name of a command, its one-line help (shown without loading it). The module has the same name.
COMMANDS = {
    "gate": "Judge a folder by the policies; sign the artifact or reject it.",
    "verify": "Prove what was checked before an artifact was signed.",
    "trust": "Say who is trusted, and see what that means.",
    "approve": "Let pass what a gate decided about an artifact, by a signature of your own.",
    "attestation": "Show what attestations claim, and attach them to images.",
    "evidence": "Carry what a verification needs to where there is no network.",
    "collect": "Print the evidence as JSON: exactly what policies see as input.",
    "test": "Test configuration files by policies, as conftest does.",
    "sbom": "Write the software bill of materials of a folder.",
    "baseline": "Write down findings that were there before, so that they do not count.",
    "waivers": "List exemptions, and tell which have expired or are about to.",
    "replay": "Judge kept evidence again, and compare with what was decided.",
    "rules": "List what is checked.",
    "explain": "Tell why a rule exists and how to mend what it finds.",
    "policy": "The workbench for people who write policies.",
    "keys": "Make signing keys.",
    "doctor": "Show engines and scanners, their versions, and what is missing.",
}


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


class TopGroup(LazyGroup):
    """The whole command line."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command. Whoever reads the output may go before its end: then nothing more can be said there."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise SystemExit(4) from None


@click.group(
    cls=TopGroup,
    commands_of=COMMANDS,
    package=__name__,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, message="%(prog)s %(version)s")
def group() -> None:
    """Judge what stands at the door: collect evidence, let policies decide, sign or reject.

    Exit codes: 0 passed, 1 rejected, 2 usage or settings, 3 nothing collected, 4 could not decide, 5 not verified.
    """


def main() -> None:
    """Run a command and exit with its code; every error becomes one message."""
    from gatekeeper.errors import GatekeeperError, UsageError

    for stream in (sys.stdout, sys.stderr):
        # A terminal without Unicode gets escapes: nobody's file name may end a run.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    for number in (signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)):
        # As Ctrl-C does: what was begun is withdrawn, and no folder or process stays behind.
        signal.signal(number, lambda number, frame: sys.exit(128 + number))
    try:
        sys.exit(group(prog_name="gatekeeper", standalone_mode=False))
    except click.Abort:
        sys.exit(130)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        sys.exit(error.exit_code)
    except click.ClickException as error:
        context = getattr(error, "ctx", None)
        hint = f"`{context.command_path} --help` tells how" if context else ""
        _tell(UsageError(error.format_message(), hint=hint))
    except GatekeeperError as error:
        _tell(error)
    except OSError as error:
        # A full disk, a folder that has gone: the world outside, not a defect.
        where = f"{error.filename}: " if error.filename else ""
        hint = "is there room for temporary files (TMPDIR), and does the current folder still exist?"
        _tell(GatekeeperError(f"{where}{error.strerror or error}", hint=hint))
    except Exception as error:
        if os.environ.get("GATEKEEPER_DEBUG"):
            raise
        hint = "this is a defect of gatekeeper, and nothing was decided; GATEKEEPER_DEBUG=1 shows where"
        _tell(GatekeeperError(f"internal error: {type(error).__name__}: {error}", hint=hint))


def _tell(error: GatekeeperError) -> NoReturn:
    from gatekeeper.report.problems import as_text

    click.echo(as_text(error), err=True)
    sys.exit(error.exit_code)
