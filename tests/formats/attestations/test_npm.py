from __future__ import annotations

from gatekeeper.formats.attestations.base import Attestation
from gatekeeper.formats.attestations.reading import read
from gatekeeper.formats.sigstore.bundle import Bundle
from tests.formats.attestations.samples import bundle, chain, encoded

SIGNER, AUTHORITY, ROOT = chain()


def certificates(attestation: Attestation) -> tuple[bytes, ...]:
    assert isinstance(attestation.content, Bundle)
    return attestation.content.certificates


def test_only_npm_s_bundles_may_carry_their_root() -> None:
    sent = bundle(chain=(SIGNER, AUTHORITY, ROOT), version="0.1")
    npm = {"attestations": [{"predicateType": "any", "bundle": sent}]}
    for document, with_root in ((npm, True), (sent, False), ({"attestations": [{"bundle": sent}]}, False)):
        (found,) = read("x", encoded(document))
        assert certificates(found) == (SIGNER, AUTHORITY, ROOT)
        assert found.with_root == with_root


def test_a_digest_is_of_the_bundle_and_not_of_what_stands_beside_it() -> None:
    member = {"bundle": bundle(key=True)}
    digests = [
        read("x", encoded({"attestations": [{"predicateType": kind, **member}]}))[0].sha256 for kind in ("one", "two")
    ]
    assert digests[0] == digests[1]
