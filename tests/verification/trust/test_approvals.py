"""Who may approve, and of what: whatever is left out, nobody's own work is approved."""

from __future__ import annotations

import itertools

import pytest

from gatekeeper.attest.signers import KeySigner
from gatekeeper.errors import SettingsError
from gatekeeper.formats.predicates import APPROVAL, CYCLONEDX, DECISION, PROVENANCE_V1, VSA
from gatekeeper.formats.sigstore.bundle import Bundle
from gatekeeper.model.json import Json
from tests.verification.trust.fixtures import Trusting
from tests.verification.trust.instance import statement
from tests.verification.trust.verdicts import GATE, RULE, approval, decision, failure, judged, provenance, summary

Keys = dict[str, KeySigner]
SIGNERS = "".join(
    f'[[signer]]\nname = "{name}"\nauthority = "{name}"\nroles = ["reviewer"]\n'
    for name in ("gate", "ann", "bob", "eve")
)
APPROVED = f'[[rule]]\nname = "approved"\nsubject = ["**"]\npredicate = ["{APPROVAL}"]\n'
BY_ROLE = f'{SIGNERS}{APPROVED}role = "reviewer"\n'
DECIDED = f'{RULE}predicate = ["{DECISION}", "{CYCLONEDX}"]\nsigners = ["gate"]\n'


@pytest.fixture
def decided(keys: Keys) -> Bundle:
    return keys["gate"].sign(statement(DECISION, decision()))


def approves(keys: Keys, name: str, decided: Bundle, role: str = "reviewer", **changed: Json) -> Bundle:
    return keys[name].sign(statement(APPROVAL, approval(decided, role, **changed)))


@pytest.mark.parametrize(
    "who", ['role = "reviewer"', 'signers = ["gate", "ann"]', 'role = "reviewer"\nsigners = ["gate"]']
)
@pytest.mark.parametrize("more", ["", DECIDED])
def test_the_gate_does_not_approve_of_itself(
    trusting: Trusting, keys: Keys, decided: Bundle, who: str, more: str
) -> None:
    trust = trusting(f"{SIGNERS}{APPROVED}{who}\n{more}")
    outcome = next(
        one for one in judged(trust, decided, approves(keys, "gate", decided)).outcomes if one.rule.name == "approved"
    )
    assert outcome.failure is not None
    assert "the author does not count as approver" in outcome.failure.message


def test_others_approve_of_what_the_gate_decided(trusting: Trusting, keys: Keys, decided: Bundle) -> None:
    for text in (BY_ROLE, BY_ROLE + DECIDED, f'{SIGNERS}{APPROVED}signers = ["gate", "ann"]\n'):
        assert judged(trusting(text), decided, approves(keys, "ann", decided)).failure is None


@pytest.mark.parametrize("kind", [DECISION, VSA, PROVENANCE_V1])
def test_who_withholds_his_own_work_is_its_author_all_the_same(
    trusting: Trusting, keys: Keys, decided: Bundle, kind: str
) -> None:
    """Eve may make or judge such subjects, and so may not approve of them; others she may."""
    more = f'verifier = "{GATE}"' if kind == VSA else ""
    rule = f'[[rule]]\nname = "made"\nsubject = ["app-*"]\npredicate = ["{kind}"]\nsigners = ["gate", "eve"]\n{more}\n'
    outcomes = judged(trusting(BY_ROLE + rule), decided, approves(keys, "eve", decided)).outcomes
    assert outcomes[0].failure is not None
    assert outcomes[0].failure.step == "author"
    elsewhere = rule.replace("app-*", "tool-*")
    assert judged(trusting(BY_ROLE + elsewhere), decided, approves(keys, "eve", decided)).failure is None
    made = keys["eve"].sign(statement(kind, {DECISION: decision(), VSA: summary()}.get(kind, provenance())))
    assert (
        failure(judged(trusting(BY_ROLE + elsewhere), decided, made, approves(keys, "eve", decided))).step == "author"
    )


@pytest.mark.parametrize(
    "kind",
    [
        "https://slsa.dev/provenance/v0.1",
        "https://slsa.dev/provenance/v1.1",
        "https://in-toto.io/Provenance/v0.1",
        "https://in-toto.io/Link/v1",
        "https://slsa.dev/verification_summary/v2",
        "urn:gatekeeper:decision:v2",
    ],
)
def test_authorship_has_any_version(trusting: Trusting, keys: Keys, decided: Bundle, kind: str) -> None:
    """What cannot be read is signed all the same, and by a rule that asks for it even if it is withheld."""
    approved, made = approves(keys, "ann", decided), keys["ann"].sign(statement(kind, {}))
    assert failure(judged(trusting(BY_ROLE), decided, approved, made)).step == "author"
    rule = f'{RULE}predicate = ["{kind}"]\nsigners = ["ann", "gate"]\n'
    if "verification_summary" not in kind:
        outcomes = judged(trusting(BY_ROLE + rule), decided, approved).outcomes
        assert outcomes[0].failure is not None
        assert outcomes[0].failure.step == "author"


@pytest.mark.parametrize(
    "rule",
    [
        f'predicate = ["{APPROVAL}", "{DECISION}"]\nrole = "reviewer"\n',
        f'predicate = ["{APPROVAL}", "{DECISION}"]\nsigners = ["ann", "gate"]\nthreshold = 2\n',
        f'predicate = ["urn:example:review", "{PROVENANCE_V1}"]\nrole = "reviewer"\n',
        f'predicate = ["{APPROVAL}", "https://in-toto.io/Link/v1"]\nsigners = ["ann"]\n',
    ],
)
def test_a_rule_does_not_ask_for_work_or_approval_of_it(trusting: Trusting, rule: str) -> None:
    with pytest.raises(SettingsError, match="asks for what authors sign") as raised:
        trusting(f"{SIGNERS}{RULE}{rule}")
    assert raised.value.hint == "make two rules of it: both must hold then"


def test_an_approval_of_what_is_withheld_does_not_count(trusting: Trusting, keys: Keys, decided: Bundle) -> None:
    trust = trusting(BY_ROLE)
    again = keys["gate"].sign(statement(DECISION, decision(policies="cd" * 32)))
    approved = approves(keys, "ann", decided)
    for others in ([], [again], [keys["gate"].sign(statement(VSA, summary()))]):
        refused = failure(judged(trust, approved, *others))
        assert "approves of a decision that is not there" in refused.message
        assert refused.step == "approval"


def test_a_decision_is_of_whom_the_file_lets_decide(trusting: Trusting, keys: Keys, decided: Bundle) -> None:
    """Eve is a signer, and no gate: approving of her decision is approving of nothing."""
    eves = keys["eve"].sign(statement(DECISION, decision()))
    approved = approves(keys, "ann", eves)
    assert failure(judged(trusting(BY_ROLE + DECIDED), decided, eves, approved)).step == "approval"
    assert judged(trusting(BY_ROLE), decided, eves, approved).failure is None


@pytest.mark.parametrize(
    "changed",
    [
        {"verdict": "WARN"},
        {"stage": "build"},
        {"policies": {"digest": {"sha256": "cd" * 32}}},
        {"policies": {}},
        {"digest": {"sha512": "ab" * 64}},
        {"role": "owner"},
        {"role": ""},
    ],
)
def test_it_says_what_was_decided_and_in_the_role_that_is_asked(
    trusting: Trusting, keys: Keys, decided: Bundle, changed: dict[str, Json]
) -> None:
    approved = approves(keys, "ann", decided, **{"role": "reviewer", **changed})
    assert failure(judged(trusting(BY_ROLE), decided, approved)).step in ("approval", "statement")


@pytest.mark.parametrize("said", [{}, decision("FAIL"), {"decision": []}, {**decision(), "policies": 1}])
def test_what_rejects_or_cannot_be_read_is_not_approved(trusting: Trusting, keys: Keys, said: Json) -> None:
    decided = keys["gate"].sign(statement(DECISION, said))
    for verdict in ("PASS", "FAIL"):
        approved = approves(keys, "ann", decided, verdict=verdict)
        assert failure(judged(trusting(BY_ROLE), decided, approved)).step == "approval"


def test_two_persons_approve_of_one_decision(trusting: Trusting, keys: Keys, decided: Bundle) -> None:
    trust = trusting(f"{BY_ROLE}threshold = 2\n")
    other = keys["gate"].sign(statement(DECISION, decision(policies="cd" * 32)))
    approvals = [approves(keys, name, decided) for name in ("ann", "bob")]
    for order in itertools.permutations([decided, other, *approvals]):
        assert judged(trust, *order).failure is None
    assert failure(judged(trust, decided, *approvals[:1], approves(keys, "gate", decided))).step == "threshold"
    of_another = approves(keys, "bob", other, policies={"digest": {"sha256": "cd" * 32}})
    refused = failure(judged(trust, decided, other, approvals[0], of_another))
    assert (refused.step, refused.found) == ("threshold", "ann")
