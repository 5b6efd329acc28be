"""The scanner for flaws in Python, JavaScript and TypeScript."""

from gatekeeper.analyze.sast.analyzer import SastAnalyzer

__all__ = ["SastAnalyzer"]
