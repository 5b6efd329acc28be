"""Who is one person: one identity or one key, whatever names and authorities the trust file gives it."""

from __future__ import annotations

from hashlib import sha256
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatekeeper.attest.signers import KeySigner
from gatekeeper.errors import SettingsError
from gatekeeper.formats.predicates import DECISION, PROVENANCE_V1
from gatekeeper.formats.sigstore.bundle import Bundle
from gatekeeper.verification.evidence import evidence_of
from gatekeeper.verification.trust.explaining import notes
from gatekeeper.verification.trust.persons import distinct
from tests.verification.trust.fixtures import Trusting
from tests.verification.trust.instance import Instance, statement
from tests.verification.trust.verdicts import APPROVAL, RULE, approval, decision, failure, judged, provenance

ISSUER = "https://login.acme.example"
ANN, BOB = "ann@acme.example", "bob@acme.example"
TWO = f'{RULE}predicate = ["{APPROVAL}"]\nrole = "reviewer"\nthreshold = 2\n'


def again(instance: Instance) -> str:
    """The same Sigstore under another name."""
    return f"""
[[authority]]
name = "again"
root = "root.json"
sha256 = "{sha256(instance.root()).hexdigest()}"
sct = "absent"
"""


def signer(name: str, authority: str, identity: str, more: str = "", issuer: str = ISSUER) -> str:
    return (
        f'[[signer]]\nname = "{name}"\nauthority = "{authority}"\nissuer = "{issuer}"\nidentity = "{identity}"\n'
        f'roles = ["reviewer"]\n{more}\n'
    )


def approved(instance: Instance, identity: str, issuer: str = ISSUER) -> Bundle:
    return instance.sign(statement(APPROVAL, {}), identity, issuer, {})


def test_one_identity_under_two_names_is_one_person(instance: Instance, trusting: Trusting) -> None:
    """Each of the two signatures counts under another name, for they claim different things."""
    text = f"""
{again(instance)}
{signer("ann", "sigstore", ANN, 'claims = { source_repository_id = "1" }')}
{signer("a", "again", "a*@acme.example", 'claims = { source_repository_id = "2" }')}
{signer("bob", "again", BOB)}
{TWO}"""
    trust = trusting(text)
    kind = statement(APPROVAL, {})
    anns = [instance.sign(kind, ANN, ISSUER, {"source_repository_id": number}) for number in ("1", "2")]
    assert [judged(trust, one).counted[0].signers[0].name for one in anns] == ["ann", "a"]
    assert failure(judged(trust, *anns)).step == "threshold"
    for one in anns:
        assert judged(trust, one, approved(instance, BOB)).failure is None
    # Policies that count persons see one, too.
    evidence = evidence_of([judged(trusting(text.replace("threshold = 2", "")), *anns)], ())
    (subject,) = evidence.subjects
    signers = [signer for one in subject.statements for signer in one.signers]
    assert {signer.name for signer in signers} == {"ann", "a"}
    assert {signer.person for signer in signers} == {"a"}


def test_the_file_cannot_call_one_identity_two_persons(instance: Instance, trusting: Trusting) -> None:
    text = again(instance) + signer("ann", "sigstore", ANN) + "{0}" + TWO
    with pytest.raises(SettingsError, match="is the same as ann, but another person"):
        trusting(text.replace("{0}", signer("ann-old", "again", ANN)))
    workflow = "https://github.com/acme/app/.github/workflows/release.yml"
    split = signer("w", "sigstore", f"{workflow}@refs/heads/main") + signer(
        "v", "again", workflow, 'ref = "refs/heads/main"'
    )
    with pytest.raises(SettingsError, match="is the same as w, but another person"):
        trusting(text.replace("{0}", split))
    same = signer("b", "again", BOB) + signer("ann-old", "again", ANN, 'person = "ann"')
    assert trusting(text.replace("{0}", same))


def test_one_address_at_two_issuers_is_noted(instance: Instance, trusting: Trusting) -> None:
    """Nobody can say whether that is one person but who writes the file."""
    text = signer("ann", "sigstore", ANN) + signer("ann2", "sigstore", ANN, "{0}", "https://other.example") + TWO
    (note,) = (one for one in notes(trusting(text.replace("{0}", ""))) if "of two issuers" in one)
    assert "ann and ann2" in note
    said = trusting(text.replace("{0}", 'person = "ann"').replace("threshold = 2", ""))
    assert not any("of two issuers" in one for one in notes(said))


@pytest.mark.parametrize("kind", [DECISION, PROVENANCE_V1])
@pytest.mark.parametrize("withheld", [False, True])
def test_an_author_is_one_under_every_name(
    instance: Instance, trusting: Trusting, keys: dict[str, KeySigner], kind: str, withheld: bool
) -> None:
    """Ann built it under one name, and approves under another; her work may be left out if a rule lets her do it."""
    may = '["gate", "a"]' if withheld else '["gate"]'
    made = RULE.replace('"r"', '"made"')
    rule = f'{made}predicate = ["{kind}"]\nsigners = {may}\n'
    text = f"""
{again(instance)}
{signer("ann", "sigstore", ANN, 'claims = { source_repository_id = "1" }')}
{signer("a", "again", "a*@acme.example", 'claims = { source_repository_id = "2" }')}
{signer("bob", "again", BOB)}
[[signer]]
name = "gate"
authority = "gate"
{TWO.replace("threshold = 2", "")}
{rule}"""
    said = decision() if kind == DECISION else provenance()
    anns = instance.sign(statement(kind, said), ANN, ISSUER, {"source_repository_id": "2"})
    gates = keys["gate"].sign(statement(kind, said))
    claims = {"source_repository_id": "1"}
    by_ann, by_bob = (instance.sign(statement(APPROVAL, approval(gates)), who, ISSUER, claims) for who in (ANN, BOB))
    trust = trusting(text)
    given = [gates] if withheld else [gates, anns]
    assert next(one for one in judged(trust, *given, by_ann).outcomes if one.rule.role).failure is not None
    assert next(one for one in judged(trust, *given, by_bob).outcomes if one.rule.role).failure is None


SHOWN = st.lists(st.sampled_from([("1",), ("2",), ("3",), ("4",), ("5",), ("6",)]), max_size=2).map(tuple)


@settings(max_examples=60)
@given(st.lists(st.tuples(st.sampled_from("abcde"), SHOWN)), st.randoms())
def test_persons_are_what_shares_neither_name_nor_mark(
    signings: list[tuple[str, tuple[tuple[str], ...]]], random: Random
) -> None:
    groups: list[set[object]] = []
    for who, shown in signings:
        own = {who, *shown}
        groups = [*(one for one in groups if not one & own), own.union(*(one for one in groups if one & own))]
    random.shuffle(signings)
    assert len(distinct(signings)) == len(groups)
