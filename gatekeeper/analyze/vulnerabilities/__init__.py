"""Known vulnerabilities of locked packages."""

from gatekeeper.analyze.vulnerabilities.analyzer import VulnerabilitiesAnalyzer

__all__ = ["VulnerabilitiesAnalyzer"]
