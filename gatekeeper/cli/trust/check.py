"""gatekeeper trust check."""

from __future__ import annotations

from pathlib import Path

import click

from gatekeeper.cli.groups import OneOfEach
from gatekeeper.cli.terminal import write_out

FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("check", cls=OneOfEach)
@click.argument("file", type=FILE, required=False)
def command(file: Path | None) -> None:
    """See whether FILE (default: the one that counts here) holds, and what it leaves open."""
    from gatekeeper.report.trust import check_as_text
    from gatekeeper.roads.trusting import trust_at
    from gatekeeper.verification.trust.explaining import notes

    trust = trust_at(file)
    write_out(check_as_text(trust.name, trust.sha256, list(notes(trust))))
