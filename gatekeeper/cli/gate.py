"""gatekeeper gate."""

from __future__ import annotations

import dataclasses
import datetime
import os
import sys
from pathlib import Path

import click

from gatekeeper.cli.options import (
    engine_option,
    flags_of,
    inspected_path,
    policies_option,
    scanning_of,
    scanning_options,
    settings_options,
    words,
)
from gatekeeper.cli.signing import signer_of, signer_options
from gatekeeper.cli.terminal import StatusLine, TimeType, now, wants_colour, write_out
from gatekeeper.errors import NothingCollected, UsageError
from gatekeeper.model.finding import Severity, Stage
from gatekeeper.report.base import Output, Report
from gatekeeper.report.outputs import OUTPUTS
from gatekeeper.report.printable import printable
from gatekeeper.report.problems import as_text
from gatekeeper.workspace.writing import write_whole

FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("gate")
@inspected_path
@click.option("--stage", type=words(Stage), help="Default: build with an artifact, else change.")
@click.option(
    "--artifact",
    "artifacts",
    metavar="FILE|oci://HOST/NAME@DIGEST",
    multiple=True,
    help="File or image to sign if the gate passes; repeatable.",
)
@signer_options
@click.option(
    "--attestations",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for signatures; default: the artifact's.",
)
@click.option(
    "--provenance",
    type=FILE,
    help="SLSA provenance v1 (predicate, JSON) to sign; default: what the certificate of a keyless signature says.",
)
@click.option("--materials", type=FILE, help="Models, prompts and datasets (TOML) that provenance is to name.")
@click.option(
    "--also",
    type=click.Choice(["test-result", "vulnerabilities"]),
    multiple=True,
    help="Sign this statement too: the results of all rules, or what advisories say; repeatable.",
)
@policies_option
@engine_option
@settings_options
@click.option("--waivers", type=FILE, help="Waivers file instead of the repository's own.")
@click.option("--base", metavar="REF", help="Judge only what the change since this commit or branch brings.")
@click.option("--baseline", type=FILE, help="Baseline file instead of the repository's own.")
@scanning_options
@click.option(
    "--fail-on",
    type=words(severity for severity in Severity if severity is not Severity.ERROR),
    help="Severity from which findings reject; default: medium.",
)
@click.option("--at", "clock", type=TimeType(), help="Clock of the decision: 2026-11-21T09:30:00Z, or a date; default: now.")
@click.option(
    "--output",
    "outputs",
    metavar="FORMAT[=FILE]",
    multiple=True,
    help=f"{', '.join(output.name for output in OUTPUTS)}; to FILE or stdout (default: text); repeatable.",
)
@click.option("--quiet", "-q", is_flag=True, help="No talk on stderr.")
@click.option("--exit-zero", is_flag=True, help="For trials: exit 0 whatever the verdict.")
@click.option("--allow-empty", is_flag=True, help="Judge a folder in which nothing is known.")
def command(
    path: Path,
    stage: str | None,
    artifacts: tuple[str, ...],
    attestations: Path | None,
    provenance: Path | None,
    materials: Path | None,
    also: tuple[str, ...],
    policies: tuple[Path, ...],
    settings: Path | None,
    waivers: Path | None,
    base: str | None,
    baseline: Path | None,
    fail_on: str | None,
    clock: datetime.datetime | None,
    outputs: tuple[str, ...],
    quiet: bool,
    exit_zero: bool,
    allow_empty: bool,
    **rest: object,
) -> None:
    """Judge the folder PATH by the policies, and sign the artifact or reject it."""
    if base == "":
        # What an unset variable leaves behind must not become a run that compares nothing.
        raise UsageError("--base names no commit", hint="--base origin/main")
    destinations = _destinations(outputs)
    flags = flags_of(rest) | ({"gate.fail_on": fail_on} if fail_on else {})
    scanning = scanning_of(rest)

    signer = signer_of(rest)

    from gatekeeper.attest.claimed import claimed
    from gatekeeper.roads.artifacts import named_after, parse_artifact
    from gatekeeper.roads.gating import GateRequest, gate

    status = StatusLine(quiet)
    withdrawn: list[Path] = []
    try:
        result = gate(
            GateRequest(
                path=path,
                clock=clock or now(),
                stage=Stage(stage) if stage else None,
                artifacts=tuple(parse_artifact(one) for one in artifacts),
                signer=signer,
                attestations=attestations,
                provenance=provenance,
                materials=materials,
                also=also,
                claimed=claimed(os.environ),
                policies=policies,
                organisation=settings,
                waivers=waivers,
                base=base or "",
                baseline=baseline,
                flags=flags,
                scanning=scanning,
                allow_empty=allow_empty,
            ),
            status,
            withdrawn.append,
        )
    except BaseException as error:
        status.clear()
        _talk([] if quiet else [f"withdrawn: {bundle}" for bundle in withdrawn])
        if exit_zero and isinstance(error, NothingCollected):
            click.echo(as_text(error), err=True)
            return
        raise
    status.clear()
    report = Report(result.decision, result.rules, inputs=result.inputs, evidence=result.evidence)
    for output, file in destinations:
        if file is None:
            write_out(output.render(dataclasses.replace(report, colour=wants_colour())))
        else:
            write_whole(file, output.render(report).encode())
    verdict = result.decision.decision.verdict
    if not quiet:
        talk = [f"signed: {bundle}" for bundle in result.signed]
        talk += [f"not signed: {what}" for what in result.unsigned]
        talk += [f"withdrawn: {bundle}" for bundle in result.withdrawn]
        if artifacts and not result.signed:
            reason = f"the verdict is {verdict}" if verdict.exit_code else "no key was given (--key FILE, or --keyless)"
            talk.append(
                f"not signed: {', '.join(named_after(parse_artifact(one)).name for one in artifacts)}: {reason}"
            )
        _talk(talk)
    sys.exit(0 if exit_zero else verdict.exit_code)


def _talk(lines: list[str]) -> None:
    for line in lines:
        click.echo(printable(line), err=True)


def _destinations(outputs: tuple[str, ...]) -> list[tuple[Output, Path | None]]:
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
