"""gatekeeper trust."""

from __future__ import annotations

from pathlib import Path

import click

from gatekeeper.cli.options import words
from gatekeeper.cli.terminal import now, write_out
from gatekeeper.errors import UsageError
from gatekeeper.model.finding import Stage

FILE = click.Path(path_type=Path, dir_okay=False)


@click.group("trust")
def command() -> None:
    """The trust file: who is believed when something is verified, and what must be there."""


@command.command("init", short_help="Show what bundles claim; write a trust file for what you confirm.")
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
def init(
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
    start = Start(bundles, root, key, confirmed)
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


@command.command("check", short_help="See whether a trust file holds, and what it leaves open.")
@click.argument("file", type=FILE, required=False)
def check(file: Path | None) -> None:
    """See whether FILE (default: the one that counts here) holds, and what it leaves open."""
    from gatekeeper.report.trust import check_as_text
    from gatekeeper.roads.trusting import trust_at
    from gatekeeper.verification.trust.explaining import notes

    trust = trust_at(file)
    write_out(check_as_text(trust.name, trust.sha256, list(notes(trust))))


@command.command("explain", short_help="Tell in words what a trust file trusts.")
@click.argument("file", type=FILE, required=False)
@click.option("--key", type=FILE, help="Explain what verify's flags amount to: the public key (PEM) of the gate.")
@click.option("--stage", type=words(Stage), help="With --key: as of verify.")
@click.option("--resource", default="", metavar="URI", help="With --key: as of verify.")
@click.option("--policies-digest", default="", metavar="SHA256", help="With --key: as of verify.")
@click.option("--verifier", default="", metavar="ID", help="With --key: as of verify.")
@click.option("--max-age", default="", metavar="AGE", help="With --key: as of verify: 30d, 12h, 90m.")
def explain(
    file: Path | None,
    key: Path | None,
    stage: str | None,
    resource: str,
    policies_digest: str,
    verifier: str,
    max_age: str,
) -> None:
    """Tell in words what FILE (default: the one that counts here) trusts; with --key, what verify's flags do."""
    from gatekeeper.report.trust import explanation_as_text
    from gatekeeper.roads.trusting import trust_at
    from gatekeeper.verification.trust.ages import age
    from gatekeeper.verification.trust.explaining import explain as in_words
    from gatekeeper.verification.trust.flags import from_flags

    if key is None:
        if stage or resource or policies_digest or verifier or max_age:
            raise UsageError("--stage and the like go with --key", hint="a trust file says these things itself")
        trust = trust_at(file)
    elif file is not None:
        raise UsageError("either a trust file or --key, not both")
    else:
        try:
            oldest = age(max_age) if max_age else None
        except ValueError as error:
            raise UsageError(f"--max-age {error}") from None
        trust = from_flags(
            key,
            stage=stage or "",
            verifier=verifier,
            resource=resource,
            policies_digest=policies_digest,
            max_age=oldest,
        )
    shown = explanation_as_text(trust.name, trust.sha256, in_words(trust))
    # What flags amount to can be kept as a file.
    write_out(shown if key is None else f"{shown}\n{trust.data.decode()}")


@command.command("refresh", short_help="Fetch a Sigstore's trusted root, verified by TUF.")
@click.option("--online", is_flag=True, help="Ask the TUF repository over the network.")
@click.option("--repository", metavar="URL", help="Another Sigstore's TUF repository; default: the public one's.")
@click.option("--tuf-root", type=FILE, help="With --repository: the root metadata that it is believed by.")
@click.option("--output", "-o", type=FILE, required=True, help="Where to write the trusted root.")
def refresh(online: bool, repository: str | None, tuf_root: Path | None, output: Path) -> None:
    """Fetch a Sigstore's trusted root as it is today, verified by TUF, for `root` and `sha256` of a trust file."""
    from gatekeeper.report.trust import root_as_text
    from gatekeeper.roads.refreshing import refresh as fetch
    from gatekeeper.workspace.writing import write_whole

    if not online:
        raise UsageError(
            "the trusted root is fetched over the network", hint="add --online, or copy the file from where it is known"
        )
    root = fetch(repository, tuf_root)
    write_whole(output, root.data)
    write_out(root_as_text(output.name, root.sha256, root.age))
