"""in-toto's vulnerabilities v0.2 (https://in-toto.io/attestation/vulns/v0.2): what advisories say of the packages."""

from __future__ import annotations

from gatekeeper.attest.statements import subject_of
from gatekeeper.formats.predicates import VULNERABILITIES
from gatekeeper.formats.statement import Statement
from gatekeeper.model.decision import Artifact, Decision
from gatekeeper.model.json import JsonObject
from gatekeeper.model.packages import Vulnerabilities

SCANNER = "urn:gatekeeper:scanner:advisories"


def vulnerabilities_statement(artifact: Artifact, decision: Decision, found: Vulnerabilities) -> Statement:
    """What was found; the data is as old as the oldest source. Ecosystems without data are named: none is left out.

    Raises:
        ValueError: no advisories were asked, or nobody knows how old they are.
    """
    ages = [one.modified for one in found.data]
    if not ages or not all(ages):
        raise ValueError("no advisories of a known age were looked at")
    predicate: JsonObject = {
        "scanner": {
            "uri": SCANNER,
            "version": decision.tool["version"],
            "db": {
                "uri": f"urn:gatekeeper:advisories:{'+'.join(sorted({one.source for one in found.data}))}",
                "lastUpdate": min(ages),
            },
            "result": [
                {
                    "id": one.id,
                    "severity": [{"method": "advisory", "score": one.severity}],
                    "annotations": [{"package": one.package}],
                }
                for one in found.matches
            ],
        },
        "metadata": {"scanStartedOn": decision.decision.time, "scanFinishedOn": decision.decision.time},
    }
    if found.unchecked:
        predicate["scanner"]["unchecked"] = list(found.unchecked)
    return Statement((subject_of(artifact),), VULNERABILITIES, predicate)
