"""gatekeeper policy eval."""

from __future__ import annotations

from pathlib import Path

import click

from gatekeeper.cli.groups import OneOfEach
from gatekeeper.cli.options import engine_option, policies_option
from gatekeeper.cli.terminal import StatusLine, now, write_out
from gatekeeper.errors import UsageError
from gatekeeper.model.settings import EngineChoice

FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("eval", cls=OneOfEach)
@click.argument("rule")
@click.option("--path", type=click.Path(path_type=Path), help="Folder or file to collect evidence from.")
@click.option("--evidence", type=FILE, help="Evidence as `gatekeeper collect` prints it.")
@click.option("--explain", "steps", is_flag=True, help="How many candidates each expression leaves, and the nearest.")
@policies_option
@engine_option
@click.option("--settings", type=FILE, help="The organisation's settings.")
@click.option("--output", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(
    rule: str,
    path: Path | None,
    evidence: Path | None,
    steps: bool,
    policies: tuple[Path, ...],
    engine: str | None,
    settings: Path | None,
    output: str,
) -> None:
    """Evaluate RULE (its id) alone, and tell why it gives what it gives."""
    from gatekeeper.roads.explaining import Question, explain_on_evidence, explain_on_folder

    question = Question(rule, now(), policies, EngineChoice(engine) if engine else None, settings, steps)
    if path is not None and evidence is None:
        status = StatusLine(quiet=False)
        try:
            explanation = explain_on_folder(question, path, status)
        finally:
            status.clear()
    elif evidence is not None and path is None:
        explanation = explain_on_evidence(question, evidence)
    else:
        raise UsageError("on what is the rule to be evaluated?", hint="--path DIR or --evidence FILE")
    from gatekeeper.report.explanation import as_json, as_text

    write_out((as_json if output == "json" else as_text)(explanation))
    raise SystemExit(4 if explanation.error else 0)
