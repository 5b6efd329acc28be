"""Statements that a gate signs besides SBOM, decision and summary, where it is asked to."""

from __future__ import annotations

from collections.abc import Sequence

from gatekeeper.attest.rule_results import rules_statement
from gatekeeper.attest.vulnerabilities import vulnerabilities_statement
from gatekeeper.errors import UsageError
from gatekeeper.formats import jsonable
from gatekeeper.formats.statement import Statement
from gatekeeper.model.decision import Artifact, Decision
from gatekeeper.model.packages import Vulnerabilities
from gatekeeper.roads.gathering import Gathered
from gatekeeper.roads.requests import Scanning

RULES = "test-result"
VULNERABILITIES = "vulnerabilities"
_ADVISORIES = "name them: --advisories DIR, or --online"


def check_request(kinds: Sequence[str], scanning: Scanning) -> None:
    """See that there will be something to say, so far as that is known before anything was looked at.

    Raises:
        UsageError: there will not.
    """
    if VULNERABILITIES in kinds and scanning.advisories is None and not scanning.online:
        raise UsageError(f"--also {VULNERABILITIES}: no advisories of a known age were looked at", hint=_ADVISORIES)


def further_statements(
    kinds: Sequence[str], artifact: Artifact, decision: Decision, gathered: Gathered
) -> dict[str, Statement]:
    """The statements of these kinds.

    Raises:
        UsageError: there is nothing to say.
    """
    statements: dict[str, Statement] = {}
    if RULES in kinds:
        statements[RULES] = rules_statement(artifact, decision)
    if VULNERABILITIES in kinds:
        found = jsonable.decode(Vulnerabilities, gathered.evidence["vulnerabilities"])
        try:
            statements[VULNERABILITIES] = vulnerabilities_statement(artifact, decision, found)
        except ValueError as error:
            raise UsageError(f"--also {VULNERABILITIES}: {error}", hint=_ADVISORIES) from None
    return statements
