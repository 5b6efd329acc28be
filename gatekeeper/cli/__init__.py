"""The command line: one file a command, loaded when it is called."""

from __future__ import annotations

import io
import os
import signal
import sys
from typing import TYPE_CHECKING, NoReturn

import click

from gatekeeper import __version__
from gatekeeper.cli.groups import TopGroup

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
