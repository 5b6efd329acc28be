"""gatekeeper policy test."""

from __future__ import annotations

from pathlib import Path

import click

from gatekeeper.cli.groups import OneOfEach
from gatekeeper.cli.options import words
from gatekeeper.cli.terminal import StatusLine, wants_colour, write_out
from gatekeeper.errors import UsageError
from gatekeeper.model.settings import EngineChoice

FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("test", cls=OneOfEach)
@click.argument(
    "folder", metavar="[DIR]", type=click.Path(path_type=Path, file_okay=False, exists=True), default=Path()
)
@click.option(
    "--run", "pattern", metavar="REGEX", default="", help="Only tests whose name it finds, e.g. test_flagged."
)
@click.option("--coverage", is_flag=True, help="Show which bodies of rules no test made succeed.")
@click.option("--min", "minimum", type=click.FloatRange(0, 100), help="Least coverage of bodies in per cent.")
@click.option("--output", type=click.Choice(["text", "json", "junit"]), default="text", show_default=True)
@click.option(
    "--engine",
    type=words(EngineChoice),
    default=EngineChoice.AUTO.value,
    show_default=True,
    help="auto: embedded, and in OPA what only that can.",
)
@click.option("--settings", type=FILE, help="The organisation's settings: policy.opa names an OPA.")
@click.option("--quiet", is_flag=True, help="No progress.")
def command(
    folder: Path,
    pattern: str,
    coverage: bool,
    minimum: float | None,
    output: str,
    engine: str,
    settings: Path | None,
    quiet: bool,
) -> None:
    """Run the tests and snippets of a folder of policies.

    Rego tests follow the conventions of `opa test`. A snippet is a source file, or a folder of them, in the folder
    `flag` or `pass` beside a rule: the rule must flag it, or must not. Without DIR, the current folder is tested.

    Exit codes: 0 all passed, 1 a test failed or coverage is too low, 2 usage, 3 nothing was run, 4 could not run.
    """
    if minimum is not None and not coverage:
        raise UsageError("--min says how much coverage is enough, but it is not measured", hint="add --coverage")
    from gatekeeper.report.tests import OUTPUTS
    from gatekeeper.roads.testing import TestRequest, run_tests

    status = StatusLine(quiet)
    try:
        request = TestRequest(folder, pattern, EngineChoice(engine), coverage, minimum or 0.0, settings)
        run = run_tests(request, status)
    finally:
        status.clear()
    write_out(OUTPUTS[output](run, wants_colour() and output == "text"))
    raise SystemExit(run.exit_code)
