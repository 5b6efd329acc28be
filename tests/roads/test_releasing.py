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
from gatekeeper.formats.statement import Statement
from gatekeeper.formats.statement import Subject as StatedSubject
from gatekeeper.model.decision import Verdict
from gatekeeper.model.json import Json, JsonObject
from gatekeeper.model.release import ReleaseVerdict
from gatekeeper.model.settings import EngineChoice, Lane, PolicySettings, ReleaseSettings, RuleSetting, Settings
from gatekeeper.roads.releasing import judge_release
from gatekeeper.verification.subjects.base import Subject
from gatekeeper.verification.trust.loading import TrustFile
from tests.policy.writing import write
from tests.services.tools import program
from tests.verification.trust.fixtures import Trusting, instance, keys, trusting
from tests.verification.trust.instance import DIGEST, SUBJECT, Instance, attestation, statement
from tests.verification.trust.verdicts import CLOCK, GATE, approval, decision, judged, provenance, summary

__all__ = ["instance", "keys", "trusting"]

OURS = "https://github.com/acme/app"
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
stage = "release"
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

    def judged(
        self, settings: Settings, without: str = "", policies: tuple[Path, ...] = (), subject: Subject = SUBJECT
    ) -> ReleaseVerdict:
        kept = [bundle for name, bundle in self.attestations.items() if name != without]
        return judge_release([judged(self.trust, *kept, subject=subject)], self.trust, settings, CLOCK, policies)


@pytest.fixture
def shop(instance: Instance, trusting: Trusting, keys: dict[str, KeySigner]) -> Shop:
    decided = keys["gate"].sign(statement(DECISION, decision()))
    # One approves of the bundle, the other of what is signed in it.
    by_payload = approval(decided, digest={"sha256": sha256(decided.envelope.payload).hexdigest()})
    bom = keys["gate"].sign(statement(CYCLONEDX, {"bomFormat": "CycloneDX"}))
    inputs = [{"uri": "x", "digest": {"sha256": attestation("", one).sha256}} for one in (bom, decided)]
    return Shop(
        trusting(TRUST),
        {
            "provenance": instance.sign(statement(PROVENANCE_V1, provenance())),
            "decision": decided,
            "sbom": bom,
            "summary": keys["gate"].sign(statement(VSA, summary(inputAttestations=inputs))),
            "ann": keys["ann"].sign(statement(APPROVAL, approval(decided))),
            "bob": keys["bob"].sign(statement(APPROVAL, by_payload)),
        },
    )


def rules(release: ReleaseVerdict) -> list[str]:
    assert release.failures == ()
    return sorted(finding.rule for finding in release.findings)


def test_a_release_with_everything_passes(shop: Shop) -> None:
    release = shop.judged(Settings(release=STRICT))
    assert (release.verdict, release.exit_code) == (Verdict.PASS, 0)
    assert rules(release) == []
    assert release.rules == ("GK-PRV-001", "GK-PRV-002", "GK-PRV-003", "GK-PRV-004")
    assert release.policies.startswith("sha256:")


@pytest.mark.parametrize(
    ("without", "found"),
    [
        ("provenance", ["GK-PRV-001"]),
        # What the gate judged is known from its summary.
        ("summary", ["GK-PRV-002", "GK-PRV-003", "GK-PRV-004"]),
        ("sbom", ["GK-PRV-003"]),
        ("ann", ["GK-PRV-004"]),
        ("decision", ["GK-PRV-004"]),
    ],
)
def test_what_is_missing_is_found(shop: Shop, without: str, found: list[str]) -> None:
    release = shop.judged(Settings(release=STRICT), without)
    assert (release.verdict, release.exit_code) == (Verdict.FAIL, 1)
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
        (ReleaseSettings(verifier=GATE, stage="release"), []),
        (ReleaseSettings(verifier=GATE, stage="build"), ["GK-PRV-002"]),
        # Whose stage that is has to be said.
        (ReleaseSettings(stage="release"), ["GK-PRV-002"]),
        (ReleaseSettings(lanes=(Lane("other", ("other-*",)),)), ["GK-PRV-004"]),
        (ReleaseSettings(lanes=(Lane("three", ("**",), "reviewer", 3),)), ["GK-PRV-004"]),
    ],
)
def test_settings_say_what_is_expected(shop: Shop, changed: ReleaseSettings, found: list[str]) -> None:
    assert rules(shop.judged(Settings(release=changed))) == found


def test_an_approval_of_an_earlier_decision_does_not_count(shop: Shop, keys: dict[str, KeySigner]) -> None:
    """That decision is verified, and approved by those who may; it is not the one that let the release pass."""
    january = keys["gate"].sign(statement(DECISION, decision(policies="cd" * 32)))
    old = approval(january, policies={"digest": {"sha256": "cd" * 32}})
    for name in ("ann", "bob"):
        shop.attestations[name] = keys[name].sign(statement(APPROVAL, old))
    shop.attestations["january"] = january
    [finding] = shop.judged(Settings(release=STRICT)).findings
    assert finding.message == "The slow lane needs 2 approvals in the role reviewer, and there are 0"


def test_a_stage_that_others_name_is_none_of_ours(shop: Shop, trusting: Trusting) -> None:
    shop.trust = trusting(TRUST.replace('stage = "release"\n', ""))
    assert rules(shop.judged(Settings(release=ReleaseSettings(verifier=GATE)))) == []
    assert rules(shop.judged(Settings(release=ReleaseSettings(verifier=GATE, stage="release")))) == ["GK-PRV-002"]


RENAMED = dataclasses.replace(SUBJECT, uri="file:config-9.tar.gz", name="config-9.tar.gz")


@pytest.mark.parametrize(
    ("name", "uri"),
    [
        ("app-1.0.tar.gz", ""),
        ("dist/app-1.0.tar.gz", ""),
        ("x", "https://e.example/app-1.0.tar.gz"),
        ("x", "app-1.0.tar.gz"),
    ],
)
def test_no_signed_name_or_uri_is_left_by_renaming(
    instance: Instance, trusting: Trusting, keys: dict[str, KeySigner], name: str, uri: str
) -> None:
    def stated(kind: str, predicate: JsonObject) -> Statement:
        return Statement((StatedSubject(name, {"sha256": DIGEST}, uri),), kind, predicate)

    decided = keys["gate"].sign(stated(DECISION, decision()))
    bom = keys["gate"].sign(stated(CYCLONEDX, {"bomFormat": "CycloneDX"}))
    inputs: Json = [{"uri": "x", "digest": {"sha256": attestation("", one).sha256}} for one in (bom, decided)]
    built = instance.sign(stated(PROVENANCE_V1, provenance()))
    passed = keys["gate"].sign(stated(VSA, summary(inputAttestations=inputs)))
    # Approvals are what is missing, and the trust file asks for none.
    trust = trusting(TRUST.replace('name = "approved"\nsubject = ["**"]', 'name = "approved"\nsubject = ["none"]'))
    shop = Shop(trust, {"built": built, "decided": decided, "bom": bom, "passed": passed})
    renamed = Subject("file:config-3", "config-3", SUBJECT.digests)
    assert rules(shop.judged(Settings(release=STRICT), subject=renamed)) == ["GK-PRV-004"]


def test_another_name_leads_into_no_other_lane(shop: Shop) -> None:
    """The fast lane is open to its new name, and the slow one to the name that was signed."""
    assert rules(shop.judged(Settings(release=STRICT), subject=RENAMED)) == []
    [finding] = shop.judged(Settings(release=STRICT), "bob", subject=RENAMED).findings
    assert (finding.rule, finding.subject) == ("GK-PRV-004", RENAMED.name)
    assert finding.message == "The slow lane needs 2 approvals in the role reviewer, and there are 1: Ann"


def test_nothing_runs_where_nothing_is_asked(shop: Shop) -> None:
    release = shop.judged(Settings(rules={"GK-PRV-002": RuleSetting(off=True, reason="x")}), "summary")
    assert (release.verdict, release.rules, release.policies) == (Verdict.PASS, (), "")


def test_a_rule_may_be_switched_off(shop: Shop) -> None:
    off = {"GK-PRV-002": RuleSetting(off=True, reason="moved"), "GK-API-001": RuleSetting(off=True, reason="moved")}
    assert rules(shop.judged(Settings(release=STRICT, rules=off), "summary")) == ["GK-PRV-003", "GK-PRV-004"]


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
    assert (release.verdict, release.exit_code) == (Verdict.FAIL, 1)
    with pytest.raises(SettingsError, match="no such folder"):
        shop.judged(Settings(), policies=(tmp_path / "none",))


@pytest.mark.services
@pytest.mark.parametrize("without", ["", "provenance", "summary", "sbom", "decision", "ann"])
@pytest.mark.parametrize("subject", [SUBJECT, RENAMED], ids=["its own name", "another name"])
def test_both_engines_agree(shop: Shop, without: str, subject: Subject) -> None:
    embedded = shop.judged(Settings(release=STRICT), without, subject=subject)
    chosen = Settings(release=STRICT, policy=PolicySettings(engine=EngineChoice.OPA, opa=str(program("opa"))))
    assert jsonable.plain(shop.judged(chosen, without, subject=subject)) == jsonable.plain(embedded)
