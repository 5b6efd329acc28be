"""Releases judged by the shipped rules about what was verified."""

from __future__ import annotations

import dataclasses
from hashlib import sha256
from pathlib import Path

import pytest

from gatekeeper.attest.signers import KeySigner
from gatekeeper.errors import SettingsError
from gatekeeper.formats import jsonable
from gatekeeper.formats.dsse import Envelope
from gatekeeper.formats.predicates import APPROVAL, CYCLONEDX, DECISION, PROVENANCE_V1, VSA
from gatekeeper.formats.sigstore.bundle import Bundle
from gatekeeper.model.decision import Verdict
from gatekeeper.model.json import Json
from gatekeeper.model.settings import EngineChoice, Lane, PolicySettings, ReleaseSettings, RuleSetting, Settings
from gatekeeper.roads.releasing import Release, judge_release
from gatekeeper.verification.trust.loading import TrustFile
from tests.policy.writing import write
from tests.services.tools import program
from tests.verification.trust.fixtures import Trusting, instance, keys, trusting
from tests.verification.trust.instance import SUBJECT, Instance, attestation, statement
from tests.verification.trust.verdicts import CLOCK, GATE, judged, provenance, summary

__all__ = ["instance", "keys", "trusting"]

OURS = "https://github.com/acme/app"
DECIDED: Json = {"decision": {"verdict": "PASS", "stage": "release"}, "policies": {"digest": "sha256:aa"}}
STRICT = ReleaseSettings(
    sources=(OURS,),
    refs=("refs/tags/v*",),
    verifier=GATE,
    stage="release",
    policies=(f"sha256:{'ab' * 32}",),
    sbom=True,
    lanes=(Lane("slow", ("app-*",), "reviewer", 2), Lane("fast", ("config-*",), "", 0)),
)
TRUST = f"""
[[signer]]
name = "gate"
authority = "gate"
[[signer]]
name = "ann"
authority = "ann"
person = "Ann"
roles = ["reviewer"]
[[signer]]
name = "bob"
authority = "bob"
person = "Bob"
roles = ["reviewer"]
[[rule]]
name = "built"
subject = ["**"]
predicate = ["{PROVENANCE_V1}"]
signers = ["ci"]
[[rule]]
name = "gated"
subject = ["**"]
predicate = ["{VSA}"]
signers = ["gate"]
verifier = "{GATE}"
[[rule]]
name = "described"
subject = ["**"]
predicate = ["{CYCLONEDX}", "{DECISION}"]
signers = ["gate"]
[[rule]]
name = "approved"
subject = ["**"]
predicate = ["{APPROVAL}"]
role = "reviewer"
"""


@dataclasses.dataclass
class Shop:
    """Everything that a release comes with; tests leave something out."""

    trust: TrustFile
    attestations: dict[str, Bundle | Envelope]

    def judged(self, settings: Settings, without: str = "", policies: tuple[Path, ...] = ()) -> Release:
        kept = [bundle for name, bundle in self.attestations.items() if name != without]
        return judge_release([judged(self.trust, *kept)], self.trust, settings, CLOCK, policies)


@pytest.fixture
def shop(instance: Instance, trusting: Trusting, keys: dict[str, KeySigner]) -> Shop:
    decision = keys["gate"].sign(statement(DECISION, DECIDED))
    approval: Json = {
        "role": "reviewer",
        "time": "2026-11-01T12:00:00Z",
        "decision": {
            "digest": {"sha256": sha256(decision.envelope.payload).hexdigest()},
            "verdict": "PASS",
            "stage": "release",
            "policies": {"digest": {"sha256": "aa" * 32}},
        },
    }
    bom = keys["gate"].sign(statement(CYCLONEDX, {"bomFormat": "CycloneDX"}))
    inputs = [{"uri": "sbom", "digest": {"sha256": attestation("", bom).sha256}}]
    return Shop(
        trusting(TRUST),
        {
            "provenance": instance.sign(statement(PROVENANCE_V1, provenance())),
            "decision": decision,
            "sbom": bom,
            "summary": keys["gate"].sign(statement(VSA, summary(inputAttestations=inputs))),
            "ann": keys["ann"].sign(statement(APPROVAL, approval)),
            "bob": keys["bob"].sign(statement(APPROVAL, approval)),
        },
    )


def rules(release: Release) -> list[str]:
    assert release.failures == ()
    return sorted(finding.rule for finding in release.findings)


def test_a_release_with_everything_passes(shop: Shop) -> None:
    release = shop.judged(Settings(release=STRICT))
    assert release.verdict is Verdict.PASS
    assert rules(release) == []
    assert release.rules == ("GK-PRV-001", "GK-PRV-002", "GK-PRV-003", "GK-PRV-004")
    assert release.policies.startswith("sha256:")


@pytest.mark.parametrize(
    ("without", "found"),
    [
        ("provenance", ["GK-PRV-001"]),
        # What the gate judged is known from its summary.
        ("summary", ["GK-PRV-002", "GK-PRV-003"]),
        ("sbom", ["GK-PRV-003"]),
        ("ann", ["GK-PRV-004"]),
        ("decision", ["GK-PRV-004"]),
    ],
)
def test_what_is_missing_is_found(shop: Shop, without: str, found: list[str]) -> None:
    release = shop.judged(Settings(release=STRICT), without)
    assert release.verdict is Verdict.FAIL
    assert rules(release) == found
    assert {finding.subject for finding in release.findings} == {SUBJECT.name}


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        (ReleaseSettings(sources=("https://github.com/acme/*",)), []),
        (ReleaseSettings(sources=("https://github.com/other/*",)), ["GK-PRV-001"]),
        (ReleaseSettings(refs=("refs/heads/main",)), ["GK-PRV-001"]),
        (ReleaseSettings(policies=("sha256:00",)), ["GK-PRV-002"]),
        (ReleaseSettings(verifier="https://else.example"), ["GK-PRV-002"]),
        (ReleaseSettings(lanes=(Lane("other", ("other-*",)),)), ["GK-PRV-004"]),
        (ReleaseSettings(lanes=(Lane("three", ("**",), "reviewer", 3),)), ["GK-PRV-004"]),
    ],
)
def test_settings_say_what_is_expected(shop: Shop, changed: ReleaseSettings, found: list[str]) -> None:
    assert rules(shop.judged(Settings(release=changed))) == found


def test_nothing_runs_where_nothing_is_asked(shop: Shop) -> None:
    release = shop.judged(Settings(rules={"GK-PRV-002": RuleSetting(off=True, reason="x")}), "summary")
    assert (release.verdict, release.rules, release.policies) == (Verdict.PASS, (), "")
    assert [subject.uri for subject in release.evidence.subjects] == [SUBJECT.uri]


def test_a_rule_may_be_switched_off(shop: Shop) -> None:
    off = {"GK-PRV-002": RuleSetting(off=True, reason="moved"), "GK-API-001": RuleSetting(off=True, reason="moved")}
    assert rules(shop.judged(Settings(release=STRICT, rules=off), "summary")) == ["GK-PRV-003"]


POLICY = """# METADATA
# title: Nobody releases alone
# description: A release is approved by Cy.
# custom:
#   id: ACME-1
#   severity: high
#   stages: [release]
#   remediation: Ask Cy.
package acme.release

import rego.v1

deny contains finding if {
	some subject in input.provenance.subjects
	not "Cy" in {signer.person | some statement in subject.statements; some signer in statement.signers}
	finding := {"message": "Cy has not signed", "subject": subject.name, "at": subject.at}
}
"""


def test_policies_of_others_judge_too(shop: Shop, tmp_path: Path) -> None:
    folder = write(tmp_path / "acme", {"release/rule.rego": POLICY})
    release = shop.judged(Settings(), policies=(folder,))
    assert rules(release) == ["ACME-1"]
    assert release.verdict is Verdict.FAIL
    with pytest.raises(SettingsError, match="no such folder"):
        shop.judged(Settings(), policies=(tmp_path / "none",))


@pytest.mark.services
@pytest.mark.parametrize("without", ["", "provenance", "summary", "sbom", "decision", "ann"])
def test_both_engines_agree(shop: Shop, without: str) -> None:
    embedded = shop.judged(Settings(release=STRICT), without)
    chosen = Settings(release=STRICT, policy=PolicySettings(engine=EngineChoice.OPA, opa=str(program("opa"))))
    assert jsonable.plain(shop.judged(chosen, without)) == jsonable.plain(embedded)
