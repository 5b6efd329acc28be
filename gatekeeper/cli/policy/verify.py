"""gatekeeper policy verify."""

from __future__ import annotations

import datetime
from pathlib import Path

import click

from gatekeeper.cli.groups import OneOfEach
from gatekeeper.cli.terminal import TimeType, now
from gatekeeper.errors import UsageError
from gatekeeper.report.printable import printable

FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("verify", cls=OneOfEach)
@click.argument("archive", type=FILE)
@click.option("--key", type=FILE, help="Public key (PEM).")
@click.option("--key-id", default="default", show_default=True, help="With --key: what the signature calls it.")
@click.option("--settings", type=FILE, help="The organisation's settings: policy.keys and policy.minimum_revision.")
@click.option("--at", "clock", type=TimeType(), help="Time of the verification; default: now.")
def command(
    archive: Path, key: Path | None, key_id: str, settings: Path | None, clock: datetime.datetime | None
) -> None:
    """Prove who signed an archive of policies, before any of them is read."""
    if (key is None) == (settings is None):
        raise UsageError("who may have signed it?", hint="--key FILE or --settings FILE")

    from gatekeeper.model.settings import PolicySettings
    from gatekeeper.roads.publishing import key_of, organisation_settings, verify

    policy = PolicySettings(keys=(key_of(key, key_id),)) if key else organisation_settings(settings).policy
    verified = verify(archive, policy, clock or now())
    click.echo(
        f"verified: {printable(str(archive))}: {len(verified.files)} files, revision {verified.revision}, "
        f"signed with {printable(verified.key_id)}"
    )
