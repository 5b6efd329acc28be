"""Layers of cosign's old tags ``sha256-HEX.sig`` and ``.att``, whose annotations hold what a bundle would.

A signature is over the layer's bytes (``simple_signing`` reads them), an attestation is a layer that is an envelope.
See ``specs/SIGNATURE_SPEC.md`` of cosign.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

from gatekeeper.formats import base64, jsonable, strict_json
from gatekeeper.formats.attestations.base import Attestation
from gatekeeper.formats.attestations.certificates import from_pem
from gatekeeper.formats.dsse import Envelope
from gatekeeper.formats.fields import MAX_INT64
from gatekeeper.formats.json_values import text_at
from gatekeeper.formats.sigstore.bundle import Bundle, MessageSignature
from gatekeeper.formats.sigstore.log_entry import LogEntry
from gatekeeper.model.json import Json, JsonObject

SIGNATURE = "dev.cosignproject.cosign/signature"
CERTIFICATE = "dev.sigstore.cosign/certificate"
CHAIN = "dev.sigstore.cosign/chain"
PROMISE = "dev.sigstore.cosign/bundle"
TIMESTAMP = "dev.sigstore.cosign/rfc3161timestamp"
_ANNOTATIONS = (SIGNATURE, CERTIFICATE, CHAIN, PROMISE, TIMESTAMP)
_LOG_ID_DIGITS = 64
MAX_BYTES = 16 << 20


def read(name: str, payload: bytes, annotations: Mapping[str, str]) -> Attestation:
    """A layer as a bundle v0.1; what a signature is over is the attestation's ``payload``.

    Its ``sha256`` is over the layer and its annotations: two signatures of one image have the same layer.

    Raises:
        ValueError: the layer is too large, or an annotation is missing or malformed.
    """
    if len(payload) + sum(len(annotations.get(key, "")) for key in _ANNOTATIONS) > MAX_BYTES:
        raise ValueError(f"a layer of more than {MAX_BYTES >> 20} MiB")
    texts = {key: annotations[key] for key in _ANNOTATIONS if annotations.get(key)}
    signature = _decoded(texts, SIGNATURE)
    content = MessageSignature(signature) if signature else _envelope(payload)
    chain = from_pem(texts[CERTIFICATE]) if CERTIFICATE in texts else ()
    if len(chain) > 1 or (CHAIN in texts and not chain):
        raise ValueError(f"{CERTIFICATE}: one certificate is expected")
    if CHAIN in texts:
        chain = (*chain, *from_pem(texts[CHAIN]))
    entries = (_entry(_parsed(texts, PROMISE)),) if PROMISE in texts else ()
    stamps = (_stamp(_parsed(texts, TIMESTAMP)),) if TIMESTAMP in texts else ()
    digest = sha256(jsonable.dumps({"payload": sha256(payload).hexdigest(), "annotations": texts})).hexdigest()
    kind = "cosign signature" if signature else "cosign attestation"
    uploaded = b"" if signature else payload
    bundle = Bundle(content, chain, "", entries, stamps, "0.1", uploaded)
    return Attestation(name, kind, digest, bundle, payload if signature else None, with_root=True)


def _envelope(payload: bytes) -> Envelope:
    envelope = Envelope.decode(payload)
    if len(envelope.signatures) != 1 or envelope.signatures[0].certificate:
        raise ValueError("envelope: exactly one signature is expected")
    return envelope


def _entry(value: JsonObject) -> LogEntry:
    payload = value.get("Payload")
    if set(value) != {"SignedEntryTimestamp", "Payload"} or not isinstance(payload, dict):
        raise ValueError(f"{PROMISE}: SignedEntryTimestamp and Payload are expected")
    body = base64.decode(text_at(payload, "body"))
    log_id = text_at(payload, "logID")
    if len(log_id) != _LOG_ID_DIGITS or log_id.strip("0123456789abcdef"):
        raise ValueError(f"{PROMISE}: logID is no sha256 in hexadecimal digits")
    recorded = strict_json.loads(body)
    if not isinstance(recorded, dict):
        raise ValueError(f"{PROMISE}: the log's entry is no object")
    return LogEntry(
        log_index=_number(payload, "logIndex"),
        log_id=bytes.fromhex(log_id),
        # What the log recorded says itself what it is.
        kind=text_at(recorded, "kind"),
        kind_version=text_at(recorded, "apiVersion"),
        integrated_time=_number(payload, "integratedTime"),
        promise=base64.decode(text_at(value, "SignedEntryTimestamp")),
        proof=None,
        body=body,
    )


def _stamp(value: JsonObject) -> bytes:
    return base64.decode(text_at(value, "SignedRFC3161Timestamp"))


def _decoded(texts: Mapping[str, str], key: str) -> bytes:
    try:
        return base64.decode(texts.get(key, ""))
    except ValueError as error:
        raise ValueError(f"{key}: {error}") from None


def _parsed(texts: Mapping[str, str], key: str) -> JsonObject:
    try:
        value = strict_json.loads(texts[key].encode())
    except ValueError as error:
        raise ValueError(f"{key}: {error}") from None
    if not isinstance(value, dict):
        raise ValueError(f"{key}: an object is expected")
    return value


def _number(value: JsonObject, key: str) -> int:
    number: Json = value.get(key)
    if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number <= MAX_INT64:
        raise ValueError(f"a number is missing at {key}")
    return number
