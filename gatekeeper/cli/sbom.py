"""gatekeeper sbom."""

from __future__ import annotations

from pathlib import Path

import click

from gatekeeper.cli.groups import OneOfEach
from gatekeeper.cli.options import flags_of, inspected_path, settings_options
from gatekeeper.cli.terminal import StatusLine
from gatekeeper.workspace.writing import write_whole


@click.command("sbom", cls=OneOfEach)
@inspected_path
@click.option("--format", "format_", type=click.Choice(["cyclonedx-json"]), default="cyclonedx-json", show_default=True)
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="File; default: stdout.")
@settings_options
def command(path: Path, format_: str, output: Path | None, settings: Path | None, **rest: object) -> None:
    """Write the software bill of materials of PATH."""
    flags = flags_of(rest)

    from gatekeeper.roads.listing import bill_of_folder

    status = StatusLine(quiet=False)
    try:
        data = bill_of_folder(path, settings, flags, status)
    finally:
        status.clear()
    if output is None:
        click.echo(data, nl=False)
    else:
        write_whole(output, data)
