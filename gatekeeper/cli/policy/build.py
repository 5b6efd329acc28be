"""gatekeeper policy build."""

from __future__ import annotations

from pathlib import Path

import click

from gatekeeper.cli.groups import OneOfEach
from gatekeeper.errors import UsageError
from gatekeeper.report.printable import printable

FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("build", cls=OneOfEach)
@click.argument("folders", metavar="[DIR]...", type=click.Path(path_type=Path, file_okay=False), nargs=-1)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), required=True, help="Archive, .tar.gz."
)
@click.option("--revision", type=click.IntRange(0, 10**18 - 1), default=0, help="Number of this version; default: 0.")
@click.option("--library", is_flag=True, help="Put the shipped library in, for an OPA server that serves all policies.")
@click.option("--settings", type=FILE, help="With --library: the settings it judges by.")
def command(folders: tuple[Path, ...], output: Path, revision: int, library: bool, settings: Path | None) -> None:
    """Pack policies into an archive in OPA's bundle format; the same policies give the same bytes."""
    if not folders and not library:
        raise UsageError("there is nothing to pack", hint="name a folder of policies, or give --library")
    if settings is not None and not library:
        raise UsageError("--settings says how the library judges, which is not packed", hint="add --library")

    from gatekeeper.roads.publishing import build, organisation_settings

    count = build(folders, output, revision, organisation_settings(settings) if library else None)
    click.echo(f"{printable(str(output))}: {count} files, revision {revision}", err=True)
