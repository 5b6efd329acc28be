from __future__ import annotations

import dataclasses
import datetime
import itertools
import json
import sys
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from gatekeeper.attest.signers import KeySigner
from gatekeeper.crypto import public_keys
from gatekeeper.errors import VerificationFailure
from gatekeeper.formats.attestations.base import Attestation
from gatekeeper.formats.attestations.digests import signed_digest
from gatekeeper.formats.attestations.reading import read
from gatekeeper.formats.predicates import PROVENANCE_V1, VSA
from gatekeeper.formats.sigstore.bundle import Bundle
from gatekeeper.model.json import Json
from gatekeeper.verification import roots
from gatekeeper.verification.core.messages import InMemory
from gatekeeper.verification.judging import judge
from gatekeeper.verification.subjects.base import Subject
from gatekeeper.verification.trust.loading import parse_trust
from tests.verification.trust.fixtures import Trusting, instance, keys, trusting
from tests.verification.trust.instance import (
    ARTIFACT,
    CERTIFIED,
    DIGEST,
    NOON,
    RELEASE,
    SUBJECT,
    WORKFLOW,
    Instance,
    attestation,
    new_key,
    statement,
)
from tests.verification.trust.verdicts import (
    APPROVAL,
    CLOCK,
    PROVENANCE_RULE,
    RULE,
    VSA_RULE,
    failure,
    judged,
    provenance,
    summary,
)

__all__ = ["instance", "keys", "trusting"]


class TestWhoSigned:
    def test_provenance_of_the_workflow_counts(self, instance: Instance, trusting: Trusting) -> None:
        trust = trusting(PROVENANCE_RULE)
        judgement = judged(trust, instance.sign(statement(PROVENANCE_V1, provenance())))
        assert judgement.failure is None
        (one,) = judgement.counted
        assert [signer.name for signer in one.signers] == ["ci"]
        assert one.latest == NOON
        assert one.signed.logs == ("https://log.example",)
        assert judgement.trust == sha256(trust.data).hexdigest()

    @pytest.mark.parametrize(
        "identity",
        [
            f"{WORKFLOW}@refs/heads/x@refs/tags/v1.0",
            "https://github.com/acme/../evil/.github/workflows/release.yml@refs/tags/v1.0",
            "https://github.com/Acme/app/.github/workflows/release.yml@refs/tags/v1.0",
            f"{RELEASE}\n",
            f"{RELEASE}/x",
            "ann@acme.example",
        ],
    )
    def test_tricks_with_identities_are_refused(self, instance: Instance, trusting: Trusting, identity: str) -> None:
        judgement = judged(trusting(PROVENANCE_RULE), instance.sign(statement(PROVENANCE_V1, provenance()), identity))
        assert judgement.counted == ()
        refused = failure(judgement)
        assert refused.step == "identity"
        assert refused.expected == f"{WORKFLOW}@refs/tags/*"
        assert refused.found == identity

    def test_an_owner_whose_name_was_registered_anew_is_refused(self, instance: Instance, trusting: Trusting) -> None:
        for claims in ({**CERTIFIED, "source_repository_owner_id": "9999"}, {}):
            bundle = instance.sign(statement(PROVENANCE_V1, provenance()), claims=claims)
            refused = failure(judged(trusting(PROVENANCE_RULE), bundle))
            assert "source_repository_owner_id" in refused.message
            assert refused.expected == "1001"

    def test_another_issuer_and_another_instance_are_refused(self, instance: Instance, trusting: Trusting) -> None:
        trust = trusting(PROVENANCE_RULE)
        of_another = judged(trust, instance.sign(statement(PROVENANCE_V1, provenance()), issuer="https://evil.example"))
        assert "another issuer" in failure(of_another).message
        elsewhere = judged(trust, Instance().sign(statement(PROVENANCE_V1, provenance())))
        assert failure(elsewhere).step == "log entry"

    def test_a_bare_envelope_with_a_certificate_has_no_trusted_time(
        self, instance: Instance, trusting: Trusting
    ) -> None:
        envelope = instance.sign(statement(PROVENANCE_V1, provenance())).envelope
        signature = dataclasses.replace(
            envelope.signatures[0], certificate=instance.authority.public_bytes(Encoding.PEM).decode()
        )
        refused = failure(judged(trusting(PROVENANCE_RULE), dataclasses.replace(envelope, signatures=(signature,))))
        assert refused.step == "time"
        assert "no trusted time" in refused.message

    def test_a_bare_envelope_may_have_signatures_of_strangers(
        self, trusting: Trusting, keys: dict[str, KeySigner]
    ) -> None:
        one, stranger = (keys[name].sign(statement(VSA, summary())).envelope for name in ("gate", "eve"))
        envelope = dataclasses.replace(one, signatures=(*stranger.signatures, *one.signatures))
        assert judged(trusting(VSA_RULE), envelope).failure is None
        assert judged(trusting(VSA_RULE), stranger).failure is not None

    def test_a_signature_over_the_file_is_of_its_own_kind(self, trusting: Trusting, keys: dict[str, KeySigner]) -> None:
        trust = trusting(
            f'[[signer]]\nname = "gate"\nauthority = "gate"\n{RULE}predicate = ["signature"]\nsigners = ["gate"]'
        )
        subject = dataclasses.replace(SUBJECT, message=InMemory(ARTIFACT))
        assert judged(trust, keys["gate"].sign_file(ARTIFACT), subject=subject).failure is None
        assert failure(judged(trust, keys["gate"].sign_file(b"other"), subject=subject)).step == "subject"
        assert failure(judged(trust, keys["gate"].sign_file(ARTIFACT))).step == "content"


class TestSubjects:
    @pytest.mark.parametrize(
        ("digests", "word"),
        [
            ({"sha256": "00" * 32}, "about another artifact"),
            ({"sha256": DIGEST, "sha512": "cd" * 64}, "another does not"),
            ({"sha1": "00" * 20}, "no digest names that counts"),
            ({"gce_image_id": "42"}, "no digest names that counts"),
            ({"gitTree": "00" * 32}, "about another artifact"),
        ],
    )
    def test_every_known_digest_must_match(
        self, instance: Instance, trusting: Trusting, digests: dict[str, str], word: str
    ) -> None:
        bundle = instance.sign(statement(PROVENANCE_V1, provenance(), digests))
        assert word in failure(judged(trusting(PROVENANCE_RULE), bundle)).message

    def test_one_digest_must_be_strong(self, instance: Instance, trusting: Trusting) -> None:
        subject = dataclasses.replace(SUBJECT, digests={**SUBJECT.digests, "sha1": "11" * 20})
        weak = instance.sign(statement(PROVENANCE_V1, provenance(), {"sha1": "11" * 20}))
        assert "cannot be forged" in failure(judged(trusting(PROVENANCE_RULE), weak, subject=subject)).message

    def test_trees_are_known_by_the_git_tree_in_the_sha256_format(self, instance: Instance, trusting: Trusting) -> None:
        tree = Subject("tree:app.tar.gz", "app.tar.gz", {"gitTree-256": "ef" * 32})
        bundle = instance.sign(statement(PROVENANCE_V1, provenance(), {"gitTree": "ef" * 32}))
        assert judged(trusting(PROVENANCE_RULE), bundle, subject=tree).failure is None

    def test_what_no_rule_matches_is_refused(self, instance: Instance, trusting: Trusting) -> None:
        other = dataclasses.replace(SUBJECT, uri="file:app.zip", name="app.zip")
        bundle = instance.sign(statement(PROVENANCE_V1, provenance()))
        assert failure(judged(trusting(PROVENANCE_RULE), bundle, subject=other)).step == "rule"

    def test_no_signature_is_another_message_than_none_that_counts(
        self, instance: Instance, trusting: Trusting
    ) -> None:
        trust = trusting(PROVENANCE_RULE)
        assert "there is no signature" in failure(judged(trust)).message
        bundle = instance.sign(statement(PROVENANCE_V1, provenance(), {"sha256": "00" * 32}))
        judgement = judged(trust, bundle)
        assert "there are signatures, and none counts" in failure(judgement).message
        (refused,) = judgement.refused
        assert (refused.attestation.name, refused.failure.step) == ("b1", "subject")

    def test_what_is_refused_for_other_artifacts_is_no_reason(
        self, trusting: Trusting, keys: dict[str, KeySigner]
    ) -> None:
        """The approval is missing: that another artifact's do not count has nothing to do with it."""
        approved = RULE.replace('"r"', '"approved"') + f'predicate = ["{APPROVAL}"]\nsigners = ["ann"]\n'
        trust = trusting(f'{VSA_RULE}[[signer]]\nname = "ann"\nauthority = "ann"\n{approved}')
        passed = keys["gate"].sign(statement(VSA, summary()))
        elsewhere = {"sha256": "cd" * 32}
        others = [keys[name].sign(statement(kind, {}, elsewhere)) for name in keys for kind in (VSA, APPROVAL, "x")]
        refused = failure(judged(trust, *others, passed))
        assert (refused.message, refused.step) == ("approved: nothing of this kind that counts", "predicate type")
        strangers = keys["eve"].sign(statement(APPROVAL, {}))
        assert "b14: signed with another key" in failure(judged(trust, *others, passed, strangers)).message
        assert "about another artifact" in failure(judged(trust, *others)).message
        assert "b13: signed with another key" in failure(judged(trust, *others, strangers)).message

    def test_all_rules_that_match_must_hold(self, instance: Instance, trusting: Trusting) -> None:
        both = PROVENANCE_RULE + VSA_RULE.replace('name = "r"', 'name = "s"')
        judgement = judged(trusting(both), instance.sign(statement(PROVENANCE_V1, provenance())))
        assert [outcome.failure is None for outcome in judgement.outcomes] == [True, False]
        assert failure(judgement).message.startswith("s: nothing of this kind")
        assert "name where it lies with --attestations" in failure(judgement).hint


class TestTime:
    def test_what_is_too_old_is_refused(self, instance: Instance, trusting: Trusting) -> None:
        bundle = instance.sign(statement(PROVENANCE_V1, provenance()))
        assert judged(trusting(f'{PROVENANCE_RULE}max_age = "24h"'), bundle).failure is None
        assert failure(judged(trusting(f'{PROVENANCE_RULE}max_age = "23h"'), bundle)).step == "age"

    def test_without_a_trusted_time_an_age_is_refused(self, trusting: Trusting, keys: dict[str, KeySigner]) -> None:
        bundle = keys["gate"].sign(statement(VSA, summary()))
        assert judged(trusting(VSA_RULE), bundle).failure is None
        refused = failure(judged(trusting(f'{VSA_RULE}max_age = "30d"'), bundle))
        assert (refused.step, refused.found) == ("age", "no time")
        by_signer = f'{VSA_RULE}age_by = "signer"\nmax_age ='
        assert judged(trusting(f'{by_signer} "24h"'), bundle).failure is None
        assert "too old" in failure(judged(trusting(f'{by_signer} "23h"'), bundle)).message

    def test_what_is_from_the_future_is_refused(
        self, instance: Instance, trusting: Trusting, keys: dict[str, KeySigner]
    ) -> None:
        nearly, later = (CLOCK + datetime.timedelta(minutes=minutes) for minutes in (5, 6))
        trust = trusting(PROVENANCE_RULE)
        assert judged(trust, instance.sign(statement(PROVENANCE_V1, provenance()), time=nearly)).failure is None
        late = judged(trust, instance.sign(statement(PROVENANCE_V1, provenance()), time=later))
        assert "from the future" in failure(late).message
        stated = judged(trusting(VSA_RULE), keys["gate"].sign(statement(VSA, summary(time=later))))
        assert "from the future" in failure(stated).message


class TestSeveralAuthorities:
    """One key, whose statements are recorded by two logs: each authority knows one of them."""

    RULES = """
[[signer]]
name = "g1"
authority = "one"
person = "gate"
[[signer]]
name = "g2"
authority = "two"
person = "gate"
[[rule]]
name = "r"
subject = ["**"]
predicate = ["x"]
signers = ["g1", "g2"]
"""

    def judged(self, trusting: Trusting, tmp_path: Path, second: datetime.datetime, more: str = "") -> str:
        """The step at which what was recorded by one at noon, by the other then, is refused; "" if it is not."""
        key, instances = new_key(), (Instance(), Instance())
        public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        (tmp_path / "both.pub").write_bytes(public)
        text = ""
        for name, one in zip(("one", "two"), instances, strict=True):
            (tmp_path / f"{name}.json").write_bytes(one.root())
            digest = sha256(one.root()).hexdigest()
            text += f'[[authority]]\nname = "{name}"\nkey = "both.pub"\nroot = "{name}.json"\nsha256 = "{digest}"\n'
        signed = KeySigner(key).sign(statement("x", {}))
        entries = [
            one.logged(signed, key.public_key(), time).entries[0]
            for one, time in zip(instances, (NOON, second), strict=True)
        ]
        outcomes = set()
        for order in (entries, entries[::-1]):
            bundle = dataclasses.replace(signed, entries=tuple(order), version="0.1")
            refused = judged(trusting(text + self.RULES + more), bundle).failure
            outcomes.add(refused.step if refused else "")
        (outcome,) = outcomes
        return outcome

    def test_all_their_times_count(self, trusting: Trusting, tmp_path: Path) -> None:
        hour = datetime.timedelta(hours=1)
        assert self.judged(trusting, tmp_path, NOON + hour) == ""
        assert self.judged(trusting, tmp_path, CLOCK + hour) == "time"
        for signer in ("g1", "g2"):
            revoked = f'[[revoke]]\nsigner = "{signer}"\nfrom = {(NOON + hour).isoformat()}\n'
            assert self.judged(trusting, tmp_path, NOON + 2 * hour, revoked) == "revocation"
            assert self.judged(trusting, tmp_path, NOON - hour, revoked) == ""


class TestRevocation:
    def revoked(self, what: str, since: str = "") -> str:
        return f"{PROVENANCE_RULE}[[revoke]]\n{what}\n{f'from = {since}' if since else ''}\nreason = 'stolen'"

    def test_signers_keys_and_bundles(self, instance: Instance, trusting: Trusting) -> None:
        bundle = instance.sign(statement(PROVENANCE_V1, provenance()))
        digest = attestation("b1", bundle).sha256
        assert judged(trusting(PROVENANCE_RULE), bundle).failure is None
        (one,) = judged(trusting(PROVENANCE_RULE), bundle).counted
        key = public_keys.hint(one.signed.signer.key)
        certificate = sha256(bundle.certificates[0]).hexdigest()
        for what in ('signer = "ci"', f'bundle = "{digest}"', f'key = "{key}"', f'key = "{certificate}"'):
            refused = failure(judged(trusting(self.revoked(what)), bundle))
            assert refused.step == "revocation"
            assert "stolen" in refused.message

    @pytest.mark.parametrize("form", ["file", "signed"])
    def test_no_other_way_of_writing_evades_it(self, trusting: Trusting, keys: dict[str, KeySigner], form: str) -> None:
        """By the digest of what is signed none does; by that of a file none that is a bundle, where a gate wrote it."""
        data = keys["gate"].sign(statement(VSA, summary())).encode()
        (one,) = read("x", data)
        digest = sha256(data).hexdigest() if form == "file" else signed_digest(one)
        trust = trusting(f'{VSA_RULE}[[revoke]]\nbundle = "{digest}"')
        parsed = json.loads(data)
        ways = [
            data + b"\n",
            json.dumps(dict(reversed(parsed.items())), indent=1).encode(),
            json.dumps({"attestations": [{"bundle": parsed, "x": " "}]}).encode(),
            json.dumps(parsed["dsseEnvelope"]).encode(),
        ]
        refused = judge(SUBJECT, [one], trust, CLOCK).failure
        assert refused is not None
        assert refused.step == "revocation"
        for way in ways if form == "signed" else ways[:3]:
            (other,) = read("y", way)
            evading = judge(SUBJECT, [other], trust, CLOCK).failure
            assert evading is not None
            assert evading.step == "revocation"

    def test_it_counts_from_a_trusted_time_on(self, instance: Instance, trusting: Trusting) -> None:
        bundle = instance.sign(statement(PROVENANCE_V1, provenance()))
        later = trusting(self.revoked('signer = "ci"', "2026-11-01T12:00:01Z"))
        assert judged(later, bundle).failure is None
        at_that_time = trusting(self.revoked('signer = "ci"', "2026-11-01T12:00:00Z"))
        assert failure(judged(at_that_time, bundle)).step == "revocation"

    def test_a_revoked_signature_does_not_spoil_the_other_of_an_envelope(
        self, trusting: Trusting, keys: dict[str, KeySigner]
    ) -> None:
        text = f'{VSA_RULE}[[signer]]\nname = "eve"\nauthority = "eve"\n[[revoke]]\nsigner = "eve"'
        good, revoked = (keys[name].sign(statement(VSA, summary())).envelope for name in ("gate", "eve"))
        both = dataclasses.replace(good, signatures=(*revoked.signatures, *good.signatures))
        judgement = judged(trusting(text), both)
        assert judgement.failure is None
        assert [one.failure.step for one in judgement.refused] == ["revocation"]

    def test_what_has_no_trusted_time_could_be_younger(self, trusting: Trusting, keys: dict[str, KeySigner]) -> None:
        text = f'{VSA_RULE}[[revoke]]\nsigner = "gate"\nfrom = 2030-01-01T00:00:00Z'
        refused = failure(judged(trusting(text), keys["gate"].sign(statement(VSA, summary()))))
        assert refused.found == "no trusted time"


def test_hostile_statements_are_refusals_never_errors(trusting: Trusting, keys: dict[str, KeySigner]) -> None:
    trust = trusting(VSA_RULE)
    predicates: list[Json] = [{}, {"verifier": []}, {"verifier": {"id": 1}}, summary(policy=[])]
    for predicate in [*predicates, summary(timeVerified="x")]:
        assert judged(trust, keys["gate"].sign(statement(VSA, predicate))).failure is not None
    envelope = keys["gate"].sign(statement(VSA, summary())).envelope
    for payload in (b"", b"[", b"[]", b"{}", b'{"_type":1}', b"[" * 100_000):
        assert judged(trust, dataclasses.replace(envelope, payload=payload)).failure is not None


@pytest.mark.corpora
def test_real_bundles_of_a_workflow(corpora: Path) -> None:
    beacon = "https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/workflows"
    trust = parse_trust(
        f"""
version = 1
[[authority]]
name = "public"
root = "public"
sha256 = "{roots.PUBLIC_ROOT_SHA256}"
[[signer]]
name = "beacon"
authority = "public"
issuer = "https://token.actions.githubusercontent.com"
identity = "{beacon}/*.yml@refs/heads/main"
[[rule]]
name = "r"
subject = ["a.txt"]
predicate = ["signature", "{PROVENANCE_V1}"]
signers = ["beacon"]
max_age = "3650d"
""".encode(),
        "trust.toml",
        Path("/"),
    )
    folder = corpora / "attestations" / "bundle-verify"
    data = (folder / "a.txt").read_bytes()
    subject = Subject("file:a.txt", "a.txt", {"sha256": sha256(data).hexdigest()}, InMemory(data))

    def verdict(name: str) -> VerificationFailure | None:
        raw = (folder / name / "bundle.sigstore.json").read_bytes()
        one = Attestation(name, "bundle", sha256(raw).hexdigest(), Bundle.decode(raw))
        return judge(subject, [one], trust, CLOCK).failure

    for name in ("happy-path-v0.1", "happy-path-v0.2", "happy-path-v0.3"):
        assert verdict(name) is None
    # Its signature holds, and its provenance is of another repository than its certificate.
    lying = verdict("happy-path-intoto-in-dsse-v3")
    assert lying is not None
    assert lying.step == "source"
    for name in ("signature-mismatch_fail", "set-invalid-signature_fail"):
        assert verdict(name) is not None


def test_many_attestations_take_linear_time(instance: Instance, trusting: Trusting) -> None:
    trust = trusting(PROVENANCE_RULE)
    one = attestation("b", instance.sign(statement(PROVENANCE_V1, provenance())))

    def calls(number: int) -> int:
        counter = itertools.count()
        sys.setprofile(lambda *_: next(counter))
        try:
            judgement = judge(SUBJECT, [one] * number, trust, CLOCK)
        finally:
            sys.setprofile(None)
        assert len(judgement.counted) == number
        assert not judgement.refused
        assert not judgement.outcomes[0].others
        return next(counter)

    calls(1)  # what is computed once a process
    assert calls(300) < 2.05 * calls(150)
