"""Where a decision is written, and in which formats."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import click

from gatekeeper.cli.terminal import wants_colour, write_out
from gatekeeper.errors import UsageError
from gatekeeper.report.base import Output, Report
from gatekeeper.report.outputs import OUTPUTS
from gatekeeper.workspace.writing import write_whole

outputs_option = click.option(
    "--output",
    "outputs",
    metavar="FORMAT[=FILE]",
    multiple=True,
    help=f"{', '.join(output.name for output in OUTPUTS)}; to FILE or stdout (default: text); repeatable.",
)


def destinations_of(outputs: Sequence[str]) -> list[tuple[Output, Path | None]]:
    """Formats, each with its file; None is stdout, where there is always one.

    Raises:
        UsageError: there is no such format, a file cannot be written there, or two outputs have the same place.
    """
    known = {output.name: output for output in OUTPUTS}
    chosen: list[tuple[Output, Path | None]] = []
    for text in outputs:
        name, to_file, file = text.partition("=")
        if name not in known:
            raise UsageError(f"--output {text}: there is no format {name!r}", hint=f"one of: {', '.join(known)}")
        if to_file and (not file or Path(file).is_dir()):
            raise UsageError(f"--output {text}: that is no name of a file", hint=f"--output {name}=gate.{name}")
        if file and not Path(file).parent.is_dir():
            raise UsageError(f"--output {text}: the folder {Path(file).parent} does not exist", hint="make it first")
        chosen.append((known[name], Path(file) if file else None))
    if all(file for _, file in chosen):
        chosen.insert(0, (known["text"], None))  # a log that is empty explains no verdict
    if sum(file is None for _, file in chosen) > 1:
        raise UsageError("only one output can go to stdout", hint="give the others a file: --output json=gate.json")
    files = [file.resolve() for _, file in chosen if file]
    if len(set(files)) < len(files):
        raise UsageError("two outputs go to the same file", hint="give each its own")
    return chosen


def write_all(report: Report, destinations: Sequence[tuple[Output, Path | None]]) -> None:
    """Write the report in each format; colours are for stdout."""
    for output, file in destinations:
        if file is None:
            write_out(output.render(dataclasses.replace(report, colour=wants_colour())))
        else:
            write_whole(file, output.render(report).encode())
