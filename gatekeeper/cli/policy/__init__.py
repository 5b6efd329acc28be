"""gatekeeper policy: one file a command."""

from __future__ import annotations

import click

from gatekeeper.cli.groups import LazyGroup

COMMANDS: dict[str, str] = {
    "new": "Start a rule from a template, with its tests.",
    "test": "Run the tests and snippets of policies.",
    "check": "Find what is wrong with policies before they judge anything.",
    "eval": "Evaluate one rule, and tell why it gives what it gives.",
    "docs": "Write a page a rule, and indexes by domain and by control.",
    "build": "Pack policies into an archive in OPA's bundle format.",
    "sign": "Sign an archive of policies.",
    "verify": "Prove who signed an archive of policies.",
}


@click.group("policy", cls=LazyGroup, commands_of=COMMANDS, package=__name__)
def command() -> None:
    """Write, test, check, explain, document, build and sign policies."""
