"""gatekeeper policy new."""

from __future__ import annotations

from pathlib import Path

import click

from gatekeeper.cli.groups import OneOfEach
from gatekeeper.report.printable import printable


@click.command("new", cls=OneOfEach)
@click.argument("name", metavar="DOMAIN/NAME")
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("policies"),
    show_default=True,
    help="Folder of your policies; it is made if need be.",
)
def command(name: str, folder: Path) -> None:
    """Start a rule from a template: rule and METADATA, Rego tests, snippets that it must and must not flag.

    Nothing is overwritten.
    """
    from gatekeeper.policy.template import create_rule

    for path in create_rule(name, folder):
        click.echo(printable(str(path)))
    click.echo(f"next: gatekeeper policy test {printable(str(folder))}", err=True)
