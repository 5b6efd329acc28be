"""gatekeeper doctor."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gatekeeper.cli.groups import OneOfEach
from gatekeeper.report.printable import printable

if TYPE_CHECKING:
    from gatekeeper.roads.diagnosing import Diagnosis


@click.command("doctor", cls=OneOfEach)
@click.option("--settings", type=click.Path(path_type=Path, dir_okay=False), help="The organisation's settings.")
@click.option("--output", type=click.Choice(["text", "json"]), default="text", show_default=True, help="Format.")
def command(settings: Path | None, output: str) -> None:
    """Show engines and scanners, their versions, what is missing and how to get it."""
    from gatekeeper.formats import jsonable
    from gatekeeper.roads.diagnosing import diagnose

    diagnosis = diagnose(settings)
    if output == "json":
        import orjson

        click.echo(orjson.dumps(jsonable.plain(diagnosis), option=orjson.OPT_INDENT_2))
    else:
        for line in _lines(diagnosis):
            click.echo(line)
    raise SystemExit(0 if diagnosis.ready else 4)


def _lines(diagnosis: Diagnosis) -> Iterator[str]:
    yield f"gatekeeper {diagnosis.gatekeeper}, Python {diagnosis.python}"
    for part in diagnosis.parts:
        state = part.version or ("MISSING" if part.needed else "missing")
        place = f"  ({printable(part.place)})" if part.place else ""
        yield f"  {part.name:<16} {printable(state):<10} {part.purpose}{place}"
        if part.problem:
            yield f"      {printable(part.problem)}"
            yield f"      do: {printable(part.hint)}"
    yield "ready: the gate can decide" if diagnosis.ready else "not ready: the gate would not decide (exit code 4)"
