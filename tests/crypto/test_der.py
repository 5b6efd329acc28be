from __future__ import annotations

import pytest
from hypothesis import given, strategies

from gatekeeper.crypto.der import elements, inside
from tests.verification.core import der


def test_elements_behind_one_another() -> None:
    long = bytes(70_000)
    data = der.integer(5) + der.tlv(der.OCTETS, long) + der.tlv(der.SEQUENCE)
    assert list(elements(data)) == [(der.INTEGER, b"\5"), (der.OCTETS, long), (der.SEQUENCE, b"")]
    assert list(elements(b"")) == []


def test_a_path() -> None:
    data = der.tlv(der.SEQUENCE, der.integer(1), der.explicit(0, der.tlv(der.OCTETS, b"found")))
    assert inside(data, (0, der.SEQUENCE), (1, 0xA0), (0, der.OCTETS)) == b"found"
    for path in ([(0, der.SET)], [(1, der.SEQUENCE)], [(0, der.SEQUENCE), (2, der.INTEGER)]):
        with pytest.raises(ValueError, match="has not the tag"):
            inside(data, *path)


@pytest.mark.parametrize(
    "data",
    [
        b"\x02",
        b"\x02\x01",
        b"\x02\x80",
        b"\x02\x81\x01a",
        b"\x02\x82\x01",
        b"\x02\x82\x00\x80" + bytes(128),
        b"\x02\x84\xff\xff\xff\xff",
        b"\x02\x85" + bytes(9),
        b"\x1f\x01\x00",
    ],
)
def test_what_is_no_der(data: bytes) -> None:
    with pytest.raises(ValueError, match="no DER"):
        list(elements(data))


@given(
    strategies.lists(strategies.tuples(strategies.sampled_from((0x02, 0x30, 0xA0)), strategies.binary(max_size=300)))
)
def test_what_is_written_is_read(items: list[tuple[int, bytes]]) -> None:
    assert list(elements(b"".join(der.tlv(tag, content) for tag, content in items))) == items


@given(strategies.binary(max_size=50))
def test_what_is_read_would_be_written_so(data: bytes) -> None:
    try:
        found = list(elements(data))
    except ValueError:
        return
    assert b"".join(der.tlv(tag, content) for tag, content in found) == data
