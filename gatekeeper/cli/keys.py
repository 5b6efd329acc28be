"""gatekeeper keys."""

from __future__ import annotations

from pathlib import Path

import click

from gatekeeper.cli.groups import OneOfEach
from gatekeeper.report.printable import printable


@click.group("keys")
def command() -> None:
    """Make signing keys."""


@command.command("new", cls=OneOfEach, short_help="Write an encrypted key pair.")
@click.option("--algorithm", type=click.Choice(["p256", "ed25519"]), default="p256", show_default=True)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), default=Path("gatekeeper.key"), show_default=True
)
def new(algorithm: str, output: Path) -> None:
    """Write an encrypted key pair: OUTPUT and, beside it, OUTPUT with the suffix .pub."""
    from gatekeeper.attest.keys import new_key_pair
    from gatekeeper.cli.passwords import new_key_password
    from gatekeeper.crypto import public_keys

    private, public = new_key_pair(output, algorithm, new_key_password)
    click.echo(f"private key: {printable(str(private))} (encrypted; keep it secret)", err=True)
    click.echo(f"public key:  {printable(str(public))} (give it to those who verify)", err=True)
    # What bundles call it, and `trust init` shows: to be compared.
    click.echo(f"called:      {public_keys.hint(public_keys.load(public.read_bytes()))}", err=True)
