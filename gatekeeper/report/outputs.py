"""The output formats."""

from __future__ import annotations

from gatekeeper.report.base import Output
from gatekeeper.report.decision import DecisionOutput
from gatekeeper.report.evidence import EvidenceOutput
from gatekeeper.report.json import JsonOutput
from gatekeeper.report.sarif import SarifOutput
from gatekeeper.report.text import TextOutput

OUTPUTS: tuple[Output, ...] = (TextOutput(), JsonOutput(), SarifOutput(), DecisionOutput(), EvidenceOutput())
