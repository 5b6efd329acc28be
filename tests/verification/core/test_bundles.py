"""What a bundle must have, by what the trust says, and whose signature it must be."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from gatekeeper.crypto import public_keys
from gatekeeper.errors import VerificationFailure
from gatekeeper.formats.sigstore.bundle import Bundle, MessageSignature
from gatekeeper.verification.core.bundles import verify_bundle, verify_file
from gatekeeper.verification.core.messages import InMemory
from gatekeeper.verification.core.results import Signed
from gatekeeper.verification.core.trust import Need, Root, Trust
from tests.verification.core import der
from tests.verification.core.instance import Instance, Material, envelope, message, with_log_v1, with_log_v2
from tests.verification.core.issuing import (
    CODE_SIGNING,
    IDENTITY,
    ISSUER,
    NOW,
    Extensions,
    PrivateKey,
    fulcio,
    identity_extensions,
    new_key,
)
from tests.verification.core.kinds import DATA, verify_content

# The order of the group of P-256.
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def verify(bundle: Bundle, trust: Trust, data: bytes = DATA) -> Signed:
    return verify_content(bundle, trust, data)


def refusal(bundle: Bundle, trust: Trust, step: str, data: bytes = DATA) -> VerificationFailure:
    with pytest.raises(VerificationFailure) as caught:
        verify(bundle, trust, data)
    assert caught.value.step == step, caught.value.message
    return caught.value


@pytest.fixture(scope="module")
def signer(instance: Instance) -> Material:
    return instance.keyless()


@pytest.fixture(scope="module")
def alone() -> Material:
    return Material(new_key())


def of_key(key: Material, log: Need = Need.OPTIONAL, root: Root | None = None) -> Trust:
    return Trust(root or Root(), key.key.public_key(), log)


def test_who_signed_when_and_where_it_was_recorded(instance: Instance, signer: Material) -> None:
    signed = verify(with_log_v1(instance, signer, message(signer, DATA)), Trust(instance.root()))
    assert signed.signer.identity is not None
    assert (signed.signer.identity.subject, signed.signer.identity.issuer) == (IDENTITY, ISSUER)
    assert [(one.time, one.source) for one in signed.times] == [(NOW, "promise of the log https://rekor.example")]
    assert signed.logs == ("https://rekor.example",)


def test_several_times_ascend(instance: Instance, signer: Material) -> None:
    content = message(signer, DATA)
    later = NOW + datetime.timedelta(minutes=3)
    stamps = [instance.tsa.stamp(content.signature, later), instance.tsa.stamp(content.signature, NOW)]
    bundle = replace(with_log_v1(instance, signer, content, later), timestamps=tuple(stamps))
    assert [one.time for one in verify(bundle, Trust(instance.root())).times] == [NOW, later, later]


@pytest.mark.parametrize(
    "key",
    [
        ec.generate_private_key(ec.SECP384R1()),
        ec.generate_private_key(ec.SECP521R1()),
        ed25519.Ed25519PrivateKey.generate(),
        rsa.generate_private_key(65537, 2048),
    ],
    ids=["P-384", "P-521", "Ed25519", "RSA"],
)
def test_keys_of_signers(instance: Instance, key: PrivateKey) -> None:
    keyless, own = instance.keyless(key), Material(key)
    for one, trust in ((keyless, Trust(instance.root())), (own, of_key(own, Need.REQUIRED, instance.root()))):
        for content in (message(one, DATA), envelope(one, b"{}")):
            assert verify(with_log_v1(instance, one, content), trust)
            assert verify(with_log_v2(instance, one, content), trust)
    bare = MessageSignature(message(own, DATA).signature)
    assert verify(own.bundle(bare), of_key(own))
    refusal(own.bundle(bare), of_key(own), "signature", b"other")


def test_a_certified_key_that_is_too_weak(instance: Instance) -> None:
    weak = instance.keyless(rsa.generate_private_key(65537, 1024))
    bundle = with_log_v1(instance, weak, message(weak, DATA))
    assert refusal(bundle, Trust(instance.root()), "certificate").message


def test_the_other_of_the_two_ecdsa_signatures_holds_for_a_key_alone(alone: Material) -> None:
    """(r, n - s) signs the same: nothing may rest on the bytes of a signature that no log recorded."""
    content = message(alone, DATA)
    r, s = decode_dss_signature(content.signature)
    other = MessageSignature(encode_dss_signature(r, ORDER - s))
    assert verify(alone.bundle(other), of_key(alone))


def test_but_not_in_a_log_or_with_a_timestamp(instance: Instance, signer: Material) -> None:
    content = message(signer, DATA)
    r, s = decode_dss_signature(content.signature)
    other = replace(content, signature=encode_dss_signature(r, ORDER - s))
    logged = with_log_v1(instance, signer, content)
    refusal(replace(logged, content=other), Trust(instance.root()), "log entry")
    stamped = with_log_v2(instance, signer, content)
    refusal(replace(stamped, content=other), Trust(instance.root()), "timestamp")


def bad_encodings(signature: bytes) -> list[bytes]:
    r, s = decode_dss_signature(signature)
    number = der.integer
    padded = der.tlv(der.INTEGER, b"\0\0" + r.to_bytes(32, "big"))
    return [
        b"",
        signature + b"\0",
        b"\x30\x81" + signature[1:],
        b"\x30\x80" + signature[2:] + b"\0\0",
        der.tlv(der.SEQUENCE, padded, number(s)),
        der.tlv(der.SEQUENCE, number(r), number(s), number(0)),
        der.tlv(der.SEQUENCE, number(r + ORDER), number(s)),
        der.tlv(der.SEQUENCE, number(0), number(0)),
        der.tlv(der.SEQUENCE, der.tlv(der.INTEGER, (r - (1 << 256)).to_bytes(33, "big", signed=True)), number(s)),
        r.to_bytes(32, "big") + s.to_bytes(32, "big"),
    ]


@pytest.mark.parametrize("number", range(10))
def test_other_encodings_of_a_signature(alone: Material, number: int) -> None:
    wrong = bad_encodings(message(alone, DATA).signature)[number]
    refusal(alone.bundle(MessageSignature(wrong)), of_key(alone), "signature")


def test_a_hint_of_the_digest_that_is_there_must_be_right(alone: Material) -> None:
    content = message(alone, DATA)
    trust = of_key(alone)
    assert verify(alone.bundle(replace(content, algorithm="", digest=b"")), trust)
    refusal(alone.bundle(replace(content, digest=bytes(32))), trust, "subject")
    refusal(alone.bundle(replace(content, algorithm="SHA2_384")), trust, "subject")
    refusal(alone.bundle(replace(content, algorithm="MD5")), trust, "content")
    refusal(alone.bundle(content), trust, "subject", b"other")


def test_a_file_is_needed_where_a_file_is_signed(alone: Material) -> None:
    with pytest.raises(VerificationFailure, match="signs a file"):
        verify_bundle(alone.bundle(message(alone, DATA)), of_key(alone))
    assert verify_bundle(alone.bundle(envelope(alone, b"{}")), of_key(alone))


def test_an_envelope_says_nothing_about_a_file(alone: Material) -> None:
    with pytest.raises(VerificationFailure, match="signs a statement, not the file"):
        verify_file(alone.bundle(envelope(alone, DATA)), of_key(alone), InMemory(DATA))


def test_another_key_is_named(alone: Material) -> None:
    other = Material(new_key())
    error = refusal(alone.bundle(message(alone, DATA)), of_key(other), "signature")
    assert (error.expected, error.found) == (
        public_keys.hint(other.key.public_key()),
        public_keys.hint(alone.key.public_key()),
    )


def test_a_key_that_a_certificate_certifies(instance: Instance, signer: Material) -> None:
    """Who trusts a key accepts it in a certificate too; who trusts authorities accepts no bare key."""
    bundle = with_log_v1(instance, signer, message(signer, DATA))
    key = Material(signer.key)
    assert verify(bundle, of_key(key, Need.REQUIRED, instance.root())).signer.identity is None
    refusal(bundle, of_key(Material(new_key()), Need.REQUIRED, instance.root()), "signer")
    bare = with_log_v1(instance, key, message(key, DATA))
    assert "signed with a key" in refusal(bare, Trust(instance.root()), "signer").message


def test_the_material_of_one_signer_with_the_log_entry_of_another(instance: Instance, signer: Material) -> None:
    """The same key in another certificate: the log recorded the other one."""
    twin = Material(
        signer.key, instance.authority.issue(signer.key, identity_extensions("https://evil.example"), [instance.ct_log])
    )
    bundle = replace(with_log_v1(instance, signer, message(signer, DATA)), certificates=(twin.der,))
    refusal(bundle, Trust(instance.root()), "log entry")


# ---- what must be there -------------------------------------------------------------------------------------------


def test_logs_required_optional_absent(instance: Instance, signer: Material, alone: Material) -> None:
    root = instance.root()
    logged, bare = with_log_v1(instance, signer, message(signer, DATA)), alone.bundle(message(alone, DATA))
    assert verify(logged, Trust(root, log=Need.OPTIONAL)).logs
    refusal(logged, Trust(root, log=Need.ABSENT), "log entry")
    assert verify(bare, of_key(alone)).times == ()
    assert verify(bare, of_key(alone, Need.ABSENT))
    error = refusal(bare, of_key(alone, Need.REQUIRED, root), "log entry")
    assert error.message == "there is no entry of a log"


def test_timestamps_required_optional_absent(instance: Instance, signer: Material) -> None:
    root = instance.root()
    stamped, promised = (make(instance, signer, message(signer, DATA)) for make in (with_log_v2, with_log_v1))
    assert verify(stamped, Trust(root, timestamp=Need.REQUIRED))
    refusal(promised, Trust(root, timestamp=Need.REQUIRED), "timestamp")
    refusal(stamped, Trust(root, timestamp=Need.ABSENT), "timestamp")
    strange = replace(promised, timestamps=(Instance().tsa.stamp(b"", NOW),))
    signed = verify(strange, Trust(root))
    assert signed.notes == ("a timestamp of an unknown authority was not looked at",)
    refusal(strange, Trust(root, timestamp=Need.REQUIRED), "timestamp")


def unlogged(instance: Instance, *, shown: bool) -> Bundle:
    """As GitHub's own Sigstore does: a timestamp, no log, perhaps not even a certificate log."""
    key = new_key()
    logs = [instance.ct_log] if shown else []
    signer = Material(key, instance.authority.issue(key, identity_extensions(), logs))
    content = message(signer, DATA)
    return signer.bundle(content, (), [instance.tsa.stamp(content.signature, NOW)])


def test_certificate_logs_required_optional_absent(instance: Instance) -> None:
    def trust(sct: Need) -> Trust:
        return Trust(instance.root(), log=Need.ABSENT, sct=sct, timestamp=Need.REQUIRED)

    for need in Need:
        assert verify(unlogged(instance, shown=True), trust(need))
    refusal(unlogged(instance, shown=False), trust(Need.REQUIRED), "certificate log")
    assert verify(unlogged(instance, shown=False), trust(Need.OPTIONAL))
    assert verify(unlogged(instance, shown=False), trust(Need.ABSENT))
    strange = unlogged(Instance(instance.authority, tsa=instance.tsa), shown=True)
    refusal(strange, trust(Need.OPTIONAL), "certificate log")


def test_without_a_trusted_time_no_certificate_counts(instance: Instance) -> None:
    bundle = replace(unlogged(instance, shown=True), timestamps=())
    refusal(bundle, Trust(instance.root(), log=Need.OPTIONAL), "time")


# ---- whom a certificate names -------------------------------------------------------------------------------------


def named(instance: Instance, extensions: Extensions) -> Bundle:
    key = new_key()
    signer = Material(key, instance.authority.issue(key, extensions, [instance.ct_log]))
    return with_log_v1(instance, signer, message(signer, DATA))


SAN = x509.SubjectAlternativeName


@pytest.mark.parametrize(
    "extensions",
    [
        ((CODE_SIGNING, False),),
        ((CODE_SIGNING, False), (SAN([x509.RFC822Name("a@example.com"), x509.RFC822Name("b@example.com")]), True)),
        ((CODE_SIGNING, False), (SAN([x509.UniformResourceIdentifier("")]), True)),
        ((CODE_SIGNING, False), (SAN([x509.OtherName(x509.ObjectIdentifier("1.2.3"), b"\x0c\x01x")]), True)),
        (*identity_extensions(), (fulcio(1, b"https://evil.example"), False)),
        (*identity_extensions(), (fulcio(9, b"no DER"), False)),
    ],
    ids=["nobody", "two", "an empty name", "a name of a foreign kind", "two issuers", "a claim that is no text"],
)
def test_certificates_that_do_not_name_one_signer(instance: Instance, extensions: Extensions) -> None:
    refusal(named(instance, extensions), Trust(instance.root()), "certificate")


def test_fulcio_s_other_name(instance: Instance) -> None:
    other = x509.OtherName(x509.ObjectIdentifier("1.3.6.1.4.1.57264.1.7"), der.tlv(0x0C, b"user!example.com"))
    signed = verify(named(instance, ((CODE_SIGNING, False), (SAN([other]), True))), Trust(instance.root()))
    assert signed.signer.identity is not None
    assert (signed.signer.identity.subject, signed.signer.identity.issuer) == ("user!example.com", "")
