"""The scanner for secrets."""

from gatekeeper.analyze.secrets.analyzer import SecretsAnalyzer

__all__ = ["SecretsAnalyzer"]
