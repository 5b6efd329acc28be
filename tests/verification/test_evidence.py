"""What counts as evidence: only what the trust file or the certificate vouches for."""

from __future__ import annotations

import jsonschema_rs
import pytest

from gatekeeper.attest.signers import KeySigner
from gatekeeper.formats import jsonable
from gatekeeper.formats.dsse import Envelope
from gatekeeper.formats.predicates import APPROVAL, CYCLONEDX, DECISION, PROVENANCE_V1, VSA
from gatekeeper.formats.sigstore.bundle import Bundle
from gatekeeper.formats.statement import Statement, Subject
from gatekeeper.model.json import Json
from gatekeeper.model.provenance import ReleaseSubject, VerifiedSource, VerifiedStatement
from gatekeeper.policy.schemas import schemas
from gatekeeper.verification.evidence import evidence_of
from gatekeeper.verification.trust.loading import TrustFile
from tests.verification.trust.fixtures import Trusting, instance, keys, trusting
from tests.verification.trust.instance import CERTIFIED, DIGEST, NOON, RELEASE, Instance, attestation, statement
from tests.verification.trust.verdicts import (
    BUILDER,
    GATE,
    PROVENANCE_RULE,
    RULE,
    VSA_RULE,
    approval,
    decision,
    judged,
    provenance,
    summary,
)

__all__ = ["instance", "keys", "trusting"]

SOURCE = VerifiedSource("https://github.com/acme/app", "refs/tags/v1.0", "c0" * 20)
KNOWN_BUILDER = f'[[builder]]\nsigner = "ci"\nid = "{BUILDER}"\nlevel = 3\n'
GATE_SIGNER = '[[signer]]\nname = "gate"\nauthority = "gate"\n'
PERSONS = """
[[signer]]
name = "ann"
authority = "ann"
person = "Ann"
roles = ["reviewer", "owner"]
[[rule]]
name = "approved"
subject = ["**"]
predicate = ["urn:gatekeeper:approval:v1"]
role = "reviewer"
"""


def subject_of(trust: TrustFile, *bundles: Bundle | Envelope) -> ReleaseSubject:
    found = evidence_of([judged(trust, *bundles)], trust.document.builder)
    jsonschema_rs.validator_for(schemas()["provenance"]).validate(jsonable.plain(found))
    assert found.trust == trust.sha256
    (one,) = found.subjects
    return one


def only(trust: TrustFile, *bundles: Bundle | Envelope) -> VerifiedStatement:
    (one,) = subject_of(trust, *bundles).statements
    return one


class TestProvenance:
    def test_the_certificate_vouches_for_the_source(self, instance: Instance, trusting: Trusting) -> None:
        bundle = instance.sign(statement(PROVENANCE_V1, provenance()))
        one = only(trusting(PROVENANCE_RULE), bundle)
        assert one.source == SOURCE
        assert one.bundle == attestation("b1", bundle).sha256
        assert one.times == (NOON.isoformat().replace("+00:00", "Z"),)
        assert [signer.name for signer in one.signers] == ["ci"]
        assert one.rules == ("r",)

    def test_nobody_vouches_for_the_builder(self, instance: Instance, trusting: Trusting) -> None:
        one = only(trusting(PROVENANCE_RULE), instance.sign(statement(PROVENANCE_V1, provenance())))
        assert one.build is not None
        assert (one.build.builder, one.build.level) == ("", None)

    def test_the_certificate_or_the_trust_file_vouches_for_it(self, instance: Instance, trusting: Trusting) -> None:
        certified = instance.sign(statement(PROVENANCE_V1, provenance(builder=RELEASE)))
        build = only(trusting(PROVENANCE_RULE), certified).build
        assert build is not None
        assert (build.builder, build.level) == (RELEASE, None)
        mapped = instance.sign(statement(PROVENANCE_V1, provenance()))
        build = only(trusting(PROVENANCE_RULE + KNOWN_BUILDER), mapped).build
        assert build is not None
        assert (build.builder, build.level) == (BUILDER, 3)

    def test_what_provenance_says_alone_counts_for_a_known_builder_only(
        self, instance: Instance, trusting: Trusting
    ) -> None:
        silent = {name: value for name, value in CERTIFIED.items() if name.endswith("owner_id")}
        bundle = instance.sign(statement(PROVENANCE_V1, provenance()), claims=silent)
        rule = PROVENANCE_RULE + 'parameters = { workflow = "any" }\n'
        assert only(trusting(rule), bundle).source == VerifiedSource()
        assert only(trusting(rule + KNOWN_BUILDER), bundle).source == SOURCE

    def test_provenance_that_contradicts_its_certificate_is_no_evidence(
        self, instance: Instance, trusting: Trusting
    ) -> None:
        lie = provenance(repository="https://github.com/acme/other")
        trust = trusting(PROVENANCE_RULE + KNOWN_BUILDER)
        assert subject_of(trust, instance.sign(statement(PROVENANCE_V1, lie))).statements == ()


class TestWhoMaySay:
    def test_a_known_signer_whom_no_rule_lets_say_it_is_not_heard(
        self, instance: Instance, trusting: Trusting, keys: dict[str, KeySigner]
    ) -> None:
        """Ann may approve. That makes her no verifier, and the workflow no approver."""
        trust = trusting(VSA_RULE + PERSONS)
        ours, anns = (keys[name].sign(statement(VSA, summary())) for name in ("gate", "ann"))
        decided = keys["gate"].sign(statement(DECISION, decision()))
        approved = instance.sign(statement(APPROVAL, approval(decided)))
        assert [one.bundle for one in subject_of(trust, ours, anns, decided, approved).statements] == [
            attestation("b1", ours).sha256
        ]

    def test_a_summary_names_its_verifier_stage_and_inputs(
        self, trusting: Trusting, keys: dict[str, KeySigner]
    ) -> None:
        said = summary(inputAttestations=[{"uri": "x", "digest": {"sha256": "ef" * 32}}, {"digest": {"sha1": "00"}}])
        bundle = keys["gate"].sign(statement(VSA, said))
        found = only(trusting(f'{VSA_RULE}stage = "release"'), bundle).summary
        assert found is not None
        assert (found.verifier, found.stage, found.policies) == (GATE, "release", f"sha256:{'ab' * 32}")
        assert (found.result, found.inputs, found.levels) == ("PASSED", ("ef" * 32,), ("SLSA_BUILD_LEVEL_3",))
        assert found.verified == NOON.isoformat()

    def test_only_our_own_gate_has_stages(self, trusting: Trusting, keys: dict[str, KeySigner]) -> None:
        """What others put behind the # of their policies' URI is no stage of ours: no rule says that it is."""
        found = only(trusting(VSA_RULE), keys["gate"].sign(statement(VSA, summary()))).summary
        assert found is not None
        assert (found.verifier, found.stage) == (GATE, "")

    def test_a_verifier_that_the_signer_may_choose_is_not_verified(
        self, trusting: Trusting, keys: dict[str, KeySigner]
    ) -> None:
        anything = VSA_RULE.replace(f'verifier = "{GATE}"', 'verifier = "*"')
        found = only(trusting(anything), keys["gate"].sign(statement(VSA, summary()))).summary
        assert found is not None
        assert found.verifier == ""

    def test_one_who_judged_it_is_an_author(self, trusting: Trusting, keys: dict[str, KeySigner]) -> None:
        boms = f'{GATE_SIGNER}{RULE}predicate = ["{CYCLONEDX}"]\nsigners = ["gate"]\n'
        bom = keys["gate"].sign(statement(CYCLONEDX, {}))
        assert not only(trusting(boms), bom).author
        decided = keys["gate"].sign(statement(DECISION, decision()))
        assert only(trusting(boms), bom, decided).author
        # One who may decide is one even where the decision is withheld.
        deciding = f'{boms}[[rule]]\nname = "d"\nsubject = ["**"]\npredicate = ["{DECISION}"]\nsigners = ["gate"]\n'
        assert only(trusting(deciding), bom).author


class TestContents:
    @pytest.fixture
    def trust(self, trusting: Trusting) -> TrustFile:
        kinds = f'["{CYCLONEDX}", "{CYCLONEDX}/v1.6", "{DECISION}"]'
        return trusting(f'{GATE_SIGNER}{RULE}predicate = {kinds}\nsigners = ["gate"]\n{PERSONS}')

    def test_bills_of_materials_go_by_digest(self, trust: TrustFile, keys: dict[str, KeySigner]) -> None:
        bom: Json = {"bomFormat": "CycloneDX", "components": []}
        for kind in (CYCLONEDX, f"{CYCLONEDX}/v1.6"):
            assert only(trust, keys["gate"].sign(statement(kind, bom))).sbom == jsonable.digest(bom)
        assert only(trust, keys["gate"].sign(statement(DECISION, bom))).sbom == ""

    def test_decisions_and_approvals(self, trust: TrustFile, keys: dict[str, KeySigner]) -> None:
        warned = only(trust, keys["gate"].sign(statement(DECISION, decision("WARN", "build", "aa")))).decision
        assert warned is not None
        assert (warned.verdict, warned.stage, warned.policies) == ("WARN", "build", "sha256:aa")
        decided = keys["gate"].sign(statement(DECISION, decision()))
        _, found = subject_of(trust, decided, keys["ann"].sign(statement(APPROVAL, approval(decided)))).statements
        assert found.approval is not None
        assert (found.approval.decision, found.approval.role) == (attestation("d", decided).sha256, "reviewer")
        assert not found.author

    def test_a_subject_has_the_names_that_are_signed(self, trust: TrustFile, keys: dict[str, KeySigner]) -> None:
        same, other = {"sha512": "ab" * 64}, {"sha256": "cd" * 32}
        subjects = [("model-3", {"sha256": DIGEST}), ("another", other), ("alias", same), ("", {"sha256": DIGEST})]
        signed = Statement(
            (*(Subject(*one) for one in subjects), Subject("dist/b", same, "https://e.example/c")), DECISION, {}
        )
        called = {"alias", "model-3", "dist/b", "b", "https://e.example/c", "c"}
        found = subject_of(trust, keys["gate"].sign(signed))
        assert found.names == tuple(sorted({*called, found.name.rpartition("/")[2]}))

    def test_what_no_rule_accepts_but_counts_names_it_as_it_does_for_rules(
        self, trust: TrustFile, keys: dict[str, KeySigner]
    ) -> None:
        signed = Statement((Subject("model-3", {"sha256": DIGEST}),), "urn:example:other", {})
        found = subject_of(trust, keys["gate"].sign(signed))
        assert found.statements == ()
        assert "model-3" in found.names

    @pytest.mark.parametrize("wrong", [{"decision": 1}, {"decision": {"digest": [], "verdict": 1}}, {"decision": "x"}])
    def test_what_cannot_be_understood_says_nothing(
        self, trust: TrustFile, keys: dict[str, KeySigner], wrong: Json
    ) -> None:
        assert only(trust, keys["gate"].sign(statement(DECISION, wrong))).decision is None
        assert subject_of(trust, keys["ann"].sign(statement(APPROVAL, wrong))).statements == ()
