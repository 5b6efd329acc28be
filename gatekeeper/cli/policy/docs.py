"""gatekeeper policy docs."""

from __future__ import annotations

from pathlib import Path

import click

from gatekeeper.cli.groups import OneOfEach
from gatekeeper.report.printable import printable


@click.command("docs", cls=OneOfEach)
@click.argument(
    "folder", metavar="[DIR]", type=click.Path(path_type=Path, file_okay=False, exists=True), default=Path()
)
@click.option(
    "-o", "--output", "out", metavar="OUT", type=click.Path(path_type=Path), required=True, help="Folder of the pages."
)
def command(folder: Path, out: Path) -> None:
    """Write a Markdown page a rule, and indexes by domain and by control.

    What to avoid and what to prefer comes from the snippets in `flag` and `pass` beside a rule. OUT is a new folder,
    or one that this command wrote before; it is written whole or not at all. Without DIR, the current folder is read.
    """
    from gatekeeper.roads.documenting import document

    count = document(folder, out)
    click.echo(f"{printable(str(out))}: {count} {'rule' if count == 1 else 'rules'}", err=True)
