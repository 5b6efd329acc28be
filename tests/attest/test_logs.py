from __future__ import annotations

import json
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from gatekeeper.attest import logs
from gatekeeper.crypto import public_keys
from gatekeeper.crypto.public_keys import PublicKey
from gatekeeper.errors import GatekeeperError, UsageError
from gatekeeper.formats import base64
from gatekeeper.formats.sigstore.log_entry import LogEntry
from tests.services.sigstore import SigstoreStack
from tests.services.stub import closed_url, stub

NAME = r"the transparency log \(http://127.0.0.1:\d+\)"
KEY = ec.generate_private_key(ec.SECP256R1())
DIGEST = sha256(b"hello").digest()
SIGNATURE = KEY.sign(b"hello", ec.ECDSA(SHA256()))


def record(url: str, signature: bytes = SIGNATURE) -> LogEntry:
    return logs.submit(url, logs.request(DIGEST, signature, KEY.public_key()))


@pytest.mark.services
def test_a_real_log_records_the_signature_of_a_key(sigstore_stack: SigstoreStack) -> None:
    entry = record(sigstore_stack.rekor)
    assert (entry.kind, entry.kind_version, entry.promise) == ("hashedrekord", "0.0.2", b"")
    assert entry.proof is not None
    assert entry.proof.checkpoint.startswith("127.0.0.1\n")
    recorded = json.loads(entry.body)["spec"]["hashedRekordV002"]
    assert recorded["data"]["digest"] == base64.encode(DIGEST)
    assert recorded["signature"]["verifier"]["publicKey"]["rawBytes"] == base64.encode(
        public_keys.der(KEY.public_key())
    )


@pytest.mark.services
def test_a_real_log_refuses_a_signature_that_does_not_hold(sigstore_stack: SigstoreStack) -> None:
    with pytest.raises(GatekeeperError, match=f"{NAME} refused \\(status 400\\): invalid hashedrekord request"):
        record(sigstore_stack.rekor, SIGNATURE[:-1] + bytes([SIGNATURE[-1] ^ 1]))


def test_the_log_is_down() -> None:
    with pytest.raises(GatekeeperError, match=f"{NAME} did not answer") as caught:
        record(closed_url())
    assert "nothing was written" in caught.value.hint


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"<html>",
        b"[]",
        b"{}",
        b'{"logIndex": "1", "logIndex": "2"}',
        b'{"logIndex": 1}',
        b"[" * 100_000,
        b'{"logIndex": "1", "unknown": ""}',
    ],
)
def test_what_is_no_entry_is_refused(answer: bytes) -> None:
    with stub(body=answer) as server, pytest.raises(GatekeeperError, match=f"{NAME} answered with no entry"):
        record(server.url)


@pytest.mark.parametrize(
    ("key", "details"),
    [
        (ec.generate_private_key(ec.SECP384R1()).public_key(), "PKIX_ECDSA_P384_SHA_384"),
        (rsa.generate_private_key(65537, 2048).public_key(), "PKIX_RSA_PKCS1V15_2048_SHA256"),
    ],
)
def test_the_log_is_told_the_algorithm(key: PublicKey, details: str) -> None:
    asked = logs.request(DIGEST, SIGNATURE, key)["hashedRekordRequestV002"]
    assert asked["signature"]["verifier"]["keyDetails"] == details


@pytest.mark.parametrize(
    "key", [ed25519.Ed25519PrivateKey.generate().public_key(), rsa.generate_private_key(65537, 2304).public_key()]
)
def test_keys_that_no_log_takes_are_refused_before_it_is_asked(key: PublicKey) -> None:
    with pytest.raises(UsageError, match="a transparency log takes no") as caught:
        logs.request(DIGEST, SIGNATURE, key)
    assert "without a log" in caught.value.hint
