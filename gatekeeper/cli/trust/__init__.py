"""gatekeeper trust: one file a command."""

from __future__ import annotations

import click

from gatekeeper.cli.groups import LazyGroup

COMMANDS: dict[str, str] = {
    "init": "Show what bundles claim; write a trust file for what you confirm.",
    "check": "See whether a trust file holds, and what it leaves open.",
    "explain": "Tell in words what a trust file trusts.",
    "refresh": "Fetch a Sigstore's trusted root, verified by TUF.",
}


@click.group("trust", cls=LazyGroup, commands_of=COMMANDS, package=__name__)
def command() -> None:
    """The trust file: who is believed when something is verified, and what must be there."""
