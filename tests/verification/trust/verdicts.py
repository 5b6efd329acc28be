"""Rules, predicates and verdicts that the tests of judging share."""

from __future__ import annotations

import datetime

from gatekeeper.errors import VerificationFailure
from gatekeeper.formats.dsse import Envelope
from gatekeeper.formats.predicates import PROVENANCE_V1, VSA
from gatekeeper.formats.sigstore.bundle import Bundle
from gatekeeper.model.json import Json
from gatekeeper.verification.judging import Judgement, judge
from gatekeeper.verification.subjects.base import Subject
from gatekeeper.verification.trust.loading import TrustFile
from tests.verification.trust.instance import NOON, SUBJECT, attestation

CLOCK = NOON + datetime.timedelta(days=1)
BUILDER = "https://github.com/actions/runner/github-hosted"
APPROVAL = "urn:example:approval:v1"
GATE = "https://gate.acme.example"
RULE = """
[[rule]]
name = "r"
subject = ["*.tar.gz"]
"""
PROVENANCE_RULE = f'{RULE}predicate = ["{PROVENANCE_V1}"]\nsigners = ["ci"]\n'
VSA_RULE = f"""
[[signer]]
name = "gate"
authority = "gate"
{RULE}
predicate = ["{VSA}"]
signers = ["gate"]
verifier = "{GATE}"
"""


def provenance(
    parameters: Json = None, repository: str = "https://github.com/acme/app", builder: str = BUILDER
) -> Json:
    return {
        "buildDefinition": {
            "buildType": "https://actions.github.io/buildtypes/workflow/v1",
            "externalParameters": {
                "workflow": {
                    "repository": repository,
                    "ref": "refs/tags/v1.0",
                    "path": ".github/workflows/release.yml",
                },
                **(parameters or {}),
            },
            "resolvedDependencies": [
                {"uri": f"git+{repository}@refs/tags/v1.0", "digest": {"gitCommit": "c0" * 20}},
            ],
        },
        "runDetails": {"builder": {"id": builder}},
    }


def summary(result: str = "PASSED", time: datetime.datetime = NOON, stage: str = "release", **changed: Json) -> Json:
    return {
        "verifier": {"id": GATE},
        "timeVerified": time.isoformat(),
        "resourceUri": "pkg:generic/app",
        "policy": {"uri": f"urn:policy#{stage}", "digest": {"sha256": "ab" * 32}},
        "verificationResult": result,
        "verifiedLevels": ["SLSA_BUILD_LEVEL_3"],
        **changed,
    }


def decision(verdict: str = "PASS", stage: str = "release", policies: str = "ab" * 32) -> Json:
    return {"decision": {"verdict": verdict, "stage": stage}, "policies": {"digest": f"sha256:{policies}"}}


def approval(decided: Bundle, role: str = "reviewer", **changed: Json) -> Json:
    """What somebody says who approves of this decision as it is."""
    said = decision()
    return {
        "role": role,
        "time": NOON.isoformat(),
        "decision": {
            "digest": {"sha256": attestation("d", decided).sha256},
            "verdict": said["decision"]["verdict"],
            "stage": said["decision"]["stage"],
            "policies": {"digest": {"sha256": "ab" * 32}},
            **changed,
        },
    }


def judged(trust: TrustFile, *bundles: Bundle | Envelope, subject: Subject = SUBJECT) -> Judgement:
    return judge(subject, [attestation(f"b{n}", bundle) for n, bundle in enumerate(bundles, 1)], trust, CLOCK)


def failure(judgement: Judgement) -> VerificationFailure:
    assert judgement.failure is not None
    return judgement.failure
