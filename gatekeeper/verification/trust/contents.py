"""Which statements say what a rule can ask for, and how each is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from gatekeeper.errors import VerificationFailure
from gatekeeper.formats import predicates
from gatekeeper.formats.predicates import provenance_v02, provenance_v1, summary
from gatekeeper.formats.predicates import release as releases
from gatekeeper.formats.predicates.provenance import Provenance
from gatekeeper.formats.predicates.release import Release
from gatekeeper.formats.predicates.summary import Summary
from gatekeeper.formats.statement import Statement
from gatekeeper.model.json import JsonObject

PROVENANCES: Mapping[str, Callable[[JsonObject], Provenance]] = {
    predicates.PROVENANCE_V1: provenance_v1.read,
    predicates.PROVENANCE_V02: provenance_v02.read,
}
SUMMARIES: Mapping[str, Callable[[JsonObject], Summary]] = {
    predicates.VSA: summary.read,
    predicates.VSA_V02: summary.read_v0,
    predicates.VSA_V01: summary.read_v0,
}
RELEASES = (predicates.RELEASE_V01, predicates.RELEASE_V02)
TEST_RESULT = "https://in-toto.io/attestation/test-result/v0.1"


def provenance(statement: Statement) -> Provenance | None:
    """What a statement says about a build; None where it is about something else.

    Raises:
        VerificationFailure: it is malformed.
    """
    read = PROVENANCES.get(statement.predicate_type)
    try:
        return read(statement.predicate) if read else None
    except ValueError as error:
        raise _malformed(error) from None


def verification_summary(statement: Statement) -> Summary | None:
    """What a statement says that a verifier found; None where it is about something else.

    Raises:
        VerificationFailure: it is malformed.
    """
    read = SUMMARIES.get(statement.predicate_type)
    try:
        return read(statement.predicate) if read else None
    except ValueError as error:
        raise _malformed(error) from None


def release(statement: Statement) -> Release | None:
    """What a statement says about a release; None where it is about something else.

    Raises:
        VerificationFailure: it is malformed.
    """
    try:
        return releases.read(statement.predicate) if statement.predicate_type in RELEASES else None
    except ValueError as error:
        raise _malformed(error) from None


def _malformed(error: ValueError) -> VerificationFailure:
    return VerificationFailure(f"the signed statement is malformed: {error}", step="statement")
