"""The analyzers; each stands behind those whose kinds it needs."""

from __future__ import annotations

from gatekeeper.analyze.base import Analyzer
from gatekeeper.analyze.packages import PackagesAnalyzer
from gatekeeper.analyze.sast import SastAnalyzer
from gatekeeper.analyze.secrets import SecretsAnalyzer
from gatekeeper.analyze.terraform import TerraformAnalyzer
from gatekeeper.analyze.vulnerabilities import VulnerabilitiesAnalyzer

ANALYZERS: tuple[Analyzer, ...] = (
    SastAnalyzer(),
    TerraformAnalyzer(),
    PackagesAnalyzer(),
    VulnerabilitiesAnalyzer(),
    SecretsAnalyzer(),
)
