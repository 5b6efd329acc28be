"""gatekeeper collect."""

from __future__ import annotations

from pathlib import Path

import click
import orjson

from gatekeeper.cli.groups import OneOfEach
from gatekeeper.cli.options import flags_of, inspected_path, scanning_of, scanning_options, settings_options
from gatekeeper.cli.terminal import StatusLine
from gatekeeper.report.printable import printable


@click.command("collect", cls=OneOfEach)
@inspected_path
@settings_options
@scanning_options
def command(path: Path, settings: Path | None, **rest: object) -> None:
    """Print the evidence of PATH as JSON: exactly what policies see as input."""
    flags, scanning = flags_of(rest), scanning_of(rest)

    from gatekeeper.roads.gathering import gather_folder

    status = StatusLine(quiet=False)
    try:
        gathered = gather_folder(path, settings, flags, scanning, status)
    finally:
        status.clear()
    click.echo(orjson.dumps(gathered.document(), option=orjson.OPT_INDENT_2))
    for failure in gathered.failures:
        click.echo(f"gatekeeper: {printable(failure.component)}: {printable(failure.message)}", err=True)
    raise SystemExit(4 if gathered.failures else 0)
