"""gatekeeper gate."""

from __future__ import annotations

import datetime
import os
import sys
from pathlib import Path

import click

from gatekeeper.cli.attesting import attesting_options, signed_lines
from gatekeeper.cli.destinations import destinations_of, outputs_option, write_all
from gatekeeper.cli.groups import OneOfEach
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
from gatekeeper.cli.terminal import StatusLine, TimeType, now
from gatekeeper.errors import NothingCollected, UsageError
from gatekeeper.model.finding import Severity, Stage
from gatekeeper.report.base import Report
from gatekeeper.report.printable import printable
from gatekeeper.report.problems import as_text

FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("gate", cls=OneOfEach)
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
@attesting_options
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
@click.option(
    "--at", "clock", type=TimeType(), help="The decision's clock: 2026-11-21T09:30:00Z, or a date; default: now."
)
@outputs_option
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
    destinations = destinations_of(outputs)
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
    write_all(report, destinations)
    verdict = result.decision.decision.verdict
    if not quiet:
        _talk(signed_lines(result, [named_after(parse_artifact(one)).name for one in artifacts]))
    sys.exit(0 if exit_zero else verdict.exit_code)


def _talk(lines: list[str]) -> None:
    for line in lines:
        click.echo(printable(line), err=True)
