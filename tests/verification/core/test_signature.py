"""Which hash goes with which key."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512, HashAlgorithm

from gatekeeper.errors import VerificationFailure
from gatekeeper.verification.core.bundles import verify_file
from gatekeeper.verification.core.messages import InMemory
from gatekeeper.verification.core.signature import verifies, verifies_message
from gatekeeper.verification.core.trust import Trust
from tests.verification.core.instance import Instance, message, with_log_v1
from tests.verification.core.issuing import CertificateLog, new_key
from tests.verification.core.kinds import DATA, OTHER
from tests.verification.core.logs import TransparencyLog

P256, P384, P521 = (ec.generate_private_key(curve) for curve in (ec.SECP256R1(), ec.SECP384R1(), ec.SECP521R1()))


@pytest.mark.parametrize(
    ("key", "algorithm", "holds"),
    [
        (P256, SHA256(), True),
        (P256, SHA384(), False),
        (P384, SHA384(), True),
        (P384, SHA256(), True),
        (P384, SHA512(), False),
        (P521, SHA512(), True),
        (P521, SHA256(), True),
        (P521, SHA384(), False),
    ],
)
def test_the_hash_of_the_curve_or_sha256(
    key: ec.EllipticCurvePrivateKey, algorithm: HashAlgorithm, holds: bool
) -> None:
    public, signature = key.public_key(), key.sign(DATA, ec.ECDSA(algorithm))
    assert verifies(public, signature, DATA) == verifies_message(public, signature, InMemory(DATA)) == holds
    for wrong in (signature[:-1], b"", signature + b"\0"):
        assert not verifies(public, wrong, DATA)
    assert not verifies(public, signature, OTHER)
    assert not verifies_message(public, signature, InMemory(OTHER))


def test_other_keys() -> None:
    key = ed25519.Ed25519PrivateKey.generate()
    assert verifies(key.public_key(), key.sign(DATA), DATA)
    assert not verifies(key.public_key(), key.sign(DATA), OTHER)


class OnlySha256(InMemory):
    """A file of which only its sha256 is known."""

    def digest(self, algorithm: str) -> bytes:
        if algorithm != "sha256":
            raise VerificationFailure(algorithm, step="subject")
        return super().digest(algorithm)


def test_a_digest_is_enough_where_it_is_the_one_that_was_signed() -> None:
    assert verifies_message(P384.public_key(), P384.sign(DATA, ec.ECDSA(SHA256())), OnlySha256(DATA))
    with pytest.raises(VerificationFailure, match="sha384"):
        verifies_message(P384.public_key(), P384.sign(DATA, ec.ECDSA(SHA384())), OnlySha256(DATA))


@pytest.mark.parametrize("key", [P384, P521], ids=["P-384", "P-521"])
def test_logs_sign_sha256_whatever_their_curve(key: ec.EllipticCurvePrivateKey) -> None:
    """RFC 6962 has no other hash, and Rekor v1 none either."""
    instance = Instance(ct_log=CertificateLog(key), log_v1=TransparencyLog(key))
    signer = instance.keyless(new_key())
    bundle = with_log_v1(instance, signer, message(signer, DATA))
    assert verify_file(bundle, Trust(instance.root()), InMemory(DATA)).logs
    stranger = Trust(Instance(log_v1=instance.log_v1).root())
    with pytest.raises(VerificationFailure) as caught:
        verify_file(bundle, stranger, InMemory(DATA))
    assert caught.value.step == "certificate"
