from __future__ import annotations

import pytest

from gatekeeper.formats.attestations.base import Attestation
from gatekeeper.formats.attestations.reading import read
from gatekeeper.formats.sigstore.bundle import Bundle
from tests.formats.attestations.samples import bundle, chain, encoded

SIGNER, AUTHORITY, ROOT = chain()


def certificates(attestation: Attestation) -> tuple[bytes, ...]:
    assert isinstance(attestation.content, Bundle)
    return attestation.content.certificates


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ((SIGNER, AUTHORITY, ROOT), (SIGNER, AUTHORITY)),
        ((SIGNER, AUTHORITY), (SIGNER, AUTHORITY)),
        # Only the last one can be an anchor; elsewhere the verifier shall see it.
        ((SIGNER, ROOT, AUTHORITY), (SIGNER, ROOT, AUTHORITY)),
        ((ROOT,), (ROOT,)),
        ((SIGNER, b"no certificate"), (SIGNER, b"no certificate")),
    ],
)
def test_the_root_that_old_bundles_carry_is_dropped(sent: tuple[bytes, ...], kept: tuple[bytes, ...]) -> None:
    member = {"predicateType": "any", "bundle": bundle(chain=sent, version="0.1")}
    (found,) = read("x", encoded({"attestations": [member]}))
    assert certificates(found) == kept


def test_only_npm_s_bundles_lose_their_root() -> None:
    sent = bundle(chain=(SIGNER, AUTHORITY, ROOT), version="0.1")
    for document in (sent, {"attestations": [{"bundle": sent}]}):
        (found,) = read("x", encoded(document))
        assert certificates(found) == (SIGNER, AUTHORITY, ROOT)


def test_a_digest_is_of_the_bundle_and_not_of_what_stands_beside_it() -> None:
    member = {"bundle": bundle(key=True)}
    digests = [
        read("x", encoded({"attestations": [{"predicateType": kind, **member}]}))[0].sha256 for kind in ("one", "two")
    ]
    assert digests[0] == digests[1]
