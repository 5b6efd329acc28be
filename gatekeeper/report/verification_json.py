"""A verification for a program."""

from __future__ import annotations

import dataclasses
import json

from gatekeeper.model.verification import Verification, VerifiedSubject
from gatekeeper.report.verification_document import (
    SCHEMA_VERSION,
    DocumentSubject,
    GateFacts,
    UsedTrust,
    VerificationDocument,
)
from gatekeeper.report.verification_facts import gate_facts


def as_json(verification: Verification) -> str:
    """Verdicts, rules and attestations of all subjects.

    In ASCII: a signed statement may hold what UTF-8 cannot, such as half of a surrogate pair.

    Raises:
        VerificationFailure: a gate's statement lacks something that is shown.
    """
    document = VerificationDocument(
        SCHEMA_VERSION,
        verification.accepted,
        verification.time,
        UsedTrust(verification.trust_name, verification.trust),
        verification.release,
        tuple(_subject(one) for one in verification.subjects),
        verification.left_out,
    )
    return json.dumps(dataclasses.asdict(document), indent=2) + "\n"


def _subject(subject: VerifiedSubject) -> DocumentSubject:
    return DocumentSubject(
        subject.uri,
        subject.name,
        dict(subject.digests),
        subject.verified,
        subject.refusal,
        subject.rules,
        GateFacts(**gate_facts(subject.gated)) if subject.gated else None,
        subject.attestations,
        subject.others,
    )
