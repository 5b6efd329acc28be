"""gatekeeper rules."""

from __future__ import annotations

from pathlib import Path

import click

from gatekeeper.report.printable import printable


@click.command("rules")
@click.option(
    "--policies", type=click.Path(path_type=Path, file_okay=False), multiple=True, help="Folder of more rules."
)
def command(policies: tuple[Path, ...]) -> None:
    """List what is checked: id, severity, title."""
    from gatekeeper.roads.listing import rules

    for rule in rules(policies):
        click.echo(f"{rule.id:<14} {rule.severity:<9} {printable(rule.title)}")
