"""A verification for a program."""

from __future__ import annotations

import dataclasses
import json

from gatekeeper.model.json import JsonObject
from gatekeeper.model.verification import Refusal, Verification, VerifiedSubject
from gatekeeper.report.verification_facts import gate_facts

SCHEMA_VERSION = 2


def as_json(verification: Verification) -> str:
    """Verdicts, rules and attestations of all subjects.

    In ASCII: a signed statement may hold what UTF-8 cannot, such as half of a surrogate pair.

    Raises:
        VerificationFailure: a gate's statement lacks something that is shown.
    """
    document = {
        "version": SCHEMA_VERSION,
        "verified": verification.accepted,
        "time": verification.time,
        "trust": {"name": verification.trust_name, "sha256": verification.trust},
        "release": dataclasses.asdict(verification.release) if verification.release else None,
        "subjects": [_subject(one) for one in verification.subjects],
    }
    return json.dumps(document, indent=2) + "\n"


def _subject(subject: VerifiedSubject) -> JsonObject:
    return {
        "uri": subject.uri,
        "name": subject.name,
        "digests": dict(subject.digests),
        "verified": subject.verified,
        "refusal": _refusal(subject.refusal),
        "rules": [dataclasses.asdict(one) for one in subject.rules],
        "gate": gate_facts(subject.gated) if subject.gated else None,
        "attestations": [dataclasses.asdict(one) for one in subject.attestations],
        "others": subject.others,
    }


def _refusal(refusal: Refusal | None) -> JsonObject | None:
    return dataclasses.asdict(refusal) if refusal else None
