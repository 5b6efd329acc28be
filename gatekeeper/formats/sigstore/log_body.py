"""What logs record (``canonicalizedBody``): one function a kind of entry.

The kinds of Rekor v1 (hashedrekord 0.0.1, dsse 0.0.1, intoto 0.0.1 and 0.0.2) and v2 (hashedrekord and dsse 0.0.2).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

from gatekeeper.formats import base64, strict_json
from gatekeeper.formats.json_values import array_at, object_at, text_at
from gatekeeper.formats.sigstore.hashes import HASHLIB_NAMES
from gatekeeper.formats.sigstore.log_entry import LogEntry
from gatekeeper.model.json import Json, JsonObject

_HEX = re.compile(r"([0-9a-f]{2})+\Z")


class Part(Enum):
    """What a log took the digest of."""

    MESSAGE = auto()  # a file, or the bytes that an envelope's signature covers
    PAYLOAD = auto()  # an envelope's payload
    ENVELOPE = auto()  # an envelope as it was uploaded, byte by byte, with its signature


@dataclass(frozen=True, slots=True)
class Verifier:
    """The signer's certificate or public key, as a log wrote it: in PEM (Rekor v1) or in DER."""

    data: bytes
    in_pem: bool = False


@dataclass(frozen=True, slots=True)
class Recorded:
    """A signature in the log.

    ``digest`` is over ``part``; ``algorithm`` is a name of hashlib, or one that is unknown. ``signatures`` are pairs of
    a signature and the signer's certificate or key; for a whole envelope the signature is b"", for the digest is over
    it already.
    """

    algorithm: str
    digest: bytes
    part: Part
    signatures: tuple[tuple[bytes, Verifier], ...]


def recorded(entry: LogEntry) -> Recorded:
    """What the entry says.

    Raises:
        ValueError: it is of a kind that is not known, malformed, or another kind than the bundle claims.
    """
    body = strict_json.loads(entry.body)
    kind, version = text_at(body, "kind"), text_at(body, "apiVersion")
    if (kind, version) != (entry.kind, entry.kind_version):
        raise ValueError(f"the bundle calls it {entry.kind} {entry.kind_version}, the log {kind} {version}")
    read = _KINDS.get((kind, version))
    if read is None:
        raise ValueError(f"an entry of the kind {kind} {version} is not supported")
    return read(object_at(body, "spec"))


def _hashedrekord_1(spec: JsonObject) -> Recorded:
    digest, signature = object_at(spec, "data", "hash"), object_at(spec, "signature")
    verifier = _pem(text_at(signature, "publicKey", "content"))
    pair = (base64.decode(text_at(signature, "content")), verifier)
    return Recorded(text_at(digest, "algorithm"), _hexadecimal(digest), Part.MESSAGE, (pair,))


def _hashedrekord_2(spec: JsonObject) -> Recorded:
    inner = object_at(spec, "hashedRekordV002")
    return Recorded(*_digest_2(object_at(inner, "data")), Part.MESSAGE, (_signature_2(object_at(inner, "signature")),))


def _dsse_1(spec: JsonObject) -> Recorded:
    digest = object_at(spec, "payloadHash")
    pairs = [
        (base64.decode(text_at(one, "signature")), _pem(text_at(one, "verifier")))
        for one in array_at(spec, "signatures")
    ]
    return Recorded(text_at(digest, "algorithm"), _hexadecimal(digest), Part.PAYLOAD, tuple(pairs))


def _dsse_2(spec: JsonObject) -> Recorded:
    inner = object_at(spec, "dsseV002")
    pairs = tuple(_signature_2(one) for one in array_at(inner, "signatures"))
    return Recorded(*_digest_2(object_at(inner, "payloadHash")), Part.PAYLOAD, pairs)


def _intoto_1(spec: JsonObject) -> Recorded:
    # The payload's hash beside it does not cover the signature: that it was there at that time would be the log's word,
    # and nothing that the log holds.
    digest = object_at(spec, "content", "hash")
    verifier = _pem(text_at(spec, "publicKey"))
    return Recorded(text_at(digest, "algorithm"), _hexadecimal(digest), Part.ENVELOPE, ((b"", verifier),))


def _intoto_2(spec: JsonObject) -> Recorded:
    digest = object_at(spec, "content", "payloadHash")
    pairs = [
        # This kind wraps base64 in base64.
        (base64.decode(base64.decode(text_at(one, "sig")).decode("ascii")), _pem(text_at(one, "publicKey")))
        for one in array_at(object_at(spec, "content", "envelope"), "signatures")
    ]
    return Recorded(text_at(digest, "algorithm"), _hexadecimal(digest), Part.PAYLOAD, tuple(pairs))


_KINDS: dict[tuple[str, str], Callable[[JsonObject], Recorded]] = {
    ("hashedrekord", "0.0.1"): _hashedrekord_1,
    ("hashedrekord", "0.0.2"): _hashedrekord_2,
    ("dsse", "0.0.1"): _dsse_1,
    ("dsse", "0.0.2"): _dsse_2,
    ("intoto", "0.0.1"): _intoto_1,
    ("intoto", "0.0.2"): _intoto_2,
}


def _digest_2(value: JsonObject) -> tuple[str, bytes]:
    return HASHLIB_NAMES.get(text_at(value, "algorithm"), "unknown"), base64.decode(text_at(value, "digest"))


def _signature_2(value: Json) -> tuple[bytes, Verifier]:
    verifier = object_at(value, "verifier")
    name = "x509Certificate" if "x509Certificate" in verifier else "publicKey"
    return base64.decode(text_at(value, "content")), Verifier(base64.decode(text_at(verifier, name, "rawBytes")))


def _pem(text: str) -> Verifier:
    return Verifier(base64.decode(text), in_pem=True)


def _hexadecimal(value: JsonObject) -> bytes:
    text = text_at(value, "value")
    if not _HEX.match(text):
        raise ValueError("a digest is not hexadecimal")
    return bytes.fromhex(text)
