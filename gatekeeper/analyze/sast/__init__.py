"""SAST: flaws in Python and JavaScript, found by semgrep with our own rules."""

from gatekeeper.analyze.sast.analyzer import SastAnalyzer

__all__ = ["SastAnalyzer"]
