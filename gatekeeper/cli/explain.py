"""gatekeeper explain."""

from __future__ import annotations

import textwrap
from pathlib import Path

import click

from gatekeeper.cli.groups import OneOfEach
from gatekeeper.cli.options import policies_option
from gatekeeper.report.printable import printable


@click.command("explain", cls=OneOfEach)
@click.argument("rule")
@policies_option
def command(rule: str, policies: tuple[Path, ...]) -> None:
    """Tell why RULE exists and how to mend what it finds."""
    from gatekeeper.roads.listing import find_rule

    found = find_rule(rule, policies)
    click.echo(f"{found.id}  {printable(found.title)}  ({found.severity}; stages {', '.join(found.stages)})\n")
    for line in textwrap.wrap(found.description, 100):
        click.echo(printable(line))
    click.echo("\nMend it:")
    for line in textwrap.wrap(found.remediation, 96):
        click.echo(f"    {printable(line)}")
    if found.controls:
        controls = "; ".join(f"{name}: {', '.join(ids)}" for name, ids in sorted(found.controls.items()))
        click.echo(f"\nControls: {printable(controls)}")
    click.echo(f"Reads: {', '.join(found.needs) or 'nothing'}")
    click.echo(f"Source: {printable(found.path)}")
    for address in found.related:
        click.echo(f"See: {printable(address)}")
