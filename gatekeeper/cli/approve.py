"""gatekeeper approve."""

from __future__ import annotations

import os
from pathlib import Path

import click

from gatekeeper.cli.groups import OneOfEach
from gatekeeper.cli.signing import signer_of, signer_options
from gatekeeper.cli.terminal import now
from gatekeeper.errors import UsageError
from gatekeeper.report.printable import printable


@click.command("approve", cls=OneOfEach)
@click.argument("subjects", metavar="SUBJECT...", nargs=-1, required=True)
@click.option(
    "--decision",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="The gate's decision about it: *.decision.sigstore.json.",
)
@click.option("--role", required=True, help="In which role, as the trust file calls it.")
@click.option(
    "--attestations",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the approval; default: the subject's.",
)
@signer_options
def command(subjects: tuple[str, ...], decision: Path, role: str, attestations: Path | None, **rest: object) -> None:
    """Approve SUBJECTs (files, oci-layout:DIR, oci://HOST/NAME@DIGEST) that a gate let pass, by a signed statement.

    Read the decision first: `gatekeeper attestation show FILE`. docs/releasing.md leads through it.
    """
    signer = signer_of(rest)
    if signer is None:
        raise UsageError("who approves?", hint="--key FILE, or --keyless --trust-config FILE")

    from gatekeeper.roads.approving import ApprovalRequest, approve
    from gatekeeper.roads.registries import registry_client

    with registry_client(os.environ, Path.home()) as client:
        approved = approve(ApprovalRequest(subjects, decision, role, signer, now(), attestations), client)
    said = approved.said
    click.echo(printable(f"approved: {', '.join(subjects)}: {approved.path}"), err=True)
    click.echo(
        printable(f"  as {said.role}: {said.verdict} of stage {said.stage}, policies sha256:{said.policies_sha256}"),
        err=True,
    )
