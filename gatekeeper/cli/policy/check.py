"""gatekeeper policy check."""

from __future__ import annotations

from pathlib import Path

import click

from gatekeeper.cli.groups import OneOfEach
from gatekeeper.cli.terminal import wants_colour, write_out


@click.command("check", cls=OneOfEach)
@click.argument(
    "folder", metavar="[DIR]", type=click.Path(path_type=Path, file_okay=False, exists=True), default=Path()
)
@click.option("--output", type=click.Choice(["text", "json", "sarif"]), default="text", show_default=True)
def command(folder: Path, output: str) -> None:
    """Find what is wrong with policies before they judge anything.

    Rules and their METADATA, functions that no engine has, fields that the evidence does not have, and ten traps that
    change a verdict without a word (docs/traps). Without DIR, the current folder is checked; the shipped library is
    there for its imports. Nothing is evaluated.

    Exit codes: 0 no problems, 1 problems, 2 usage, 4 a file could not be read (one that is no Rego is a problem).
    """
    from gatekeeper.roads.checking import check_policies

    result = check_policies(folder)
    if output == "json":
        from gatekeeper.report.policy_problems_json import as_json

        write_out(as_json(result))
    elif output == "sarif":
        from gatekeeper.report.policy_problems_sarif import as_sarif

        write_out(as_sarif(result))
    else:
        from gatekeeper.report.policy_problems import as_text

        write_out(as_text(result, colour=wants_colour()))
    raise SystemExit(1 if result.problems else 0)
