"""What attestations claim, as plain JSON; nothing of it was verified."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import fields

from rfc3161_client import decode_timestamp_response

from gatekeeper.crypto import certificates
from gatekeeper.formats.attestations.base import Attestation
from gatekeeper.formats.attestations.certificates import from_pem
from gatekeeper.formats.attestations.digests import signed_digest
from gatekeeper.formats.dsse import Envelope
from gatekeeper.formats.predicates import (
    DECISION,
    NPM_PUBLISH,
    PROVENANCE_V02,
    PROVENANCE_V1,
    RELEASE_V01,
    RELEASE_V02,
    VSA,
    VSA_V01,
    VSA_V02,
    provenance_v02,
    provenance_v1,
    publish,
    release,
    summary,
)
from gatekeeper.formats.predicates.claims import Descriptor
from gatekeeper.formats.predicates.provenance import Provenance, Source
from gatekeeper.formats.predicates.publish import Publication
from gatekeeper.formats.predicates.release import Release
from gatekeeper.formats.predicates.summary import Summary
from gatekeeper.formats.sigstore.bundle import Bundle, MessageSignature
from gatekeeper.formats.sigstore.log_entry import LogEntry
from gatekeeper.formats.statement import PAYLOAD_TYPE, Statement
from gatekeeper.formats.times import in_utc
from gatekeeper.model.json import Json, JsonObject
from gatekeeper.report import attestation_decision

SCHEMA_VERSION = 1
Claim = Provenance | Summary | Publication | Release
# Types that are not here are shown by the names of their fields.
_PREDICATES: dict[str, Callable[[JsonObject], Claim]] = {
    NPM_PUBLISH: publish.read_npm,
    PROVENANCE_V02: provenance_v02.read,
    PROVENANCE_V1: provenance_v1.read,
    RELEASE_V01: release.read,
    RELEASE_V02: release.read,
    VSA: summary.read,
    VSA_V01: summary.read_v0,
    VSA_V02: summary.read_v0,
}


def facts(name: str, attestations: Sequence[Attestation]) -> JsonObject:
    """The document of ``--output json``. What could not be read of an attestation says so under ``problem``."""
    return {
        "version": SCHEMA_VERSION,
        "verified": False,
        "file": name,
        "attestations": [_attestation(one) for one in attestations],
    }


def _attestation(attestation: Attestation) -> JsonObject:
    content = attestation.content
    result: JsonObject = {
        "name": attestation.name,
        "format": attestation.format,
        "sha256": attestation.sha256,
        "signed_sha256": signed_digest(attestation),
    }
    if isinstance(content, Envelope):
        signers = [{"key": one.key_id, **_pem(one.certificate)} for one in content.signatures]
        return {**result, "signers": signers, "log_entries": [], "timestamps": [], "content": _envelope(content)}
    return {
        **result,
        "signers": [_signer(content)],
        "log_entries": [_entry(entry) for entry in content.entries],
        "timestamps": [_timestamp(stamp) for stamp in content.timestamps],
        "content": _content(content.content),
    }


def _signer(bundle: Bundle) -> JsonObject:
    if not bundle.certificates:
        return {"key": bundle.key_hint}
    return {"certificate": _certificate(bundle.certificates[0])}


def _pem(text: str) -> JsonObject:
    if not text:
        return {}
    try:
        return {"certificate": _certificate(from_pem(text)[0])}
    except ValueError as error:
        return {"certificate": {"problem": str(error)}}


def _certificate(der: bytes) -> JsonObject:
    try:
        certificate = certificates.load(der)
        identity = certificates.identity(certificate)
        return {
            "subject": identity.subject,
            "issuer": identity.issuer,
            "claims": dict(identity.claims),
            "valid_from": _time(certificate.not_valid_before_utc),
            "valid_to": _time(certificate.not_valid_after_utc),
        }
    except ValueError as error:
        return {"problem": str(error)}


def _entry(entry: LogEntry) -> JsonObject:
    return {
        "log": entry.log_id.hex(),
        "index": entry.log_index,
        "kind": f"{entry.kind} {entry.kind_version}",
        "time": _seconds(entry.integrated_time),
        "promise": bool(entry.promise),
        "inclusion_proof": entry.proof is not None,
    }


def _timestamp(stamp: bytes) -> JsonObject:
    try:
        return {"time": _time(decode_timestamp_response(stamp).tst_info.gen_time)}
    except ValueError:
        return {"problem": "no timestamp of RFC 3161"}


def _content(content: Envelope | MessageSignature) -> JsonObject:
    if isinstance(content, Envelope):
        return _envelope(content)
    return {"digest": {"algorithm": content.algorithm, "value": content.digest.hex()}}


def _envelope(envelope: Envelope) -> JsonObject:
    if envelope.payload_type != PAYLOAD_TYPE:
        return {"payload_type": envelope.payload_type, "problem": "no in-toto statement"}
    try:
        statement = Statement.decode(envelope.payload)
    except ValueError as error:
        return {"payload_type": envelope.payload_type, "problem": str(error)}
    return {
        "payload_type": envelope.payload_type,
        "type": statement.type,
        "subjects": [{"name": one.name, "uri": one.uri, "digests": dict(one.digests)} for one in statement.subjects],
        "predicate_type": statement.predicate_type,
        "predicate": _predicate(statement),
    }


def _predicate(statement: Statement) -> JsonObject:
    read = _PREDICATES.get(statement.predicate_type)
    if read is None and statement.predicate_type != DECISION:
        return {"fields": sorted(statement.predicate)}
    try:
        if read is None:
            return {"decision": attestation_decision.read(statement.predicate)}
        return _plain(read(statement.predicate))
    except ValueError as error:
        return {"problem": str(error)}


def _plain(value: Claim | Source | Descriptor) -> JsonObject:
    return {field.name: _value(getattr(value, field.name)) for field in fields(value)}


def _value(value: object) -> Json:
    if isinstance(value, datetime.datetime):
        return _time(value)
    if isinstance(value, Source | Descriptor):
        return _plain(value)
    return [_value(one) for one in value] if isinstance(value, tuple) else value


def _time(time: datetime.datetime) -> str:
    try:
        return in_utc(time)
    except OverflowError:
        return time.isoformat()


def _seconds(seconds: int) -> str:
    """A time of a log, in seconds since 1970; "" where the log has no clock."""
    try:
        return _time(datetime.datetime.fromtimestamp(seconds, datetime.UTC)) if seconds else ""
    except (OverflowError, OSError, ValueError):
        return f"{seconds} seconds after 1970"
