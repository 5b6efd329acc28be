"""gatekeeper policy: one file a command."""

from __future__ import annotations

import click

from gatekeeper.cli import LazyGroup

COMMANDS: dict[str, str] = {
    "eval": "Evaluate one rule, and tell why it gives what it gives.",
    "build": "Pack policies into an archive in OPA's bundle format.",
    "sign": "Sign an archive of policies.",
    "verify": "Prove who signed an archive of policies.",
}


@click.group("policy", cls=LazyGroup, commands_of=COMMANDS, package=__name__)
def command() -> None:
    """Write, test, check, explain, document, build and sign policies."""
