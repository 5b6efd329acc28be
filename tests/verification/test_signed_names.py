"""What is signed as something stays that: no rule is left by renaming or moving a file."""

from __future__ import annotations

import time

import pytest

from gatekeeper.attest.signers import KeySigner
from gatekeeper.formats.predicates import VSA
from gatekeeper.formats.sigstore.bundle import Bundle
from gatekeeper.formats.statement import Statement
from gatekeeper.formats.statement import Subject as StatedSubject
from gatekeeper.verification.subjects.base import Subject
from tests.verification.trust.fixtures import Trusting, instance, keys, trusting
from tests.verification.trust.instance import DIGEST
from tests.verification.trust.verdicts import APPROVAL, GATE, failure, judged, summary

__all__ = ["instance", "keys", "trusting"]

Keys = dict[str, KeySigner]
MODEL = "model-1.bin"
TRUST = f"""
[[signer]]
name = "gate"
authority = "gate"
[[signer]]
name = "ann"
authority = "ann"
[[rule]]
name = "all"
subject = ["**"]
predicate = ["{VSA}"]
signers = ["gate"]
verifier = "{GATE}"
[[rule]]
name = "models"
subject = ["model-*", "pkg:npm/*@*"]
predicate = ["{APPROVAL}"]
signers = ["ann"]
"""


def called(name: str) -> Subject:
    return Subject(f"file:{name}", name, {"sha256": DIGEST})


def signed(signer: KeySigner, kind: str, *names: str, digest: str = DIGEST, uri: str = "") -> Bundle:
    subjects = tuple(StatedSubject(name, {"sha256": digest}, uri) for name in names)
    return signer.sign(Statement(subjects, kind, summary() if kind == VSA else {}))


@pytest.mark.parametrize("now", [MODEL, "Model-1.bin", "sub/model-1.bin", "weights", "config-1.bin", "модель"])
@pytest.mark.parametrize("then", [MODEL, "dist/model-1.bin", "pkg:npm/app@1.0.0"])
def test_its_lane_is_that_of_every_name(trusting: Trusting, keys: Keys, now: str, then: str) -> None:
    trust = trusting(TRUST)
    passed = signed(keys["gate"], VSA, then)
    refused = failure(judged(trust, passed, subject=called(now)))
    assert "models: nothing of this kind that counts" in refused.message
    approved = signed(keys["ann"], APPROVAL, then)
    assert judged(trust, passed, approved, subject=called(now)).failure is None


def test_a_refusal_says_by_which_name(trusting: Trusting, keys: Keys) -> None:
    refused = failure(judged(trusting(TRUST), signed(keys["gate"], VSA, MODEL), subject=called("weights")))
    assert refused.message.startswith("it is signed as model-1.bin: models: ")


def test_it_is_that_of_the_folder_where_it_lies_too(trusting: Trusting, keys: Keys) -> None:
    """Nobody signed that it is a model: it is called so."""
    passed = signed(keys["gate"], VSA, "weights")
    assert judged(trusting(TRUST), passed, subject=called("weights")).failure is None
    assert failure(judged(trusting(TRUST), passed, subject=called("sub/model-2.bin"))).step == "predicate type"


@pytest.mark.parametrize("scheme", ["oci://", "oci-layout:"])
def test_the_path_of_an_image_is_its_name(trusting: Trusting, keys: Keys, scheme: str) -> None:
    """Copied to another registry it keeps its rules; those about files of its last part are none of it."""
    trust = trusting(TRUST.replace("model-*", "ghcr.io/acme/models/*").replace("pkg:npm/*@*", "shop"))
    copied = Subject(f"{scheme}mirror.example/shop", "mirror.example/shop", {"sha256": DIGEST})
    model, shop = (signed(keys["gate"], VSA, f"ghcr.io/acme/{name}") for name in ("models/m", "shop"))
    assert "signed as ghcr.io/acme/models/m" in failure(judged(trust, model, subject=copied)).message
    assert judged(trust, shop, subject=copied).failure is None


def test_one_of_several_names_is_enough(trusting: Trusting, keys: Keys) -> None:
    passed = signed(keys["gate"], VSA, "weights", "a", MODEL)
    assert failure(judged(trusting(TRUST), passed, subject=called("a"))).step == "predicate type"
    by_uri = keys["gate"].sign(
        Statement((StatedSubject("a", {"sha256": DIGEST}, f"https://example.com/{MODEL}"),), VSA, summary())
    )
    assert failure(judged(trusting(TRUST), by_uri, subject=called("a"))).step == "predicate type"


def test_other_artifacts_and_strangers_name_nothing(trusting: Trusting, keys: Keys) -> None:
    passed = keys["gate"].sign(
        Statement(
            (StatedSubject("weights", {"sha256": DIGEST}), StatedSubject(MODEL, {"sha256": "cd" * 32})), VSA, summary()
        )
    )
    stranger = signed(keys["eve"], VSA, MODEL)
    assert judged(trusting(TRUST), passed, stranger, subject=called("weights")).failure is None


def test_no_signed_name_brings_what_nobody_wrote_a_rule_for(trusting: Trusting, keys: Keys) -> None:
    trust = trusting(TRUST.replace('"**"', '"model-*"'))
    both = [signed(keys["gate"], VSA, MODEL), signed(keys["ann"], APPROVAL, MODEL)]
    assert judged(trust, *both, subject=called(MODEL)).failure is None
    assert failure(judged(trust, *both, subject=called("weights"))).step == "rule"


def test_who_may_build_a_model_does_not_approve_of_it_under_another_name(trusting: Trusting, keys: Keys) -> None:
    """Whose work a subject is, all rules about it say."""
    rule = '[[rule]]\nname = "built"\nsubject = ["model-*"]\npredicate = ["https://in-toto.io/Link/v1"]\n'
    rule += 'signers = ["ann"]\n'
    both = [signed(keys["gate"], VSA, MODEL), signed(keys["ann"], "urn:example:review", MODEL)]
    review = TRUST.replace(APPROVAL, "urn:example:review").replace('signers = ["ann"]', 'role = "reviewer"')
    trust = trusting(review.replace('authority = "ann"', 'authority = "ann"\nroles = ["reviewer"]') + rule)
    judgement = judged(trust, *both, subject=called("weights"))
    assert {one.rule.name: one.failure.step for one in judgement.outcomes if one.failure}["models"] == "author"


def test_many_names_of_one_content_take_linear_time(trusting: Trusting, keys: Keys) -> None:
    trust = trusting(TRUST)
    passed = signed(keys["gate"], VSA, *(f"f{number}" for number in range(20_000)))
    began = time.process_time()
    assert judged(trust, passed, subject=called("f1")).failure is None
    assert time.process_time() - began < 5
