"""Whom certificates name."""

from __future__ import annotations

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.crypto import certificates, public_keys
from tests.verification.core import der
from tests.verification.core.issuing import (
    CODE_SIGNING,
    IDENTITY,
    ISSUER,
    Extensions,
    certificate,
    fulcio,
    identity_extensions,
    new_key,
)

KEY = new_key()


def of(extensions: Extensions) -> x509.Certificate:
    return certificate("", KEY, "sigstore", KEY, extensions)


def names(*san: x509.GeneralName) -> Extensions:
    return ((x509.SubjectAlternativeName(san), True),)


@pytest.mark.parametrize(
    ("name", "subject"),
    [
        (x509.RFC822Name("alice@example.com"), "alice@example.com"),
        (x509.UniformResourceIdentifier(IDENTITY), IDENTITY),
        (x509.DNSName("build.example.com"), "build.example.com"),
        (x509.UniformResourceIdentifier("https://x/y@refs/heads/a\n"), "https://x/y@refs/heads/a\n"),
    ],
)
def test_the_subject_is_taken_to_the_letter(name: x509.GeneralName, subject: str) -> None:
    assert certificates.identity(of(names(name))).subject == subject


def test_what_the_platform_vouches_for() -> None:
    claims = [(fulcio(number, der.tlv(0x0C, f"value {number}".encode())), False) for number in certificates.CLAIMS]
    identity = certificates.identity(of([*identity_extensions(), *claims]))
    assert identity.issuer == ISSUER
    assert identity.claims == {name: f"value {number}" for number, name in certificates.CLAIMS.items()}


def test_extensions_of_2022_hold_bare_text_and_newer_ones_win() -> None:
    old = [
        (fulcio(number, text), False)
        for number, text in ((1, ISSUER.encode()), (5, b"acme/shop"), (6, b"refs/heads/main"))
    ]
    identity = certificates.identity(of([*names(x509.UniformResourceIdentifier(IDENTITY)), *old]))
    assert identity.issuer == ISSUER
    assert identity.claims == {
        "source_repository_uri": "https://github.com/acme/shop",
        "source_repository_ref": "refs/heads/main",
    }
    newer = [*old, (fulcio(14, der.tlv(0x0C, b"refs/tags/v1")), False)]
    assert certificates.identity(of([*identity_extensions(), *newer])).claims["source_repository_ref"] == "refs/tags/v1"


@pytest.mark.parametrize(
    ("extensions", "message"),
    [
        (((CODE_SIGNING, False),), "names no subject"),
        (names(x509.RFC822Name("a@b.c"), x509.RFC822Name("a@b.c")), "2 subjects"),
        (names(x509.UniformResourceIdentifier("")), "0 subjects"),
        (names(x509.DirectoryName(x509.Name([]))), "DirectoryName"),
        (names(x509.OtherName(x509.ObjectIdentifier("1.2.3"), b"\x0c\x01x")), "OtherName"),
        ((*identity_extensions(), (fulcio(1, b"https://other.example"), False)), "two issuers"),
        ((*identity_extensions(), (fulcio(9, b""), False)), "no UTF8String"),
        ((*identity_extensions(), (fulcio(9, b"\x0c\x03ab"), False)), "no UTF8String"),
        ((*identity_extensions(), (fulcio(9, b"\x0c\x81\x01a"), False)), "no UTF8String"),
        ((*identity_extensions(), (fulcio(9, b"\x0c\x01\xff"), False)), "no UTF-8"),
        ((*identity_extensions(), (fulcio(9, b"\x13\x01a"), False)), "no UTF8String"),
    ],
)
def test_certificates_that_contradict_themselves(extensions: Extensions, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        certificates.identity(of(extensions))


@pytest.mark.parametrize("length", [0, 1, 127, 128, 255, 256, 5000])
def test_texts_of_all_lengths(length: int) -> None:
    claim = (fulcio(20, der.tlv(0x0C, b"x" * length)), False)
    assert certificates.identity(of([*identity_extensions(), claim])).claims["build_trigger"] == "x" * length


def test_the_key_of_a_certificate() -> None:
    assert certificates.public_key(of(identity_extensions())) == KEY.public_key()
    other = ec.generate_private_key(ec.SECP256K1())
    with pytest.raises(public_keys.UnsupportedKey):
        certificates.public_key(certificate("", other, "x", KEY, ()))


def test_what_is_no_certificate() -> None:
    encoded = of(identity_extensions()).public_bytes(Encoding.DER)
    for junk in (b"", b"junk", encoded[:-1], encoded + b"\0", encoded * 2, b"\x30\x80" + encoded[4:] + b"\0\0"):
        with pytest.raises(ValueError, match=r"no X\.509 certificate"):
            certificates.load(junk)


ENCODED = of(identity_extensions()).public_bytes(Encoding.DER)


@given(st.integers(0, len(ENCODED) - 1), st.integers(1, 255))
def test_a_changed_byte_ends_in_a_certificate_or_a_value_error(index: int, change: int) -> None:
    changed = ENCODED[:index] + bytes((ENCODED[index] ^ change,)) + ENCODED[index + 1 :]
    try:
        loaded = certificates.load(changed)
        certificates.public_key(loaded)
        certificates.identity(loaded)
    except ValueError as error:
        assert str(error)
