"""gatekeeper attestation."""

from __future__ import annotations

from pathlib import Path

import click

from gatekeeper.cli.terminal import write_out


@click.group("attestation")
def command() -> None:
    """Look at attestations."""


@command.command("show")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--output", type=click.Choice(["text", "json"]), default="text", show_default=True)
def show(file: Path, output: str) -> None:
    """Print what the attestations in FILE claim, in whatever format. Nothing is verified: `gatekeeper verify` does."""
    from gatekeeper.report.attestation import as_json, as_text
    from gatekeeper.roads.showing import show as read_file

    attestations = read_file(file)
    write_out((as_json if output == "json" else as_text)(file.name, attestations))
