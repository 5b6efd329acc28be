"""gatekeeper baseline."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gatekeeper.cli.groups import OneOfEach
from gatekeeper.cli.judging import judging_options, request_of
from gatekeeper.cli.options import inspected_path
from gatekeeper.cli.terminal import StatusLine
from gatekeeper.report.printable import counted, printable

if TYPE_CHECKING:
    from gatekeeper.roads.baselining import Changed

its_file = click.option("--file", type=click.Path(path_type=Path, dir_okay=False), help="Default: the folder's own.")


@click.group("baseline")
def command() -> None:
    """Findings that were there before and do not count: gatekeeper.baseline.json."""


@command.command("create", cls=OneOfEach)
@inspected_path
@its_file
@judging_options
def create(path: Path, file: Path | None, **rest: Any) -> None:
    """Judge PATH and write all findings that count into its baseline."""
    from gatekeeper.roads import baselining

    changed = _run(baselining.create, path, file, rest)
    click.echo(f"{_shown(changed)}: {counted(changed.total, 'finding')}, {changed.added} new, {changed.removed} gone")
    if changed.left_out:
        click.echo(f"left out: {counted(changed.left_out, 'finding')} of what the gate could not see", err=True)


@command.command("prune", cls=OneOfEach)
@inspected_path
@its_file
@judging_options
def prune(path: Path, file: Path | None, **rest: Any) -> None:
    """Judge PATH and take out of its baseline what is gone."""
    from gatekeeper.roads import baselining

    changed = _run(baselining.prune, path, file, rest)
    click.echo(f"{_shown(changed)}: {counted(changed.total, 'finding')}, {changed.removed} taken out")
    if changed.unjudged:
        click.echo(f"kept unseen: {counted(changed.unjudged, 'finding')} of rules that did not run", err=True)


@command.command("show", cls=OneOfEach)
@inspected_path
def show(path: Path) -> None:
    """Print the baseline PATH, a file or a folder that has one: a line each, the sum by rule at the end."""
    from gatekeeper.roads import baselining

    entries = baselining.show(path)
    rules: Counter[str] = Counter()
    for entry in entries:
        rules[entry.rule] += entry.count
        times = f" ({entry.count} times)" if entry.count > 1 else ""
        click.echo(f"{printable(entry.rule):<14} {printable(entry.path)} {printable(entry.subject)}{times}")
    sums = ", ".join(f"{printable(rule)} {count}" for rule, count in sorted(rules.items()))
    click.echo(f"{counted(rules.total(), 'finding')}{': ' if sums else ''}{sums}")


def _run(road: Callable[..., Changed], path: Path, file: Path | None, options: dict[str, Any]) -> Changed:
    status = StatusLine(quiet=False)
    try:
        return road(request_of(path, **options), file, status)
    finally:
        status.clear()


def _shown(changed: Changed) -> str:
    return printable(str(changed.file))
