"""gatekeeper rules."""

from __future__ import annotations

from pathlib import Path

import click

from gatekeeper.cli.groups import OneOfEach
from gatekeeper.cli.options import policies_option
from gatekeeper.report.printable import printable


@click.command("rules", cls=OneOfEach)
@policies_option
def command(policies: tuple[Path, ...]) -> None:
    """List what is checked: id, severity, title."""
    from gatekeeper.roads.listing import rules

    for rule in rules(policies):
        click.echo(f"{rule.id:<14} {rule.severity:<9} {printable(rule.title)}")
