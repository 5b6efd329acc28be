"""gatekeeper waivers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gatekeeper.cli.groups import OneOfEach
from gatekeeper.cli.judging import judging_options, request_of
from gatekeeper.cli.options import FolderType
from gatekeeper.cli.terminal import StatusLine
from gatekeeper.report.printable import counted, printable

if TYPE_CHECKING:
    from gatekeeper.model.finding import Waiver

its_file = click.argument("file", type=FolderType(), default=".")


@click.group("waivers")
def command() -> None:
    """Exemptions: who answers for them, why, and until when. FILE is a waivers file or a folder that has one."""


@command.command("list", cls=OneOfEach)
@its_file
def listing(file: Path) -> None:
    """Print the waivers of FILE, the first to expire at the top."""
    from gatekeeper.roads.waiving import waivers_of

    waivers = sorted(waivers_of(file), key=lambda waiver: waiver.expires)
    for waiver in waivers:
        click.echo(f"{printable(waiver.expires)} {printable(waiver.rule)} {_match(waiver)}")
        ticket = f" ({printable(waiver.ticket)})" if waiver.ticket else ""
        click.echo(f"    {printable(waiver.owner)}: {printable(waiver.reason)}{ticket}")
    click.echo(counted(len(waivers), "waiver"))


@command.command("check", cls=OneOfEach)
@its_file
@click.option(
    "--within", type=click.IntRange(0, 3650), default=30, show_default=True, metavar="DAYS", help="How early."
)
@click.option("--path", type=FolderType(), help="Judge this folder too, to tell which waivers match nothing.")
@judging_options
def check(file: Path, within: int, path: Path | None, **rest: Any) -> None:
    """Tell which waivers of FILE have expired (then exit 1), expire soon or match nothing."""
    from gatekeeper.roads import waiving

    request = request_of(path or file, **rest)
    status = StatusLine(quiet=False)
    try:
        findings = waiving.judged(request, status) if path else None
    finally:
        status.clear()
    standings = waiving.check(waiving.waivers_of(file), request.clock, within, findings)
    for announcement in (text for standing in standings for text in standing.announcements):
        click.echo(printable(announcement))
    over = sum(standing.over for standing in standings)
    soon = sum(standing.soon for standing in standings)
    click.echo(f"{counted(len(standings), 'waiver')}: {over} expired, {soon} within {within} days")
    raise SystemExit(1 if over else 0)


def _match(waiver: Waiver) -> str:
    parts = {"path": waiver.path, "subject": waiver.subject, "fingerprint": waiver.fingerprint}
    return ", ".join(f"{name} {printable(value)}" for name, value in parts.items() if value)
