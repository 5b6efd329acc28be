"""The decision as JSON; its shape is ``policies/schemas/decision.json``."""

from __future__ import annotations

import orjson

from gatekeeper.report.base import Report


class JsonOutput:
    """The whole decision, indented, keys in the order of the schema."""

    name = "json"

    def render(self, report: Report) -> str:
        """One JSON document."""
        return orjson.dumps(report.decision, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()
