"""Whose an attestation is: what formats add to a bundle."""

from __future__ import annotations

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from gatekeeper.errors import VerificationFailure
from gatekeeper.formats.predicates import PROVENANCE_V1
from gatekeeper.verification.trust.attribution import attribute
from tests.verification.trust.fixtures import Trusting
from tests.verification.trust.instance import Instance, attestation, statement
from tests.verification.trust.verdicts import provenance

RULE = f'[[rule]]\nname = "r"\nsubject = ["**"]\npredicate = ["{PROVENANCE_V1}"]\nsigners = ["ci"]\n'


def test_a_root_that_comes_along_counts_only_where_the_format_has_one(instance: Instance, trusting: Trusting) -> None:
    """It is dropped, never believed: the trust file's own is the anchor."""
    trust = trusting(RULE)
    bundle = instance.sign(statement(PROVENANCE_V1, provenance()))
    chain = (*bundle.certificates, instance.authority.public_bytes(Encoding.DER))
    one = replace(attestation("a", replace(bundle, certificates=chain)), with_root=True)
    (found,) = attribute(one, trust, None)
    assert [signer.name for signer in found.signers] == ["ci"]
    with pytest.raises(VerificationFailure, match="brings a root certificate"):
        attribute(replace(one, with_root=False), trust, None)
    stranger = Instance().authority.public_bytes(Encoding.DER)
    foreign = replace(attestation("b", replace(bundle, certificates=(*bundle.certificates, stranger))), with_root=True)
    assert attribute(foreign, trust, None)
