"""gatekeeper collect."""

from __future__ import annotations

from pathlib import Path

import click
import orjson

from gatekeeper.cli.options import flags_of, inspected_path, scanning_of, scanning_options, settings_options
from gatekeeper.cli.terminal import StatusLine


@click.command("collect")
@inspected_path
@settings_options
@scanning_options
def command(path: Path, settings: Path | None, **rest: object) -> None:
    """Print the evidence of PATH as JSON: exactly what policies see as input."""
    from gatekeeper.roads.gathering import gather_folder

    status = StatusLine(quiet=False)
    gathered = gather_folder(path, settings, flags_of(rest), scanning_of(rest), status)
    status.clear()
    click.echo(orjson.dumps(gathered.document(), option=orjson.OPT_INDENT_2))
    for failure in gathered.failures:
        click.echo(f"gatekeeper: {failure.component}: {failure.message}", err=True)
    raise SystemExit(4 if gathered.failures else 0)
