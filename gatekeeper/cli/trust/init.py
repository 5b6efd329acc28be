"""gatekeeper trust init."""

from __future__ import annotations

from pathlib import Path

import click

from gatekeeper.cli.groups import OneOfEach
from gatekeeper.cli.options import words
from gatekeeper.cli.terminal import now, write_out
from gatekeeper.errors import UsageError
from gatekeeper.model.finding import Stage

FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("init", cls=OneOfEach)
@click.option(
    "--from", "bundles", type=FILE, multiple=True, required=True, help="Attestations of a release; repeatable."
)
@click.option("--root", default="", metavar="public|FILE", help="Confirm the Sigstore whose certificates count.")
@click.option("--key", type=FILE, help="Confirm a public key (PEM).")
@click.option(
    "--identity", "identities", multiple=True, help="Confirm an identity, * inside a segment of its path; repeatable."
)
@click.option("--issuer", "issuers", multiple=True, help="Confirm the issuer of an identity; repeatable.")
@click.option("--verifier", "verifiers", multiple=True, metavar="ID", help="Confirm the verifier of VSAs; repeatable.")
@click.option(
    "--source",
    "sources",
    multiple=True,
    metavar="URI",
    help="Confirm the source repository, which who signs for others must name; repeatable.",
)
@click.option(
    "--stage",
    "stages",
    type=words(Stage),
    multiple=True,
    help="Confirm the stage that the gate's VSAs say was passed.",
)
@click.option(
    "--parameter",
    "parameters",
    multiple=True,
    metavar="NAME",
    help="Confirm an external parameter of provenance, with its claimed value; repeatable.",
)
@click.option(
    "--subject", "subjects", multiple=True, metavar="GLOB", help="What they are trusted with, e.g. app-*.tar.gz."
)
@click.option("--output", "-o", type=FILE, help="Where to write the trust file; default: print it.")
def command(
    bundles: tuple[Path, ...],
    root: str,
    key: Path | None,
    identities: tuple[str, ...],
    issuers: tuple[str, ...],
    verifiers: tuple[str, ...],
    sources: tuple[str, ...],
    stages: tuple[str, ...],
    parameters: tuple[str, ...],
    subjects: tuple[str, ...],
    output: Path | None,
) -> None:
    """Show what bundles claim; write a trust file for the claims that flags confirm, once the bundles verify by it."""
    from gatekeeper.report.printable import printable
    from gatekeeper.report.trust import claims_as_text
    from gatekeeper.roads.trusting import Start, begin, claims
    from gatekeeper.verification.trust.confirming import Confirmed
    from gatekeeper.workspace.writing import write_whole

    if output is not None and output.exists():
        raise UsageError(f"{output} exists already", hint="trust files are never overwritten: choose another --output")
    confirmed = Confirmed(identities, issuers, verifiers, subjects, sources, stages, parameters)
    folder = output.parent if output is not None else None
    start = Start(bundles, root, key, confirmed, folder)
    claimed = claims(start)
    shown = claims_as_text([(claim.attestation.name, claim) for claim in claimed])
    if confirmed == Confirmed() and not (root or key or output):
        write_out(shown)
        return
    click.echo(shown, err=True, nl=False)
    begun = begin(start, claimed, now())
    for note in begun.notes:
        click.echo(f"note: {printable(note)}", err=True)
    if output is None:
        write_out(begun.data.decode())
    else:
        write_whole(output, begun.data)
        told = f"{output} written; `gatekeeper trust explain {output}` tells what it trusts"
        click.echo(printable(told), err=True)
