"""Which statements say what a rule can ask for, and how each is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from gatekeeper.errors import VerificationFailure
from gatekeeper.formats import predicates
from gatekeeper.formats.predicates import provenance_v02, provenance_v1, summary
from gatekeeper.formats.predicates import release as releases
from gatekeeper.formats.predicates.provenance import Provenance
from gatekeeper.formats.predicates.release import Release
from gatekeeper.formats.predicates.summary import Summary
from gatekeeper.formats.statement import Statement
from gatekeeper.model.json import JsonObject

T = TypeVar("T")
PROVENANCES: Mapping[str, Callable[[JsonObject], Provenance]] = {
    predicates.PROVENANCE_V1: provenance_v1.read,
    predicates.PROVENANCE_V02: provenance_v02.read,
}
SUMMARIES: Mapping[str, Callable[[JsonObject], Summary]] = {
    predicates.VSA: summary.read,
    predicates.VSA_V02: summary.read_v0,
    predicates.VSA_V01: summary.read_v0,
}
RELEASES: Mapping[str, Callable[[JsonObject], Release]] = {
    predicates.RELEASE_V01: releases.read,
    predicates.RELEASE_V02: releases.read,
}
_PROVENANCES = ("https://slsa.dev/provenance/", "https://in-toto.io/provenance/", "https://in-toto.io/link/")
_SUMMARIES = "https://slsa.dev/verification_summary/"
_DECISIONS = "urn:gatekeeper:decision:"


def is_authorship(kind: str) -> bool:
    """Whether statements of a predicate type, in whatever version, make an artifact or judge it."""
    return kind.lower().startswith((*_PROVENANCES, _SUMMARIES, _DECISIONS))


def provenance(statement: Statement) -> Provenance | None:
    """What a statement says about a build; None where it is about something else.

    Raises:
        VerificationFailure: it is malformed.
    """
    return _read(PROVENANCES, statement)


def verification_summary(statement: Statement) -> Summary | None:
    """What a statement says that a verifier found; None where it is about something else.

    Raises:
        VerificationFailure: it is malformed.
    """
    return _read(SUMMARIES, statement)


def summary_against(statement: Statement) -> Summary | None:
    """What a summary of any version says that is no PASSED; None for one that passed, and where it is about else.

    Its result is FAILED, whatever it says instead; what else cannot be read of it is left empty.
    """
    if not statement.predicate_type.lower().startswith(_SUMMARIES):
        return None
    try:
        said = verification_summary(statement)
    except VerificationFailure:
        said = None
    said = said or summary.read_leniently(statement.predicate)
    return said if said.result == summary.FAILED else None


def release(statement: Statement) -> Release | None:
    """What a statement says about a release; None where it is about something else.

    Raises:
        VerificationFailure: it is malformed.
    """
    return _read(RELEASES, statement)


def _read(readers: Mapping[str, Callable[[JsonObject], T]], statement: Statement) -> T | None:
    read = readers.get(statement.predicate_type)
    try:
        return read(statement.predicate) if read else None
    except ValueError as error:
        raise VerificationFailure(f"the signed statement is malformed: {error}", step="statement") from None
