"""The decision record: canonical JSON that ``gatekeeper replay`` judges again."""

from __future__ import annotations

from gatekeeper.errors import UsageError
from gatekeeper.formats import jsonable
from gatekeeper.model.decision import Decision, DecisionRecord, Inputs, RecordedFinding
from gatekeeper.report.base import Report


class DecisionOutput:
    """One line of JSON: keys sorted, no white space; the same decision gives the same bytes."""

    name = "decision"

    def render(self, report: Report) -> str:
        """The record.

        Raises:
            UsageError: whoever decided did not keep what the decision rests on.
        """
        if report.inputs is None:
            raise UsageError(
                "there is no record of this decision", hint="hand the inputs of the decision to the report"
            )
        return written(record(report.decision, report.inputs)).decode()


def record(decision: Decision, inputs: Inputs) -> DecisionRecord:
    """What is kept of a decision."""
    kept = {name: getattr(inputs, name) for name in ("settings", "waivers", "baseline", "base")}
    return DecisionRecord(
        decision=decision.decision,
        findings=tuple(
            RecordedFinding(
                rule=finding.rule,
                severity=finding.severity,
                effect=finding.effect,
                status=finding.status,
                message=finding.message,
                subject=finding.subject,
                fingerprint=finding.fingerprint,
                at=finding.at,
                note=finding.note,
            )
            for finding in decision.findings
        ),
        failures=decision.failures,
        policies=decision.policies,
        evidence=decision.evidence,
        inputs=inputs,
        digests={name: jsonable.digest(jsonable.plain(value)) for name, value in kept.items()},
        source=decision.source,
        origins=decision.settings,
        artifacts=decision.artifacts,
        tool=decision.tool,
    )


def written(kept: DecisionRecord) -> bytes:
    """The bytes of a record. Keys of dataclasses are sorted as well: as plain data they are like all others."""
    return jsonable.dumps(jsonable.plain(kept)) + b"\n"
