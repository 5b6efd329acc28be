from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
)

from gatekeeper.attest.keys import new_key_pair
from gatekeeper.attest.securesystems import DISTRIBUTION, EXTRAS, load_uri_signer, shown
from gatekeeper.crypto import public_keys
from gatekeeper.errors import UsageError
from gatekeeper.formats.sigstore.bundle import Bundle
from gatekeeper.verification.core.bundles import verify_bundle, verify_file
from gatekeeper.verification.core.messages import InMemory
from gatekeeper.verification.core.trust import Need, Trust
from tests.attest.samples import STATEMENT
from tests.services.hsm import PIN, Token

PASSWORD = b"correct horse battery staple"
KEYS: dict[str, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey] = {
    "p256": ec.generate_private_key(ec.SECP256R1()),
    "p384": ec.generate_private_key(ec.SECP384R1()),
    "rsa": rsa.generate_private_key(65537, 2048),
    "ed25519": ed25519.Ed25519PrivateKey.generate(),
}
P256 = public_keys.supported(KEYS["p256"].public_key())


def no_secret() -> bytes:
    raise AssertionError("nobody should ask for a secret")


def key_file(path: Path, kind: str, encryption: KeySerializationEncryption | None = None) -> Path:
    path.write_bytes(KEYS[kind].private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption or NoEncryption()))
    return path


def holds(bundle: Bundle, key: public_keys.PublicKey, data: bytes | None = None) -> bool:
    trust = Trust(key=key, log=Need.ABSENT, timestamp=Need.ABSENT)
    decoded = Bundle.decode(bundle.encode())
    signed = verify_bundle(decoded, trust) if data is None else verify_file(decoded, trust, InMemory(data))
    return signed.signer.key == key


@pytest.mark.parametrize("kind", KEYS)
def test_keys_in_files(tmp_path: Path, kind: str) -> None:
    public = public_keys.supported(KEYS[kind].public_key())
    signer = load_uri_signer(f"file2:{key_file(tmp_path / 'key', kind)}", public, no_secret)
    assert holds(signer.sign(STATEMENT), public)
    assert holds(signer.sign_file(b"hello"), public, b"hello")


def test_encrypted_keys_in_files(tmp_path: Path) -> None:
    file = key_file(tmp_path / "key", "p384", BestAvailableEncryption(PASSWORD))
    public = public_keys.supported(KEYS["p384"].public_key())
    assert holds(load_uri_signer(f"file2:{file}", public, lambda: PASSWORD).sign(STATEMENT), public)
    with pytest.raises(UsageError, match="the password is wrong") as caught:
        load_uri_signer(f"file2:{file}", public, lambda: b"a guess")
    assert "guess" not in str(caught.value)


def test_our_own_key_files(tmp_path: Path) -> None:
    private, public_file = new_key_pair(tmp_path / "release.key", "p256", lambda: PASSWORD)
    public = public_keys.load(public_file.read_bytes())
    assert holds(load_uri_signer(f"file2:{private}", public, lambda: PASSWORD).sign(STATEMENT), public)


def test_another_public_key_is_refused(tmp_path: Path) -> None:
    file = key_file(tmp_path / "key", "p256")
    other = ec.generate_private_key(ec.SECP256R1()).public_key()
    with pytest.raises(UsageError, match="is not the key of the given public key"):
        load_uri_signer(f"file2:{file}", other, no_secret)


@pytest.mark.parametrize(
    "uri", ["file:key", "gnupg:ABC", "sigstore:", "hsm", "https://kms.example/key", "/some/key", ""]
)
def test_uris_of_other_kinds_are_refused(uri: str) -> None:
    with pytest.raises(UsageError, match="is no key that can be signed with"):
        load_uri_signer(uri, P256, no_secret)


def test_curves_that_securesystemslib_does_not_sign_with() -> None:
    with pytest.raises(UsageError, match="neither ECDSA"):
        load_uri_signer("file2:key", ec.generate_private_key(ec.SECP521R1()).public_key(), no_secret)


@pytest.mark.parametrize(
    ("uri", "extra"),
    [
        ("hv:release/1", "vault"),
        ("awskms:arn:aws:kms:eu-central-1:111122223333:key/1", "aws"),
        ("gcpkms:projects/p/locations/l/keyRings/r/cryptoKeys/k/cryptoKeyVersions/1", "gcp"),
        ("azurekms://vault.vault.azure.net/keys/k/1", "azure"),
    ],
)
def test_a_library_that_is_not_installed_is_named(uri: str, extra: str) -> None:
    with pytest.raises(UsageError) as caught:
        signer = load_uri_signer(uri, P256, no_secret)
        signer.sign(STATEMENT)
    assert uri in caught.value.message
    assert caught.value.hint == f"pip install 'gatekeeper-ci[{extra}]'"


def test_the_extras_are_those_of_the_distribution() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]
    assert project["name"] == DISTRIBUTION
    assert set(project["optional-dependencies"]) == {extra for extra in EXTRAS.values() if extra}


def test_messages_show_no_credentials() -> None:
    assert shown("azurekms://user:secret@vault.example/keys/k?code=1") == "azurekms://vault.example/keys/k"
    assert shown("hv:https://user:sec@ret@vault.example/key") == "hv:https://vault.example/key"
    assert shown("hsm:2?label=gk") == "hsm:2?label=gk"
    assert shown("hsm:2?pin=1234") == "hsm:2"
    assert set(EXTRAS) == {"file2", "hsm", "hv", "awskms", "gcpkms", "azurekms"}


def test_a_token_needs_to_know_its_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYKCS11LIB", "/nowhere/lib.so")
    with pytest.raises(UsageError, match="PYKCS11LIB names no file"):
        load_uri_signer("hsm:2", P256, no_secret)


@pytest.mark.services
@pytest.mark.parametrize("key_id", [2, 3])
def test_keys_in_a_token(hsm: Token, key_id: int) -> None:
    public = hsm.public_key(key_id)
    signer = load_uri_signer(hsm.uri(key_id), public, PIN.encode)
    assert holds(signer.sign(STATEMENT), public)
    assert holds(signer.sign_file(b"hello"), public, b"hello")


@pytest.mark.services
def test_a_wrong_pin_is_told_and_not_shown(hsm: Token) -> None:
    signer = load_uri_signer(hsm.uri(), hsm.public_key(), lambda: b"9999")
    with pytest.raises(UsageError, match=r"hsm:2\?label=gk cannot sign: PinIncorrect") as caught:
        signer.sign(STATEMENT)
    assert "9999" not in caught.value.message + caught.value.hint


@pytest.mark.services
def test_a_token_with_another_key(hsm: Token) -> None:
    with pytest.raises(UsageError, match="is not the one of the given public key"):
        load_uri_signer(hsm.uri(), P256, PIN.encode).sign(STATEMENT)


@pytest.mark.services
@pytest.mark.parametrize("uri", ["hsm:9?label=gk", "hsm:2?label=other", "hsm:two"])
def test_keys_that_are_not_there(hsm: Token, uri: str) -> None:
    with pytest.raises(UsageError, match=r"the key hsm:.* cannot"):
        load_uri_signer(uri, P256, PIN.encode).sign(STATEMENT)
