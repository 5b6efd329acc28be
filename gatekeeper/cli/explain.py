"""gatekeeper explain."""

from __future__ import annotations

import textwrap
from pathlib import Path

import click


@click.command("explain")
@click.argument("rule")
@click.option(
    "--policies", type=click.Path(path_type=Path, file_okay=False), multiple=True, help="Folder of more rules."
)
def command(rule: str, policies: tuple[Path, ...]) -> None:
    """Tell why RULE exists and how to mend what it finds."""
    from gatekeeper.roads.listing import find_rule

    found = find_rule(rule, policies)
    click.echo(f"{found.id}  {found.title}  ({found.severity}; stages {', '.join(found.stages)})\n")
    click.echo(textwrap.fill(found.description, 100))
    click.echo("\nMend it:")
    click.echo(textwrap.indent(textwrap.fill(found.remediation, 96), "    "))
    if found.controls:
        controls = "; ".join(f"{name}: {', '.join(ids)}" for name, ids in sorted(found.controls.items()))
        click.echo(f"\nControls: {controls}")
    click.echo(f"Reads: {', '.join(found.needs) or 'nothing'}")
    click.echo(f"Source: {found.path}")
    for address in found.related:
        click.echo(f"See: {address}")
