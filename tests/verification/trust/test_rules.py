from __future__ import annotations

import datetime
import json

import pytest

from gatekeeper.attest.signers import KeySigner
from gatekeeper.errors import SettingsError
from gatekeeper.formats.predicates import DECISION, PROVENANCE_V1, VSA, VSA_V01
from gatekeeper.model.json import Json
from tests.verification.trust.fixtures import Trusting
from tests.verification.trust.instance import (
    CERTIFIED,
    NOON,
    RELEASE,
    WORKFLOW,
    Instance,
    statement,
)
from tests.verification.trust.verdicts import (
    APPROVAL,
    BUILDER,
    GATE,
    PROVENANCE_RULE,
    RULE,
    VSA_RULE,
    failure,
    judged,
    provenance,
    summary,
)


class TestProvenance:
    def test_level_comes_from_the_trust_file_only(self, instance: Instance, trusting: Trusting) -> None:
        bundle = instance.sign(statement(PROVENANCE_V1, provenance()))
        asked = f"{PROVENANCE_RULE}level = 3\n"
        assert "not good enough" in failure(judged(trusting(asked), bundle)).message
        table = f'{asked}[[builder]]\nsigner = "ci"\nid = "{BUILDER}"\nlevel ='
        assert judged(trusting(f"{table} 3"), bundle).failure is None
        assert failure(judged(trusting(f"{table} 2"), bundle)).step == "builder"

    def test_a_builder_counts_where_the_certificate_says_it_too(self, instance: Instance, trusting: Trusting) -> None:
        asked = trusting(f'{PROVENANCE_RULE}builder = "{WORKFLOW}@refs/tags/*"')
        certified = instance.sign(statement(PROVENANCE_V1, provenance(builder=RELEASE)))
        assert judged(asked, certified).failure is None
        claims = {**CERTIFIED, "build_signer_uri": "https://github.com/evil/x@refs/heads/main"}
        claimed = instance.sign(statement(PROVENANCE_V1, provenance(builder=RELEASE)), claims=claims)
        assert "nobody vouches" in failure(judged(asked, claimed)).message

    @pytest.mark.parametrize(
        ("asked", "holds"),
        [
            ('source = "https://github.com/acme/app"', True),
            ('source = "https://github.com/acme/*"', True),
            ('source = "https://github.com/acme/other"', False),
            ('ref = "refs/tags/v*"', True),
            ('ref = "refs/heads/*"', False),
            (f'commit = "{"c0" * 20}"', True),
            (f'commit = "{"c1" * 20}"', False),
        ],
    )
    def test_the_source_is_what_the_certificate_says(
        self, instance: Instance, trusting: Trusting, asked: str, holds: bool
    ) -> None:
        bundle = instance.sign(statement(PROVENANCE_V1, provenance()))
        judgement = judged(trusting(PROVENANCE_RULE + asked), bundle)
        assert (judgement.failure is None) == holds
        assert holds or failure(judgement).step == "source"

    def test_a_statement_that_contradicts_its_certificate_is_refused(
        self, instance: Instance, trusting: Trusting
    ) -> None:
        lying = instance.sign(statement(PROVENANCE_V1, provenance(repository="https://github.com/acme/popular")))
        assert "different sources" in failure(judged(trusting(PROVENANCE_RULE), lying)).message

    def test_what_only_the_statement_says_counts_where_the_builder_is_known(
        self, trusting: Trusting, keys: dict[str, KeySigner]
    ) -> None:
        asked = (
            f'[[signer]]\nname = "gate"\nauthority = "gate"\n{RULE}'
            f'predicate = ["{PROVENANCE_V1}"]\nsigners = ["gate"]\n'
            'source = "https://github.com/acme/app"\nparameters = { "workflow" = "any" }\n'
        )
        bundle = keys["gate"].sign(statement(PROVENANCE_V1, provenance()))
        assert "nobody vouches for the source" in failure(judged(trusting(asked), bundle)).message
        known = f'{asked}[[builder]]\nsigner = "gate"\nid = "{BUILDER}"\nlevel = 2'
        assert judged(trusting(known), bundle).failure is None

    @pytest.mark.parametrize(
        ("allowed", "holds"),
        [
            ("", False),
            ('parameters = { "inputs.channel" = ["stable"], "inputs.debug" = [false], vars = [{}] }', True),
            ('parameters = { "inputs.channel" = ["beta"], "inputs.debug" = [false] }', False),
            ('parameters = { "inputs.channel" = ["stable"], "inputs.debug" = [0] }', False),
            ('parameters = { "inputs.channel" = ["stable"] }', False),
            ('parameters = { inputs = "any", "vars.x" = [] }', True),
            ('parameters = { inputs = "any" }', False),
            ('parameters = { input = "any" }', False),
        ],
    )
    def test_unknown_external_parameters_refuse(
        self, instance: Instance, trusting: Trusting, allowed: str, holds: bool
    ) -> None:
        chosen = {"inputs": {"channel": "stable", "debug": False}, "vars": {}}
        bundle = instance.sign(statement(PROVENANCE_V1, provenance(chosen)))
        judgement = judged(trusting(PROVENANCE_RULE + allowed), bundle)
        assert (judgement.failure is None) == holds
        assert holds or failure(judgement).step == "parameters"

    @pytest.mark.parametrize(
        ("parameters", "name"),
        [
            ({"debug": {}}, "debug"),
            ({"flags": []}, "flags"),
            ({"hook": None}, "hook"),
            ({"": {}}, '""'),
            ({"vars": {"inner": {}}}, "vars.inner"),
            ({"a.b": 1}, '"a.b"'),
            # Only where the source was read from it: here it was from the workflow.
            ({"source": {"uri": "git+https://github.com/acme/app@refs/tags/v1.0"}}, "source.uri"),
            ({"source": {"digest": {"sha1": "c0" * 20}}}, "source.digest.sha1"),
            ({"workflow.path": ".github/workflows/release.yml"}, '"workflow.path"'),
        ],
    )
    def test_what_no_certificate_says_is_a_parameter_like_others(
        self, instance: Instance, trusting: Trusting, parameters: dict[str, Json], name: str
    ) -> None:
        bundle = instance.sign(statement(PROVENANCE_V1, provenance(parameters)))
        refused = failure(judged(trusting(PROVENANCE_RULE), bundle))
        assert (refused.step, refused.message) == (
            "parameters",
            f"r: an external parameter that is not allowed: {name}",
        )
        allowed = f'{PROVENANCE_RULE}parameters = {{ {json.dumps(name)} = "any" }}'
        assert judged(trusting(allowed), bundle).failure is None

    @pytest.mark.parametrize(
        ("workflow", "name"),
        [
            ({"path": ".github/workflows/evil.yml"}, "workflow.path"),
            ({"path": None}, "workflow.path"),
            ({"more": "x"}, "workflow.more"),
        ],
    )
    def test_the_workflow_is_the_one_of_the_certificate(
        self, instance: Instance, trusting: Trusting, workflow: Json, name: str
    ) -> None:
        said = provenance()
        said["buildDefinition"]["externalParameters"]["workflow"] |= workflow
        refused = failure(judged(trusting(PROVENANCE_RULE), instance.sign(statement(PROVENANCE_V1, said))))
        assert refused.message.endswith(name)

    def test_a_workflow_that_no_certificate_names_must_be_allowed(self, instance: Instance, trusting: Trusting) -> None:
        claims = {name: value for name, value in CERTIFIED.items() if name != "build_config_uri"}
        bundle = instance.sign(statement(PROVENANCE_V1, provenance()), claims=claims)
        assert failure(judged(trusting(PROVENANCE_RULE), bundle)).message.endswith("workflow.path")
        allowed = f'{PROVENANCE_RULE}parameters = {{ "workflow.path" = [".github/workflows/release.yml"] }}'
        assert judged(trusting(allowed), bundle).failure is None

    def test_the_source_of_a_build_in_a_container_is_compared(
        self, trusting: Trusting, instance: Instance, keys: dict[str, KeySigner]
    ) -> None:
        source: Json = {"uri": "git+https://github.com/acme/app@refs/tags/v1.0", "digest": {"sha1": "c0" * 20}}
        said = provenance()
        said["buildDefinition"]["externalParameters"] = {"source": source}
        assert judged(trusting(PROVENANCE_RULE), instance.sign(statement(PROVENANCE_V1, said))).failure is None
        # Of two digests only one is read as the commit.
        source["digest"]["gitCommit"] = "c0" * 20
        refused = failure(judged(trusting(PROVENANCE_RULE), instance.sign(statement(PROVENANCE_V1, said))))
        assert refused.message.endswith("source.digest.sha1")

    def test_without_a_certificate_the_rule_must_demand_what_names_the_source(
        self, trusting: Trusting, keys: dict[str, KeySigner]
    ) -> None:
        asked = (
            '[[signer]]\nname = "gate"\nauthority = "gate"\n'
            f'[[builder]]\nsigner = "gate"\nid = "{BUILDER}"\nlevel = 3\n'
            f'{RULE}predicate = ["{PROVENANCE_V1}"]\nsigners = ["gate"]\n'
            'parameters = { "workflow.path" = "any" }\nsource = "https://github.com/acme/app"\n'
        )
        bundle = keys["gate"].sign(statement(PROVENANCE_V1, provenance()))
        assert failure(judged(trusting(asked), bundle)).message.endswith("workflow.ref")
        assert judged(trusting(f'{asked}ref = "refs/tags/*"'), bundle).failure is None

    def test_provenance_that_cannot_be_read_is_refused(self, instance: Instance, trusting: Trusting) -> None:
        assert (
            failure(judged(trusting(PROVENANCE_RULE), instance.sign(statement(PROVENANCE_V1, {})))).step == "statement"
        )


class TestSummaries:
    @pytest.mark.parametrize(
        ("asked", "changed", "step"),
        [
            ("", {}, ""),
            ('stage = "release"', {}, ""),
            ('stage = "release"', {"stage": "build"}, "stage"),
            ("", {"verifier": {"id": "https://other.example"}}, "verifier"),
            ('resource = "pkg:generic/*"', {}, ""),
            ('resource = "pkg:generic/other"', {}, "resource"),
            (f'policies = "sha256:{"ab" * 32}"', {}, ""),
            (f'policies = "{"cd" * 32}"', {}, "policies"),
            ('levels = ["SLSA_BUILD_LEVEL_3"]', {}, ""),
            ('levels = ["SLSA_BUILD_LEVEL_4"]', {}, "levels"),
            ("", {"result": "FAILED"}, "result"),
        ],
    )
    def test_what_it_must_say(
        self, trusting: Trusting, keys: dict[str, KeySigner], asked: str, changed: dict[str, Json], step: str
    ) -> None:
        judgement = judged(trusting(VSA_RULE + asked), keys["gate"].sign(statement(VSA, summary(**changed))))
        assert (judgement.failure.step if judgement.failure else "") == step

    @pytest.mark.parametrize(
        ("hours", "changed", "defeats"),
        [
            (1, {}, True),
            (0, {}, True),
            (-1, {}, False),
            (1, {"policy": {"uri": "urn:policy#release"}}, True),
            # What a failure does not say may be any stage and resource.
            (1, {"policy": {"uri": "urn:policy"}}, True),
            (1, {"policy": {"digest": {"sha256": "ab" * 32}}}, True),
            (1, {"resourceUri": "pkg:generic/other"}, False),
            (1, {"stage": "build"}, False),
            (1, {"verifier": {"id": "https://other.example"}}, False),
        ],
    )
    def test_a_newer_failed_one_defeats_an_older_one(
        self, trusting: Trusting, keys: dict[str, KeySigner], hours: int, changed: dict[str, Json], defeats: bool
    ) -> None:
        trust = trusting(f'{VSA_RULE}stage = "release"\nresource = "pkg:generic/app"')
        passed = keys["gate"].sign(statement(VSA, summary()))
        time = NOON + datetime.timedelta(hours=hours)
        failed = keys["gate"].sign(statement(VSA, summary("FAILED", time, **changed)))
        judgement = judged(trust, passed, failed)
        assert (judgement.failure is not None) == defeats
        assert not defeats or failure(judgement).step == "newer summary"
        stranger = keys["eve"].sign(statement(VSA, summary("FAILED", time)))
        assert judged(trust, passed, stranger).failure is None

    def test_a_failed_one_of_an_earlier_version_defeats_too(
        self, trusting: Trusting, keys: dict[str, KeySigner]
    ) -> None:
        """Version 0.1 names no resource, which may be any."""
        trust = trusting(f'{VSA_RULE}stage = "release"\nresource = "pkg:generic/app"')
        failed = {
            "verifier": {"id": GATE},
            "time_verified": (NOON + datetime.timedelta(hours=1)).isoformat(),
            "policy": {"uri": "urn:policy"},
            "verification_result": "FAILED",
            "policy_level": "SLSA_LEVEL_0",
        }
        both = [keys["gate"].sign(statement(*one)) for one in ((VSA, summary()), (VSA_V01, failed))]
        assert failure(judged(trust, *both)).step == "newer summary"

    def test_one_counts_for_its_pair_of_signer_and_verifier_only(
        self, trusting: Trusting, keys: dict[str, KeySigner]
    ) -> None:
        foreign = """
[[signer]]
name = "partner"
authority = "eve"
[[rule]]
name = "foreign"
subject = ["**"]
predicate = ["https://slsa.dev/verification_summary/v1"]
signers = ["partner"]
verifier = "https://partner.example"
"""
        trust = trusting(f'{VSA_RULE}stage = "release"\n{foreign}')
        theirs = keys["eve"].sign(statement(VSA, summary(verifier={"id": "https://partner.example"})))
        as_ours = keys["eve"].sign(statement(VSA, summary()))
        outcomes = judged(trust, theirs, as_ours).outcomes
        assert [outcome.failure is None for outcome in outcomes] == [False, True]
        assert [one.attestation.name for one, _ in outcomes[1].satisfying] == ["b1"]


class TestPersons:
    APPROVERS = f"""
[[signer]]
name = "ann"
authority = "ann"
person = "Ann"
roles = ["reviewer"]
[[signer]]
name = "ann's workflow"
authority = "sigstore"
issuer = "https://accounts.example"
identity = "ann@acme.example"
person = "Ann"
roles = ["reviewer"]
[[signer]]
name = "bob"
authority = "bob"
person = "Bob"
roles = ["reviewer"]
[[signer]]
name = "eve"
authority = "eve"
{RULE}
predicate = ["{APPROVAL}"]
role = "reviewer"
threshold = 2
"""

    def test_persons_are_counted_not_signatures(
        self, instance: Instance, trusting: Trusting, keys: dict[str, KeySigner]
    ) -> None:
        trust = trusting(self.APPROVERS)
        ann, bob, eve = (keys[name].sign(statement(APPROVAL, {})) for name in ("ann", "bob", "eve"))
        mail = instance.sign(statement(APPROVAL, {}), "ann@acme.example", "https://accounts.example", {})
        assert judged(trust, ann, bob).failure is None
        assert judged(trust, mail, bob).failure is None
        for bundles in ([ann], [ann, ann], [ann, mail], [ann, eve]):
            refused = failure(judged(trust, *bundles))
            assert (refused.step, refused.found) == ("threshold", "Ann")
        assert failure(judged(trust, eve)).step == "signer"

    @pytest.mark.parametrize("kind", [VSA, DECISION, PROVENANCE_V1])
    def test_the_author_does_not_count(self, trusting: Trusting, keys: dict[str, KeySigner], kind: str) -> None:
        trust = trusting(self.APPROVERS)
        ann, bob = (keys[name].sign(statement(APPROVAL, {})) for name in ("ann", "bob"))
        made = keys["ann"].sign(statement(kind, summary() if kind == VSA else provenance()))
        refused = failure(judged(trust, ann, bob, made))
        assert "the author does not count" in refused.message
        assert refused.found == "Bob"


class TestKeysOfOnePerson:
    def test_one_key_cannot_be_two_persons(self, trusting: Trusting) -> None:
        text = """
[[authority]]
name = "ann's other name"
key = "ann.pub"
[[signer]]
name = "a"
authority = "ann"
[[signer]]
name = "b"
authority = "ann's other name"
person = "b"
"""
        with pytest.raises(SettingsError, match="has the same key as another person"):
            trusting(text + PROVENANCE_RULE)
        trusting(text.replace('person = "b"', 'person = "a"') + PROVENANCE_RULE)

    def test_a_signature_that_is_two_signers_counts_once(self, instance: Instance, trusting: Trusting) -> None:
        text = f"""
[[signer]]
name = "anybody at acme"
authority = "sigstore"
issuer = "https://accounts.example"
identity = "*@acme.example"
roles = ["reviewer"]
[[signer]]
name = "ann"
authority = "sigstore"
issuer = "https://accounts.example"
identity = "ann@acme.example"
roles = ["reviewer"]
{RULE}
predicate = ["{APPROVAL}"]
role = "reviewer"
threshold = 2
"""
        approval = [
            instance.sign(statement(APPROVAL, {}), "ann@acme.example", "https://accounts.example", {}) for _ in "ab"
        ]
        judgement = judged(trusting(text), *approval)
        assert failure(judgement).step == "threshold"
        assert [len(one.signers) for one in judgement.counted] == [2, 2]
