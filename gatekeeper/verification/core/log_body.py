"""Spec "Transparency Log Entry": what the log recorded is what the bundle holds.

The kinds of Rekor v1 (hashedrekord 0.0.1, dsse 0.0.1, intoto 0.0.1 and 0.0.2) and v2 (hashedrekord and dsse 0.0.2).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from gatekeeper.crypto import public_keys
from gatekeeper.formats import base64, strict_json
from gatekeeper.formats.sigstore.log_entry import LogEntry
from gatekeeper.model.json import Json, JsonObject

_HEX = re.compile(r"([0-9a-f]{2})+\Z")
_V2_ALGORITHMS = {"SHA2_256": "sha256", "SHA2_384": "sha384", "SHA2_512": "sha512"}


class Part(Enum):
    """What a log took the digest of."""

    MESSAGE = auto()  # a file, or the bytes that an envelope's signature covers
    PAYLOAD = auto()  # an envelope's payload
    ENVELOPE = auto()  # an envelope as it was uploaded, byte by byte, with its signature


@dataclass(frozen=True, slots=True)
class Recorded:
    """A signature in the log.

    ``digest`` is over ``part``. ``signatures`` are pairs of a signature and the DER of the signer's certificate or key;
    for a whole envelope the signature is b"", for the digest is over it already.
    """

    algorithm: str
    digest: bytes
    part: Part
    signatures: tuple[tuple[bytes, bytes], ...]


def recorded(entry: LogEntry) -> Recorded:
    """What the entry says.

    Raises:
        ValueError: it is of a kind that is not known, malformed, or another kind than the bundle claims.
    """
    body = strict_json.loads(entry.body)
    kind, version = _text(body, "kind"), _text(body, "apiVersion")
    if (kind, version) != (entry.kind, entry.kind_version):
        raise ValueError(f"the bundle calls it {entry.kind} {entry.kind_version}, the log {kind} {version}")
    read = _KINDS.get((kind, version))
    if read is None:
        raise ValueError(f"an entry of the kind {kind} {version} is not supported")
    return read(_object(body, "spec"))


def _hashedrekord_1(spec: JsonObject) -> Recorded:
    digest, signature = _object(spec, "data", "hash"), _object(spec, "signature")
    verifier = _pem(base64.decode(_text(signature, "publicKey", "content")))
    pair = (base64.decode(_text(signature, "content")), verifier)
    return Recorded(_text(digest, "algorithm"), _hexadecimal(digest), Part.MESSAGE, (pair,))


def _hashedrekord_2(spec: JsonObject) -> Recorded:
    inner = _object(spec, "hashedRekordV002")
    return Recorded(*_digest_2(_object(inner, "data")), Part.MESSAGE, (_signature_2(_object(inner, "signature")),))


def _dsse_1(spec: JsonObject) -> Recorded:
    digest = _object(spec, "payloadHash")
    pairs = [
        (base64.decode(_text(one, "signature")), _pem(base64.decode(_text(one, "verifier"))))
        for one in _array(spec, "signatures")
    ]
    return Recorded(_text(digest, "algorithm"), _hexadecimal(digest), Part.PAYLOAD, tuple(pairs))


def _dsse_2(spec: JsonObject) -> Recorded:
    inner = _object(spec, "dsseV002")
    pairs = tuple(_signature_2(one) for one in _array(inner, "signatures"))
    return Recorded(*_digest_2(_object(inner, "payloadHash")), Part.PAYLOAD, pairs)


def _intoto_1(spec: JsonObject) -> Recorded:
    # The payload's hash beside it does not cover the signature: that it was there at that time would be the log's word,
    # and nothing that the log holds.
    digest = _object(spec, "content", "hash")
    verifier = _pem(base64.decode(_text(spec, "publicKey")))
    return Recorded(_text(digest, "algorithm"), _hexadecimal(digest), Part.ENVELOPE, ((b"", verifier),))


def _intoto_2(spec: JsonObject) -> Recorded:
    digest = _object(spec, "content", "payloadHash")
    pairs = [
        # This kind wraps base64 in base64.
        (base64.decode(base64.decode(_text(one, "sig")).decode("ascii")), _pem(base64.decode(_text(one, "publicKey"))))
        for one in _array(_object(spec, "content", "envelope"), "signatures")
    ]
    return Recorded(_text(digest, "algorithm"), _hexadecimal(digest), Part.PAYLOAD, tuple(pairs))


_KINDS: dict[tuple[str, str], Callable[[JsonObject], Recorded]] = {
    ("hashedrekord", "0.0.1"): _hashedrekord_1,
    ("hashedrekord", "0.0.2"): _hashedrekord_2,
    ("dsse", "0.0.1"): _dsse_1,
    ("dsse", "0.0.2"): _dsse_2,
    ("intoto", "0.0.1"): _intoto_1,
    ("intoto", "0.0.2"): _intoto_2,
}


def _digest_2(value: JsonObject) -> tuple[str, bytes]:
    return _V2_ALGORITHMS.get(_text(value, "algorithm"), "unknown"), base64.decode(_text(value, "digest"))


def _signature_2(value: Json) -> tuple[bytes, bytes]:
    verifier = _object(value, "verifier")
    name = "x509Certificate" if "x509Certificate" in verifier else "publicKey"
    return base64.decode(_text(value, "content")), base64.decode(_text(verifier, name, "rawBytes"))


def _pem(pem: bytes) -> bytes:
    """The DER of a certificate or public key in PEM."""
    if pem.startswith(b"-----BEGIN CERTIFICATE-----"):
        return x509.load_pem_x509_certificate(pem).public_bytes(Encoding.DER)
    return public_keys.der(public_keys.load(pem))


def _hexadecimal(value: JsonObject) -> bytes:
    text = _text(value, "value")
    if not _HEX.match(text):
        raise ValueError("a digest is not hexadecimal")
    return bytes.fromhex(text)


def _object(value: Json, *keys: str) -> JsonObject:
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    if not isinstance(value, dict):
        raise ValueError(f"an object is missing at {'.'.join(keys)}")
    return value


def _array(value: JsonObject, key: str) -> list[Json]:
    items = value.get(key)
    if not isinstance(items, list) or not items:
        raise ValueError(f"an array is missing at {key}")
    return items


def _text(value: Json, *keys: str) -> str:
    inner = _object(value, *keys[:-1]) if isinstance(value, dict) else {}
    text = inner.get(keys[-1])
    if not isinstance(text, str):
        raise ValueError(f"a text is missing at {'.'.join(keys)}")
    return text
