"""Who signs; and what our own verification refuses leaves nobody."""

from __future__ import annotations

import dataclasses
from functools import partial
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from gatekeeper.attest.signers import KeySigner
from gatekeeper.crypto import public_keys
from gatekeeper.crypto.certificates import Identity
from gatekeeper.errors import UsageError, VerificationFailure
from gatekeeper.formats.dsse import Envelope
from gatekeeper.formats.sigstore.bundle import Bundle
from gatekeeper.formats.statement import Statement
from gatekeeper.roads.checked import CheckedSigner, checked
from gatekeeper.roads.gating import GateRequest, gate
from gatekeeper.roads.signing import SigningRequest, open_signer
from gatekeeper.verification.core.trust import Need, Trust
from tests.attest.samples import STATEMENT, clock

KEY = ec.generate_private_key(ec.SECP256R1())
TRUST = Trust(key=KEY.public_key(), log=Need.ABSENT, timestamp=Need.ABSENT)


class Liar(KeySigner):
    """Signs something else than it is given, or changes what it has signed."""

    def __init__(self, *, flip: bool) -> None:
        super().__init__(KEY)
        self._flip = flip

    def sign(self, statement: Statement) -> Bundle:
        if not self._flip:
            return super().sign(dataclasses.replace(statement, predicate={"reviewed": False}))
        bundle = super().sign(statement)
        envelope = bundle.envelope
        return dataclasses.replace(
            bundle, content=Envelope(envelope.payload_type, envelope.payload + b" ", envelope.signatures)
        )


def test_what_verifies_is_given_out() -> None:
    signer = CheckedSigner(KeySigner(KEY), TRUST)
    assert signer.sign(STATEMENT).envelope.payload == STATEMENT.encode()
    assert signer.sign_file(b"hello").key_hint == public_keys.hint(KEY.public_key())
    assert signer.identity() is None


def test_what_does_not_verify_is_not() -> None:
    with pytest.raises(VerificationFailure, match=r"what was signed does not verify: .*; nothing was written"):
        CheckedSigner(Liar(flip=True), TRUST).sign(STATEMENT)
    with pytest.raises(VerificationFailure, match="what was signed is another statement"):
        CheckedSigner(Liar(flip=False), TRUST).sign(STATEMENT)
    other = ec.generate_private_key(ec.SECP256R1())
    with pytest.raises(VerificationFailure, match="signed with another key"):
        CheckedSigner(KeySigner(other), TRUST).sign_file(b"hello")


def test_another_certificate_than_the_statement_rests_on() -> None:
    signer = CheckedSigner(KeySigner(KEY), TRUST)
    with pytest.raises(VerificationFailure, match="the certificate says something else"):
        signer.sign_as(STATEMENT, Identity("https://github.com/acme/shop"))


class Bare:
    """Neither a key of ours nor checked."""

    def sign(self, statement: Statement) -> Bundle:
        raise AssertionError("nobody should ask it")

    def sign_file(self, data: bytes) -> Bundle:
        raise AssertionError("nobody should ask it")


def test_each_road_checks_what_it_signs(tmp_path: Path) -> None:
    """Whoever calls it: a signer that lies leaves no bundle."""
    artifact = tmp_path / "app.tar.gz"
    artifact.write_bytes(b"app")
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "Dockerfile").write_text("FROM scratch\nUSER 1\n")
    for flip in (True, False):
        with pytest.raises(VerificationFailure, match="what was signed"):
            gate(GateRequest(tmp_path / "src", clock(), artifacts=(artifact,), signer=partial(Liar, flip=flip)))
    with pytest.raises(UsageError, match="what a Bare signs cannot be verified before it is written"):
        gate(GateRequest(tmp_path / "src", clock(), artifacts=(artifact,), signer=Bare))
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["app.tar.gz"]


def test_a_signer_is_checked_once() -> None:
    signer = checked(KeySigner(KEY))
    assert checked(signer) is signer
    assert signer.sign(STATEMENT).key_hint == public_keys.hint(KEY.public_key())


def never() -> bytes:
    raise AssertionError("nobody should ask for a secret")


def request(**fields: object) -> SigningRequest:
    return dataclasses.replace(SigningRequest(clock, never), **fields)  # type: ignore[arg-type]  # of many types


def test_a_key_in_a_file_with_its_public_key_may_be_of_any_kind(tmp_path: Path) -> None:
    key = rsa.generate_private_key(65537, 2048)
    private, public = tmp_path / "key.pem", tmp_path / "key.pub"
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    public.write_bytes(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    signer = open_signer(request(key=str(private), public_key=public))
    assert signer.sign(STATEMENT).key_hint == public_keys.hint(key.public_key())
    with pytest.raises(UsageError, match="neither a P-256"):
        open_signer(request(key=str(private)))


@pytest.mark.parametrize("content", [b"", b"{}", b"[" * 100_000, b"\xff", b" " * ((1 << 20) + 1)])
def test_a_trust_configuration_that_is_none(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "trust.json"
    file.write_bytes(content)
    for one in (request(keyless=True), request(key="a.key")):
        with pytest.raises(UsageError):
            open_signer(dataclasses.replace(one, trust_config=str(file)))
    with pytest.raises(UsageError, match="a Sigstore must sign"):
        open_signer(request(keyless=True))


def test_a_token_in_the_environment_is_looked_for_where_the_job_runs() -> None:
    with pytest.raises(UsageError, match="there is no identity token"):
        open_signer(request(keyless=True, trust_config="public"))
    with pytest.raises(UsageError, match="MY_TOKEN holds no identity token"):
        open_signer(request(keyless=True, trust_config="public", identity_token="env:MY_TOKEN"))
    with pytest.raises(UsageError, match="No such file"):
        open_signer(request(keyless=True, trust_config="public", identity_token="missing"))
