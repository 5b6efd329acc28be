"""A release that passes, and everything that could be done about it: nothing that is refused passes by leaving out.

What speaks against a subject cannot be missed where it is left out, and is the exception: a summary that says FAILED, a
revocation, a name that brings further rules, and the statement of an author whom no rule expects to be one.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping

import pytest

from gatekeeper.attest.signers import KeySigner
from gatekeeper.crypto.public_keys import Message
from gatekeeper.formats.attestations.base import Attestation
from gatekeeper.formats.attestations.digests import signed_digest
from gatekeeper.formats.predicates import APPROVAL, CYCLONEDX, DECISION, PROVENANCE_V1, VSA
from gatekeeper.formats.statement import Statement, Subject
from gatekeeper.model.json import Json
from gatekeeper.verification.judging import Judgement, judge
from gatekeeper.verification.trust.attribution import Attributed, attribute
from gatekeeper.verification.trust.loading import TrustFile
from tests.verification.trust.fixtures import Trusting
from tests.verification.trust.instance import DIGEST, NOON, SUBJECT, Instance, attestation, statement
from tests.verification.trust.verdicts import BUILDER, CLOCK, GATE, approval, decision, provenance, summary

PEOPLE = "".join(
    f'[[signer]]\nname = "{name}"\nauthority = "{name}"\nperson = "{name}"\nroles = ["reviewer", "owner"]\n'
    for name in ("gate", "ann", "bob", "eve")
)
TRUST = f"""
{PEOPLE}
[[builder]]
signer = "ci"
id = "{BUILDER}"
level = 3
[[rule]]
name = "built"
subject = ["*.tar.gz"]
predicate = ["{PROVENANCE_V1}"]
signers = ["ci"]
level = 3
source = "https://github.com/acme/app"
ref = "refs/tags/v*"
commit = "{"c0" * 20}"
owner_id = "1001"
parameters = {{ "inputs.channel" = ["stable"] }}
max_age = "30d"
[[rule]]
name = "passed"
subject = ["*.tar.gz"]
predicate = ["{VSA}"]
signers = ["gate"]
verifier = "{GATE}"
stage = "release"
resource = "pkg:generic/*"
policies = "{"ab" * 32}"
levels = ["SLSA_BUILD_LEVEL_3"]
max_age = "30d"
age_by = "signer"
[[rule]]
name = "decided"
subject = ["*.tar.gz"]
predicate = ["{DECISION}"]
signers = ["gate"]
[[rule]]
name = "approved"
subject = ["*.tar.gz"]
predicate = ["{APPROVAL}"]
role = "reviewer"
threshold = 2
[[rule]]
name = "models"
subject = ["model-*"]
predicate = ["urn:example:review"]
signers = ["eve"]
"""
FIRST = "[[builder]]"


def rule_for(kind: str, signer: str) -> str:
    """One more rule, by which the gate or somebody else makes a statement of some kind."""
    return f'[[rule]]\nname = "more"\nsubject = ["**"]\npredicate = ["{kind}"]\nsigners = ["gate", "{signer}"]\n'


# What is written in the trust file, what instead, and the step at which the whole release is refused then.
DEMANDS = {
    "level": ("level = 3\nsource", "level = 4\nsource", "builder"),
    "what the builder is worth": ("level = 3\n[[rule]]", "level = 2\n[[rule]]", "builder"),
    "source": ("acme/app", "acme/other", "source"),
    "ref": ("refs/tags/v*", "refs/heads/*", "source"),
    "commit": ("c0" * 20, "c1" * 20, "source"),
    "owner": ('owner_id = "1001"\nparameters', 'owner_id = "1002"\nparameters', "source"),
    "values of parameters": ('["stable"]', '["beta"]', "parameters"),
    "parameters": ('"inputs.channel" = ["stable"]', "", "parameters"),
    "age": ('max_age = "30d"\n[[rule]]', 'max_age = "1h"\n[[rule]]', "age"),
    "verifier": (GATE, "https://else.example", "verifier"),
    "stage": ('stage = "release"', 'stage = "promote"', "stage"),
    "resource": ("pkg:generic/*", "pkg:oci/*", "resource"),
    "policies": ("ab" * 32, "cd" * 32, "policies"),
    "levels": ("SLSA_BUILD_LEVEL_3", "SLSA_BUILD_LEVEL_4", "levels"),
    "age of the summary": ('max_age = "30d"\nage_by', 'max_age = "1h"\nage_by', "age"),
    "whose clock": ('age_by = "signer"\n', "", "age"),
    "result": ('stage = "release"', 'stage = "release"\nresult = ["FAILED"]', "age"),
    "who decides": (f'["{DECISION}"]\nsigners = ["gate"]', f'["{DECISION}"]\nsigners = ["bob"]', "signer"),
    "who judges": ('signers = ["gate"]\nverifier', 'signers = ["eve"]\nverifier', "signer"),
    "role": ('role = "reviewer"', 'role = "owner"', "threshold"),
    "threshold": ("threshold = 2", "threshold = 3", "threshold"),
    "who approves": ('role = "reviewer"', 'role = "reviewer"\nsigners = ["ann", "eve"]', "threshold"),
    "one rule more": (FIRST, rule_for("x", "ann") + FIRST, "predicate type"),
    "an author among them": (FIRST, rule_for(DECISION, "ann") + FIRST, "threshold"),
    "a revoked signer": (FIRST, f'[[revoke]]\nsigner = "bob"\n{FIRST}', "threshold"),
    "a revoked workflow": (FIRST, f'[[revoke]]\nsigner = "ci"\nfrom = {NOON.isoformat()}\n{FIRST}', "revocation"),
}  # fmt: skip
AGAINST = ("a later failure", "eve's own decision", "another name")


@pytest.fixture
def release(instance: Instance, keys: dict[str, KeySigner]) -> dict[str, Attestation]:
    """All that is around: what lets it pass comes first, then what must not help, then what speaks against it."""

    def signed(name: str, kind: str, said: Json) -> Attestation:
        return attestation(kind, keys[name].sign(statement(kind, said)))

    decided = keys["gate"].sign(statement(DECISION, decision()))
    earlier = keys["gate"].sign(statement(DECISION, decision(policies="cd" * 32)))
    old = approval(earlier, policies={"digest": {"sha256": "cd" * 32}})
    foreign = instance.sign(statement(VSA, summary(verifier={"id": "https://else.example"})))
    named = Subject("model-1", {"sha256": DIGEST})
    build = instance.sign(statement(PROVENANCE_V1, provenance({"inputs": {"channel": "stable"}})))
    return {
        "provenance": attestation("p", build),
        "summary": signed("gate", VSA, summary()),
        "decision": attestation("d", decided),
        "ann": signed("ann", APPROVAL, approval(decided)),
        "bob": signed("bob", APPROVAL, approval(decided)),
        "eve": signed("eve", APPROVAL, approval(decided, "owner")),
        "the gate's own approval": signed("gate", APPROVAL, approval(decided)),
        "an earlier decision": attestation("e", earlier),
        "eve about the earlier one": signed("eve", APPROVAL, old),
        "a foreign summary": attestation("f", foreign),
        "an earlier failure": signed("gate", VSA, summary("FAILED", CLOCK.replace(month=1))),
        "a bill of materials": signed("gate", CYCLONEDX, {}),
        "a later failure": signed("gate", VSA, summary("FAILED", CLOCK)),
        "eve's own decision": signed("eve", DECISION, decision()),
        "another name": attestation("n", keys["gate"].sign(Statement((named,), CYCLONEDX, {}))),
    }  # fmt: skip


class Judge:
    """Verdicts on choices among the attestations; each signature is verified once."""

    def __init__(self, trust: TrustFile, attestations: Mapping[str, Attestation]) -> None:
        self._trust = trust
        self._attestations = attestations
        self._known: dict[str, tuple[Attributed, ...]] = {}

    def __call__(self, names: frozenset[str]) -> Judgement:
        chosen = [one for name, one in self._attestations.items() if name in names]
        return judge(SUBJECT, chosen, self._trust, CLOCK, self._attribute)

    def _attribute(self, one: Attestation, trust: TrustFile, message: Message | None) -> tuple[Attributed, ...]:
        if one.sha256 not in self._known:
            self._known[one.sha256] = attribute(one, trust, message)
        return self._known[one.sha256]


def choices(names: list[str], most_left_out: int) -> Iterator[frozenset[str]]:
    for number in range(most_left_out + 1):
        for left_out in itertools.combinations(names, number):
            yield frozenset(names) - frozenset(left_out)


def test_the_release_passes_with_what_it_needs_only(trusting: Trusting, release: dict[str, Attestation]) -> None:
    verdict = Judge(trusting(TRUST), release)
    needed = ["provenance", "summary", "decision", "ann", "bob"]
    assert verdict(frozenset(needed)).failure is None
    assert all(verdict(frozenset(needed) - {one}).failure is not None for one in needed)


def test_leaving_out_never_lets_pass(trusting: Trusting, release: dict[str, Attestation]) -> None:
    """Among the attestations up to four are left out: a choice that passes does so with any other one added."""
    verdict = Judge(trusting(TRUST), release)
    names = [name for name in release if name not in AGAINST]
    passing = {chosen for chosen in choices(names, 4) if verdict(chosen).failure is None}
    assert len(passing) == sum(math.comb(len(names) - 5, number) for number in range(5))
    for chosen in passing:
        assert all(chosen | {name} in passing for name in names)


@pytest.mark.parametrize("against", AGAINST)
def test_what_speaks_against_it_must_be_there_to_count(
    trusting: Trusting, release: dict[str, Attestation], against: str
) -> None:
    """The exception, as far as it goes: only these, and only while they are there."""
    text = TRUST.replace('role = "reviewer"', 'role = "owner"').replace("threshold = 2", "threshold = 1")
    verdict = Judge(trusting(text), release)
    without = frozenset(name for name in release if name not in AGAINST)
    assert verdict(without).failure is None
    refused = verdict(without | {against}).failure
    assert refused is not None
    assert refused.step in ("newer summary", "approval", "predicate type")


@pytest.mark.parametrize("what", DEMANDS)
def test_each_demand_refuses_and_helps_nothing_that_is_refused(
    trusting: Trusting, release: dict[str, Attestation], what: str
) -> None:
    before, after, step = DEMANDS[what]
    assert before in TRUST
    verdict, stricter = (Judge(trusting(text), release) for text in (TRUST, TRUST.replace(before, after)))
    names = [name for name in release if name not in AGAINST]
    refused = stricter(frozenset(names)).failure
    assert refused is not None
    assert refused.step == step
    for chosen in choices(names, 2):
        assert stricter(chosen).failure is not None or verdict(chosen).failure is None


def test_a_revocation_by_either_digest_counts_whatever_else_is_there(
    trusting: Trusting, release: dict[str, Attestation]
) -> None:
    needed = ("provenance", "summary", "decision", "ann", "bob")
    names = frozenset(name for name in release if name not in AGAINST)
    for name in needed:
        for digest in (release[name].sha256, signed_digest(release[name])):
            verdict = Judge(trusting(f'{TRUST}[[revoke]]\nbundle = "{digest}"'), release)
            # One approval's statement is that of another person word for word: what is signed is revoked, by whomever.
            assert verdict(names).failure is not None
