"""gatekeeper replay."""

from __future__ import annotations

from pathlib import Path

import click

from gatekeeper.cli.groups import OneOfEach
from gatekeeper.cli.options import policies_option, words
from gatekeeper.model.settings import EngineChoice

FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("replay", cls=OneOfEach)
@click.argument("decision", type=FILE)
@click.option("--evidence", type=FILE, required=True, help="From `gate --output evidence=FILE`, or `collect`.")
@policies_option
@click.option("--engine", type=words(EngineChoice), help="Default: as recorded.")
def command(decision: Path, evidence: Path, policies: tuple[Path, ...], engine: str | None) -> None:
    """Judge the evidence again as the record DECISION says, and compare: exit 5 where anything differs."""
    from gatekeeper.report.differences import shown
    from gatekeeper.roads.replaying import ReplayRequest, replay

    result = replay(ReplayRequest(decision, evidence, policies, EngineChoice(engine) if engine else None))
    for line in shown(result.differences):
        click.echo(line)
    for note in shown(result.notes):
        click.echo(f"note: {note}")
    before, after = result.before, result.after
    engine = f"{after.policies.engine} {after.policies.engine_version}, gatekeeper {after.tool['version']}"
    verdict = f"{before.decision.verdict} of {before.decision.time}"
    if result.differences:
        click.echo(f"DIFFERENT: {verdict} is now {after.decision.verdict} in {engine}; - was recorded, + came out")
        raise SystemExit(5)
    same = "the same bytes" if result.same_program else "the same findings, in another version or engine"
    click.echo(f"REPLAYED: {verdict}: {same} in {engine}")
