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

RULES = "test-result"
VULNERABILITIES = "vulnerabilities"
STATEMENTS = (RULES, VULNERABILITIES)


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
            raise UsageError(
                f"--also {VULNERABILITIES}: {error}", hint="name them: --advisories DIR, or --online"
            ) from None
    return statements
