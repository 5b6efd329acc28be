"""gatekeeper policy sign."""

from __future__ import annotations

import datetime
from pathlib import Path

import click

from gatekeeper.cli.groups import OneOfEach
from gatekeeper.cli.terminal import TimeType, now
from gatekeeper.report.printable import printable

FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("sign", cls=OneOfEach)
@click.argument("archive", type=FILE)
@click.option("--key", type=FILE, required=True, help="Private key; password: GATEKEEPER_KEY_PASSWORD or a prompt.")
@click.option("--key-id", default="default", show_default=True, help="What those who verify call the key.")
@click.option("--days", type=click.IntRange(1, 3650), help="Days after which the signature expires; default: never.")
@click.option("--at", "clock", type=TimeType(), help="Time of the signature; default: now.")
def command(archive: Path, key: Path, key_id: str, days: int | None, clock: datetime.datetime | None) -> None:
    """Sign an archive: its files inside, as OPA verifies them, and its bytes in a Sigstore bundle beside it."""
    from gatekeeper.cli.passwords import key_password
    from gatekeeper.roads.publishing import sign

    moment = clock or now()
    expires = moment + datetime.timedelta(days=days) if days else None
    beside = sign(archive, key, key_password, key_id, moment, expires)
    click.echo(f"signed: {printable(str(archive))} and {printable(str(beside))}", err=True)
