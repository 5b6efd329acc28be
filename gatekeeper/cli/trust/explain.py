"""gatekeeper trust explain."""

from __future__ import annotations

from pathlib import Path

import click

from gatekeeper.cli.groups import OneOfEach
from gatekeeper.cli.options import words
from gatekeeper.cli.terminal import write_out
from gatekeeper.errors import UsageError
from gatekeeper.model.finding import Stage

FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("explain", cls=OneOfEach)
@click.argument("file", type=FILE, required=False)
@click.option("--key", type=FILE, help="Explain what verify's flags amount to: the public key (PEM) of the gate.")
@click.option("--stage", type=words(Stage), help="With --key: as of verify.")
@click.option("--resource", default="", metavar="URI", help="With --key: as of verify.")
@click.option("--policies-digest", default="", metavar="SHA256", help="With --key: as of verify.")
@click.option("--verifier", default="", metavar="ID", help="With --key: as of verify.")
@click.option("--max-age", default="", metavar="AGE", help="With --key: as of verify: 30d, 12h, 90m.")
def command(
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
