"""More ways to change a bundle: parts of valid bundles of other kinds in it, and known fields that it does not have."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from gatekeeper.model.json import Json, JsonObject
from tests.verification.core.tampering import Change, Place, at, changed_at, places, written

ENTRY = "verificationMaterial.tlogEntries.*"
FIELDS: dict[str, tuple[tuple[str, Json], ...]] = {
    "verificationMaterial": (
        ("tlogEntries", []),
        ("timestampVerificationData", {}),
        ("timestampVerificationData", {"rfc3161Timestamps": []}),
        ("timestampVerificationData", {"rfc3161Timestamps": [{}]}),
        ("timestampVerificationData", {"rfc3161Timestamps": [{"signedTimestamp": "AAAA"}]}),
        ("publicKey", {}),
        ("certificate", {}),
        ("x509CertificateChain", {}),
        ("x509CertificateChain", {"certificates": []}),
    ),
    ENTRY: (
        ("integratedTime", "0"),
        ("integratedTime", "1772366400"),
        ("integratedTime", "9223372036854775807"),
        ("inclusionPromise", {}),
        ("inclusionPromise", {"signedEntryTimestamp": ""}),
        ("inclusionPromise", {"signedEntryTimestamp": "AAAA"}),
        ("inclusionProof", {}),
    ),
    "dsseEnvelope.signatures.*": (("keyid", ""), ("keyid", "x"), ("cert", "x"), ("keyid", 1)),
}


def grafts(bundle: JsonObject, donors: Iterable[JsonObject]) -> Iterator[Change]:
    """Each part of the donors that fits: what the bundle lacks, and whole parts in place of its own."""
    for donor in donors:
        for place, theirs in places(donor):
            own = at(bundle, place)
            fits = bool(place) and isinstance(at(bundle, place[:-1]), dict) and isinstance(place[-1], str)
            if fits and own != theirs and (own is None or isinstance(own, dict | list)):
                yield _graft(bundle, place, theirs, "of another kind of bundle")


def additions(bundle: JsonObject) -> Iterator[Change]:
    """Each known field that is absent, with some values."""
    for place, own in places(bundle):
        for field, value in FIELDS.get(written(place), ()):
            if isinstance(own, dict) and field not in own:
                yield _graft(bundle, (*place, field), value, f"added: {json.dumps(value)}")


def _graft(bundle: JsonObject, place: Place, value: Json, name: str) -> Change:
    return Change(name, written(place), json.dumps(changed_at(bundle, place, value)))
