"""The statement of a person who lets pass what a gate decided."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from hashlib import sha256

from gatekeeper.formats.predicates import APPROVAL, DECISION
from gatekeeper.formats.predicates.claims import Claims
from gatekeeper.formats.predicates.decision import PASSING
from gatekeeper.formats.sigstore.bundle import Bundle
from gatekeeper.formats.statement import Statement, Subject
from gatekeeper.formats.times import in_utc


def approval_statement(subjects: Sequence[Subject], decision: bytes, role: str, time: datetime.datetime) -> Statement:
    """``decision`` are the bytes of the bundle that a gate wrote; ``time`` has a time zone.

    Raises:
        ValueError: it is no signed decision, rejects, or is about something else than one of the subjects.
    """
    stated = Statement.decode(Bundle.decode(decision).envelope.payload)
    if stated.predicate_type != DECISION:
        raise ValueError(f"no decision of a gate, but {stated.predicate_type!r:.100}")
    decided = {one.sha256 for one in stated.subjects}
    for subject in subjects:
        if subject.sha256 not in decided or not subject.sha256:
            raise ValueError(f"the decision is not about {subject.name} sha256:{subject.sha256}")
    predicate = Claims(stated.predicate)
    ruling = predicate.inner("decision")
    verdict = ruling.required("verdict")
    if verdict not in PASSING:
        raise ValueError(f"the gate decided {verdict!r:.40}, which nobody can approve")
    return Statement(
        tuple(subjects),
        APPROVAL,
        {
            "role": role,
            "time": in_utc(time.replace(microsecond=0)),
            "decision": {
                "digest": {"sha256": sha256(decision).hexdigest()},
                "verdict": verdict,
                "stage": ruling.required("stage"),
                "time": ruling.required("time"),
                "policies": {
                    "digest": {"sha256": predicate.inner("policies").required("digest").removeprefix("sha256:")}
                },
            },
        },
    )
