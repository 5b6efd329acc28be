"""Public keys and their signatures."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from gatekeeper.crypto import public_keys

P256 = """-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE2G2Y+2tabdTV5BcGiBIx0a9fAFwr
kBbmLSGtks4L3qX6yYY0zufBnhC8Ur/iy55GhWP/9A/bY2LhC30M9+RYtw==
-----END PUBLIC KEY-----
"""


def spki(key: PublicKeyTypes, encoding: Encoding = Encoding.DER) -> bytes:
    return key.public_bytes(encoding, PublicFormat.SubjectPublicKeyInfo)


def test_the_id_of_sigstore_s_log_is_the_digest_of_its_key() -> None:
    key = public_keys.load(P256.encode())
    assert public_keys.hint(key) == "wNI9atQGlz+VWfO6LRygH4QUfY/8W4RFwiT5i5WRgB0="
    assert public_keys.hash_name(key) == "sha256"
    assert public_keys.load_der(public_keys.der(key)) == key


@pytest.mark.parametrize(
    ("key", "name"),
    [
        (ec.generate_private_key(ec.SECP384R1()), "sha384"),
        (ec.generate_private_key(ec.SECP521R1()), "sha512"),
        (rsa.generate_private_key(65537, 2048), "sha256"),
        (ed25519.Ed25519PrivateKey.generate(), ""),
    ],
)
def test_the_hash_that_goes_with_a_key(
    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey, name: str
) -> None:
    assert public_keys.hash_name(public_keys.load(spki(key.public_key(), Encoding.PEM))) == name


@pytest.mark.parametrize(
    "key",
    [
        rsa.generate_private_key(65537, 1024).public_key(),
        ec.generate_private_key(ec.SECP256K1()).public_key(),
        ec.generate_private_key(ec.SECP224R1()).public_key(),
        ed448.Ed448PrivateKey.generate().public_key(),
    ],
    ids=["RSA 1024", "secp256k1", "P-224", "Ed448"],
)
def test_keys_that_are_not_supported(key: PublicKeyTypes) -> None:
    for load, encoding in ((public_keys.load, Encoding.PEM), (public_keys.load_der, Encoding.DER)):
        with pytest.raises(public_keys.UnsupportedKey, match="neither ECDSA"):
            load(spki(key, encoding))


def test_a_key_of_an_unknown_algorithm() -> None:
    with pytest.raises(public_keys.UnsupportedKey):
        public_keys.load_der(bytes.fromhex("300b300506032a0304030200ff"))


@pytest.mark.parametrize("junk", [b"", b"junk", b"-----BEGIN PUBLIC KEY-----", P256.replace("MFkw", "MFkx").encode()])
def test_what_is_no_key(junk: bytes) -> None:
    with pytest.raises(ValueError, match="no public key"):
        public_keys.load(junk)
    with pytest.raises(ValueError, match="no public key"):
        public_keys.load_der(junk)


def test_old_rsa_keys_without_an_algorithm_around_them() -> None:
    key = rsa.generate_private_key(65537, 2048).public_key()
    assert public_keys.load_der(key.public_bytes(Encoding.DER, PublicFormat.PKCS1)) == key


def test_a_signature_by_a_hash_of_another_curve_does_not_hold() -> None:
    key = ec.generate_private_key(ec.SECP384R1())
    assert not public_keys.verifies(key.public_key(), key.sign(b"x", ec.ECDSA(SHA256())), b"x")


@pytest.mark.parametrize("length", [0, 1, 63, 64, 65, 256, 1000])
def test_signatures_of_any_length_only_do_not_hold(length: int) -> None:
    for key in (
        public_keys.load(P256.encode()),
        ed25519.Ed25519PrivateKey.generate().public_key(),
        rsa.generate_private_key(65537, 2048).public_key(),
    ):
        assert not public_keys.verifies(key, b"\1" * length, b"x")
