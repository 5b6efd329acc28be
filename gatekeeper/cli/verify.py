"""gatekeeper verify."""

from __future__ import annotations

import datetime
import gc
import sys
from pathlib import Path

import click

from gatekeeper.cli.groups import OneOfEach
from gatekeeper.cli.terminal import TimeType, now, write_out

FILE = click.Path(path_type=Path, dir_okay=False)
# As ``Stage`` has them; loading the model of findings takes as long as verifying does.
STAGES = ("change", "build", "release", "promote")


class AgeType(click.ParamType[datetime.timedelta]):
    """A number of days, hours or minutes: 30d, 12h, 90m."""

    name = "age"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime.timedelta:
        """A duration."""
        if isinstance(value, datetime.timedelta):
            return value
        from gatekeeper.verification.trust.ages import age

        try:
            return age(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)


@click.command("verify", cls=OneOfEach)
@click.argument("subjects", metavar="SUBJECT...", nargs=-1, required=True)
@click.option("--trust", type=FILE, help="Trust file; default: GATEKEEPER_TRUST, yours, the organisation's.")
@click.option(
    "--attestations",
    metavar="FILE|DIR|oci",
    default="",
    help="Where they are; default: beside the file, in the image's registry.",
)
@click.option("--offline", is_flag=True, help="Ask no registry.")
@click.option("--at", "clock", type=TimeType(), help="Clock: 2026-11-21T09:30:00Z, or a date; default: now.")
@click.option("--explain", is_flag=True, help="Tell who signed each attestation, when, and what it is good for.")
@click.option("--key", type=FILE, help="Trust nothing but this public key (PEM) of a gate, instead of a trust file.")
@click.option("--stage", type=click.Choice(STAGES), help="With --key: stage that it must have passed.")
@click.option("--resource", default="", metavar="URI", help="With --key: resourceUri that it must be meant for.")
@click.option("--policies-digest", default="", metavar="SHA256", help="With --key: digest of the policies.")
@click.option("--verifier", default="", metavar="ID", help="With --key: verifier.id that must have judged.")
@click.option("--max-age", type=AgeType(), help="With --key: how old the decision may be: 30d, 12h, 90m.")
@click.option("--settings", type=FILE, help="The organisation's settings: [release] says what rules ask of it.")
@click.option(
    "--policies",
    type=click.Path(path_type=Path),
    multiple=True,
    help="Folder or archive of more policies in Rego that judge what was verified; repeatable.",
)
@click.option("--output", type=click.Choice(["text", "json", "sarif"]), default="text", show_default=True)
def command(
    subjects: tuple[str, ...],
    trust: Path | None,
    attestations: str,
    offline: bool,
    clock: datetime.datetime | None,
    explain: bool,
    key: Path | None,
    stage: str | None,
    resource: str,
    policies_digest: str,
    verifier: str,
    max_age: datetime.timedelta | None,
    settings: Path | None,
    policies: tuple[Path, ...],
    output: str,
) -> None:
    """Prove who built and judged each SUBJECT, when and by what policies, and that the trust file accepts it.

    A SUBJECT is a file, file:PATH, tree:DIR (a folder as a whole), dir:DIR (each file in it), oci://HOST/NAME@DIGEST
    or oci-layout:DIR. docs/verifying.md leads from a release to a trust file for it.
    """
    # Loading makes many objects and no garbage: looking for some takes as long as a signature.
    gc.disable()
    from gatekeeper.roads.verifying import Expectations, VerifyRequest, examine, first_failure

    gc.freeze()
    gc.enable()

    expected = Expectations(stage or "", resource, policies_digest, verifier, max_age)
    request = VerifyRequest(subjects, clock or now(), trust, key, expected, attestations, offline, settings, policies)
    verification = examine(request)
    if output == "json":
        from gatekeeper.report.verification_json import as_json

        shown = as_json(verification)
    elif output == "sarif":
        from gatekeeper.report.verification_sarif import as_sarif

        shown = as_sarif(verification)
    else:
        from gatekeeper.report.verification import as_text

        shown = as_text(verification, explain=explain)
    write_out(shown)
    if failure := first_failure(verification):
        raise failure
    if verification.release is not None:
        sys.exit(verification.release.exit_code)
