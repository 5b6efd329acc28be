"""Just enough DER to write a timestamp (RFC 3161) and the list of certificate timestamps (RFC 6962)."""

from __future__ import annotations

INTEGER, OCTETS, SEQUENCE, SET, TIME = 0x02, 0x04, 0x30, 0x31, 0x18
SHA256, ECDSA_SHA256 = "2.16.840.1.101.3.4.2.1", "1.2.840.10045.4.3.2"
SIGNED_DATA, TIMESTAMP = "1.2.840.113549.1.7.2", "1.2.840.113549.1.9.16.1.4"
CONTENT_TYPE, MESSAGE_DIGEST = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"


def tlv(tag: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    if len(body) < 0x80:
        return bytes((tag, len(body))) + body
    length = len(body).to_bytes((len(body).bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + body


def integer(value: int) -> bytes:
    return tlv(INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def oid(dotted: str) -> bytes:
    first, second, *rest = (int(part) for part in dotted.split("."))
    body = bytearray((first * 40 + second,))
    for number in rest:
        digits = [number & 0x7F]
        while number := number >> 7:
            digits.append(0x80 | number & 0x7F)
        body.extend(reversed(digits))
    return tlv(0x06, bytes(body))


def algorithm(dotted: str) -> bytes:
    return tlv(SEQUENCE, oid(dotted))


def sorted_set(*items: bytes, tag: int = SET) -> bytes:
    return tlv(tag, *sorted(items))


def explicit(number: int, *parts: bytes) -> bytes:
    return tlv(0xA0 | number, *parts)
