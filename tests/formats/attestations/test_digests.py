from __future__ import annotations

import dataclasses
import json
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from gatekeeper.attest.signers import KeySigner
from gatekeeper.formats.attestations.digests import digests, signed_digest, written_digest
from gatekeeper.formats.attestations.reading import read
from gatekeeper.formats.dsse import EnvelopeSignature
from gatekeeper.formats.sigstore.bundle import Bundle, MessageSignature
from gatekeeper.formats.statement import Statement, Subject

ORDER_OF_P256 = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
KEY = generate_private_key(SECP256R1())
STATEMENT = Statement((Subject("app", {"sha256": "ab" * 32}),), "urn:example:p", {"a": 1})
BUNDLE = KeySigner(KEY).sign(STATEMENT).encode()
PARSED = json.loads(BUNDLE)
OTHER_WAYS = {
    "a line more": BUNDLE + b"\n",
    "spaces": json.dumps(PARSED, indent=1).encode(),
    "another order": json.dumps(dict(reversed(PARSED.items()))).encode(),
    "GitHub's list": json.dumps({"attestations": [{"bundle": PARSED, "repository_id": 1}]}).encode(),
    "the envelope alone": json.dumps(PARSED["dsseEnvelope"]).encode(),
}


@pytest.mark.parametrize("way", OTHER_WAYS)
def test_however_it_is_written_what_is_signed_is_the_same(way: str) -> None:
    (first,), (other,) = read("a", BUNDLE), read("b", OTHER_WAYS[way])
    assert first.sha256 == sha256(BUNDLE).hexdigest()
    assert signed_digest(other) == signed_digest(first) == sha256(STATEMENT.encode()).hexdigest()
    assert written_digest(other) == (first.sha256 if isinstance(other.content, Bundle) else "")
    assert digests(other) == (other.sha256, signed_digest(first))


def test_another_signature_of_a_statement_changes_nothing() -> None:
    """Whoever holds several signatures of a statement could leave some out, or make one anew from an old one."""
    (one,) = read("a", BUNDLE)
    assert isinstance(one.content, Bundle)
    envelope = one.content.envelope
    r, s = decode_dss_signature(envelope.signatures[0].signature)
    other = EnvelopeSignature(encode_dss_signature(r, ORDER_OF_P256 - s))
    for signatures in ((other,), (*envelope.signatures, other)):
        changed = dataclasses.replace(one, content=dataclasses.replace(envelope, signatures=signatures))
        assert signed_digest(changed) == signed_digest(one)


def test_a_signature_over_a_file_goes_by_what_only_its_maker_can_make() -> None:
    (one,) = read("a", KeySigner(KEY).sign_file(b"app").encode())
    assert isinstance(one.content, Bundle)
    message = one.content.content
    assert isinstance(message, MessageSignature)

    def digest_of(signature: bytes) -> str:
        return signed_digest(dataclasses.replace(one, content=Bundle(MessageSignature(signature))))

    r, s = decode_dss_signature(message.signature)
    assert digest_of(encode_dss_signature(r, ORDER_OF_P256 - s)) == signed_digest(one)
    assert digest_of(KEY.sign(b"app", ECDSA(SHA256()))) != signed_digest(one)
    edwards = Ed25519PrivateKey.generate().sign(b"app")
    assert digest_of(edwards) == sha256(edwards).hexdigest()
    assert digest_of(b"") == sha256(b"").hexdigest()
