"""gatekeeper verify."""

from __future__ import annotations

import datetime
import re
from pathlib import Path

import click

from gatekeeper.cli.options import words
from gatekeeper.cli.terminal import TimeType, now, write_out
from gatekeeper.errors import VerificationFailure
from gatekeeper.model.finding import Stage

FILE = click.Path(path_type=Path, dir_okay=False)


class AgeType(click.ParamType[datetime.timedelta]):
    """A number of days, hours or minutes: 30d, 12h, 90m."""

    name = "age"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime.timedelta:
        """A duration."""
        if isinstance(value, datetime.timedelta):
            return value
        match = re.fullmatch(r"(\d{1,6})([dhm])", str(value))
        if match is None:
            self.fail(f"{value!r} is no age; write 30d, 12h or 90m", param, ctx)
        unit = {"d": "days", "h": "hours", "m": "minutes"}[match[2]]
        return datetime.timedelta(**{unit: int(match[1])})


@click.command("verify")
@click.argument("artifact", type=FILE)
@click.option(
    "--attestations", type=click.Path(path_type=Path), help="Their file or folder; default: the artifact's folder."
)
@click.option("--key", type=FILE, required=True, help="Public key (PEM) of the gate.")
@click.option("--stage", type=words(Stage), help="Stage that it must have passed.")
@click.option("--resource", default="", metavar="URI", help="resourceUri that it must be meant for.")
@click.option("--policies-digest", default="", metavar="SHA256", help="Digest of the policies that must have judged.")
@click.option("--verifier", default="", metavar="ID", help="verifier.id that must have judged.")
@click.option("--max-age", type=AgeType(), help="How old the decision may be: 30d, 12h, 90m.")
@click.option("--at", "clock", type=TimeType(), help="Clock; default: now.")
@click.option("--output", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(
    artifact: Path,
    attestations: Path | None,
    key: Path,
    stage: str | None,
    resource: str,
    policies_digest: str,
    verifier: str,
    max_age: datetime.timedelta | None,
    clock: datetime.datetime | None,
    output: str,
) -> None:
    """Prove what was checked, by whom and under which policies, before ARTIFACT was signed."""
    from gatekeeper.report.verification import as_json, as_text, failure_as_json
    from gatekeeper.roads.verifying import VerifyRequest, verify
    from gatekeeper.verification.summary import Expectations

    expectations = Expectations(stage or "", resource, policies_digest, verifier, max_age)
    try:
        proof = verify(VerifyRequest(artifact, key, clock or now(), attestations, expectations))
        shown = as_json(proof) if output == "json" else as_text(proof)
    except VerificationFailure as failure:
        if output == "json":
            write_out(failure_as_json(artifact.name, failure))
        raise
    write_out(shown)
