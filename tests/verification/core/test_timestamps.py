"""Timestamps of authorities (RFC 3161)."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from gatekeeper.crypto.der import elements, inside
from gatekeeper.errors import VerificationFailure
from gatekeeper.formats.sigstore.trusted_root import Window
from gatekeeper.verification.core.timestamps import timestamped
from gatekeeper.verification.core.trust import Authority, Root
from tests.verification.core import der
from tests.verification.core.instance import Instance, new_timestamp_authority
from tests.verification.core.issuing import (
    CODE_SIGNING,
    END,
    NOW,
    START,
    TIME_STAMPING,
    certificate,
    new_authorities,
    new_key,
)
from tests.verification.core.timestamping import TimestampAuthority

SIGNATURE = b"a signature"


def encoded(one: x509.Certificate) -> bytes:
    return one.public_bytes(Encoding.DER)


def refusal(stamp: bytes, root: Root) -> VerificationFailure:
    with pytest.raises(VerificationFailure) as caught:
        timestamped(stamp, SIGNATURE, root)
    assert caught.value.step == "timestamp"
    return caught.value


def test_the_time_is_the_authority_s(instance: Instance) -> None:
    found = timestamped(instance.tsa.stamp(SIGNATURE, NOW), SIGNATURE, instance.root())
    assert found is not None
    assert (found.time, found.source) == (NOW, "timestamp of https://tsa.example")


@pytest.mark.parametrize(("fraction", "micros"), [(".5", 500_000), (".000001", 1), (".9999999", 999_999), ("", 0)])
def test_the_fraction_of_a_second_counts(instance: Instance, fraction: str, micros: int) -> None:
    found = timestamped(instance.tsa.stamp(SIGNATURE, NOW, fraction=fraction), SIGNATURE, instance.root())
    assert found is not None
    assert found.time == NOW.replace(microsecond=micros)


def test_a_time_that_nobody_signed_does_not_count(instance: Instance) -> None:
    _, token = elements(inside(instance.tsa.stamp(SIGNATURE, NOW), (0, der.SEQUENCE)))
    text = der.tlv(der.SEQUENCE, der.tlv(0x0C, f"{NOW:%Y%m%d%H%M%S}.9Z".encode()))
    stamp = der.tlv(der.SEQUENCE, der.tlv(der.SEQUENCE, der.integer(0), text), der.tlv(*token))
    found = timestamped(stamp, SIGNATURE, instance.root())
    assert found is not None
    assert found.time == NOW


def test_an_unknown_authority_says_nothing(instance: Instance) -> None:
    assert timestamped(new_timestamp_authority().stamp(SIGNATURE, NOW), SIGNATURE, instance.root()) is None


def test_another_signature(instance: Instance) -> None:
    error = refusal(instance.tsa.stamp(b"another", NOW), instance.root())
    assert "Mismatch between messages" in error.message


@pytest.mark.parametrize("status", [1, 2, 5, 9])
def test_only_granted_ones_count(instance: Instance, status: int) -> None:
    refusal(instance.tsa.stamp(SIGNATURE, NOW, status=status), instance.root())


@pytest.mark.parametrize("junk", [b"", b"junk", b"\x30\x00", b"\x30\x03\x02\x01\x02", b"\x30\x84\xff\xff\xff\xff"])
def test_junk(instance: Instance, junk: bytes) -> None:
    error = refusal(junk, instance.root())
    assert error.message == "a timestamp cannot be read"
    assert error.found


def test_bytes_behind(instance: Instance) -> None:
    refusal(instance.tsa.stamp(SIGNATURE, NOW) + b"\0", instance.root())


def test_certificates_in_another_order_than_der_demands_are_named(instance: Instance) -> None:
    ordered = sorted(instance.tsa.chain, key=encoded)
    assert timestamped(instance.tsa.stamp(SIGNATURE, NOW, embedded=ordered), SIGNATURE, instance.root())
    error = refusal(instance.tsa.stamp(SIGNATURE, NOW, embedded=ordered[::-1]), instance.root())
    assert error.found == "certificates in another order than DER demands"
    assert error.hint


def test_a_name_with_a_text_of_a_foreign_type(instance: Instance) -> None:
    """A bug of the library: its parser of names raises a KeyError."""
    stamp = instance.tsa.stamp(SIGNATURE, NOW)
    name = der.tlv(0x0C, b"tsa root")
    assert stamp.count(name) == 1
    refusal(stamp.replace(name, b"\x0d" + name[1:]), instance.root())


def with_window(root: Root, start: datetime.datetime, end: datetime.datetime | None) -> Root:
    (authority,) = root.timestamp_authorities
    return replace(
        root, timestamp_authorities=(replace(authority, window=replace(authority.window, start=start, end=end)),)
    )


def test_the_window_of_the_root_is_exact_to_the_fraction(instance: Instance) -> None:
    root = with_window(instance.root(), START, NOW)
    assert timestamped(instance.tsa.stamp(SIGNATURE, NOW), SIGNATURE, root)
    error = refusal(instance.tsa.stamp(SIGNATURE, NOW, fraction=".001"), root)
    assert "was not in use" in error.message


def test_an_expired_certificate_of_the_authority(instance: Instance) -> None:
    refusal(instance.tsa.stamp(SIGNATURE, END + datetime.timedelta(seconds=1)), instance.root())


def test_of_authorities_with_one_name_the_one_with_the_right_key_counts(instance: Instance) -> None:
    """The root names intermediates only: their signers come with the timestamp."""
    top = new_key()
    root = certificate("top", top, "top", top, ((x509.BasicConstraints(True, None), True),))
    authorities, stamps = [], []
    for number in range(2):
        middle, own = new_key(), new_key()
        between = certificate("tsa", middle, "top", top, ((x509.BasicConstraints(True, None), True),))
        leaf = certificate(f"leaf {number}", own, "tsa", middle, ((TIME_STAMPING, True),))
        authorities.append(Authority(f"tsa {number}", (between, root), instance.root().timestamp_authorities[0].window))
        stamps.append(TimestampAuthority(own, (leaf, between)).stamp(SIGNATURE, NOW, embedded=[leaf]))
    for stamp in stamps:
        assert timestamped(stamp, SIGNATURE, Root(timestamp_authorities=tuple(authorities)))
    assert timestamped(stamps[1], SIGNATURE, Root(timestamp_authorities=(authorities[1],)))
    refusal(stamps[0], Root(timestamp_authorities=(authorities[1],)))


def test_a_retired_authority_does_not_pass_as_another_of_its_name(instance: Instance) -> None:
    """Both under one root; the timestamp brings signer and issuer along."""
    old, new = new_authorities("tsa", "tsa")
    own = new_key()
    leaf = certificate("leaf", own, "tsa", old.key, ((TIME_STAMPING, True),))
    stamp = TimestampAuthority(own, (leaf,)).stamp(SIGNATURE, NOW, embedded=sorted((leaf, old.chain[0]), key=encoded))
    ever, over = Window(START), Window(START, NOW - datetime.timedelta(seconds=1))
    for window, holds in ((ever, True), (over, False)):
        members = (Authority("old", old.chain, window), Authority("new", new.chain, ever))
        root = Root(timestamp_authorities=members)
        if holds:
            assert timestamped(stamp, SIGNATURE, root)
        else:
            assert "another authority of this name" in refusal(stamp, root).message


def test_one_certificate_cannot_lend_its_permission_to_another(instance: Instance) -> None:
    """A certificate of the same authority that may not stamp, beside a forged one of the same number that may."""
    top, middle, own, forger = new_key(), new_key(), new_key(), new_key()
    authority = ((x509.BasicConstraints(True, None), True),)
    root = certificate("top", top, "top", top, authority)
    between = certificate("tsa", middle, "top", top, authority)
    signing = certificate("", own, "tsa", middle, ((CODE_SIGNING, True),), serial=77)
    forged = certificate("", own, "tsa", forger, ((TIME_STAMPING, True),), serial=77)
    known = Authority("tsa", (between, root), instance.root().timestamp_authorities[0].window)
    stamper = TimestampAuthority(own, (signing, between))
    stamp = stamper.stamp(SIGNATURE, NOW, embedded=sorted((signing, forged), key=encoded))
    for _ in range(8):
        error = refusal(stamp, Root(timestamp_authorities=(known,)))
        assert "two of its certificates" in error.message
    refusal(stamper.stamp(SIGNATURE, NOW, embedded=[signing]), Root(timestamp_authorities=(known,)))


# Places in TimeStampResp that CMS leaves unsigned: token, content, SignedData, and below.
_SIGNED_DATA = (0, 1, 1, 0)
UNSIGNED = {
    (*_SIGNED_DATA, 0): "the version of SignedData",
    (*_SIGNED_DATA, 3, 0, 0): "the version of SignerInfo",
    (*_SIGNED_DATA, 3, 0, 4, 0): "the name of the signature's algorithm, which the key fixes",
}


def places(data: bytes, place: tuple[int, ...] = ()) -> list[tuple[int, ...]]:
    """For each byte the place of its element; heads belong to what stands around them."""
    result: list[tuple[int, ...]] = []
    start = number = 0
    while start < len(data):
        length, head = data[start + 1], 2
        if length & 0x80:
            head += length & 0x7F
            length = int.from_bytes(data[start + 2 : start + head], "big")
        inner = data[start + head : start + head + length]
        own = (*place, number)
        result += [place] * head
        result += places(inner, own) if data[start] & 0x20 else [own] * length
        start, number = start + head + length, number + 1
    return result


def test_each_bit_is_signed_but_for_three_elements(instance: Instance) -> None:
    stamp, root = instance.tsa.stamp(SIGNATURE, NOW), instance.root()
    free = set()
    for index, place in enumerate(places(stamp)):
        for bit in range(8):
            changed = stamp[:index] + bytes((stamp[index] ^ 1 << bit,)) + stamp[index + 1 :]
            try:
                found = timestamped(changed, SIGNATURE, root)
            except VerificationFailure:
                continue
            if found is not None:
                assert found.time == NOW
                free.add(place)
    assert free == set(UNSIGNED)
