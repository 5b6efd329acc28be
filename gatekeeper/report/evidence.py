"""The evidence that was judged, a change included: what ``gatekeeper replay`` wants beside the decision record."""

from __future__ import annotations

from gatekeeper.errors import UsageError
from gatekeeper.formats import jsonable
from gatekeeper.report.base import Report


class EvidenceOutput:
    """One line of JSON as policies saw it: keys sorted, no white space."""

    name = "evidence"

    def render(self, report: Report) -> str:
        """The document.

        Raises:
            UsageError: whoever decided did not keep it.
        """
        if report.evidence is None:
            raise UsageError("there is no evidence of this decision", hint="hand it to the report")
        return jsonable.dumps(report.evidence).decode() + "\n"
