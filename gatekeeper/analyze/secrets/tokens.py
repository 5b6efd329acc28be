"""Shapes of tokens that detect-secrets does not know."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gatekeeper.analyze.secrets.detector import Certainty, Hit
from gatekeeper.analyze.secrets.gates import Gate


@dataclass(frozen=True, slots=True)
class Token:
    """Tokens with a prefix of their issuer's; the pattern holds the literal."""

    name: str
    literal: bytes
    pattern: re.Pattern[str]
    certainty: Certainty = Certainty.SHAPE

    def gate(self, path: str) -> Gate:
        """The same for all files."""
        return Gate(exact=(self.literal,))

    def find(self, line: str, path: str) -> Iterator[Hit]:
        """All matches."""
        for match in self.pattern.finditer(line):
            yield Hit(*match.span())


def _token(name: str, literal: str, pattern: str) -> Token:
    return Token(name, literal.encode(), re.compile(pattern, re.ASCII))


TOKENS: tuple[Token, ...] = (
    _token("age Secret Key", "AGE-SECRET-KEY-1", r"AGE-SECRET-KEY-1[0-9A-Z]{58}"),
    _token("Anthropic API Key", "sk-ant-", r"sk-ant-[a-z]{3,8}\d\d-[\w-]{80,120}"),
    _token("Atlassian API Token", "ATATT3", r"ATATT3[\w=-]{60,250}"),
    _token("Azure Client Secret", "Q~", r"(?<![\w~.-])[\w~.]{3}\dQ~[\w~.-]{31,34}(?![\w~-])"),
    _token("Databricks Token", "dapi", r"dapi[0-9a-f]{32}(?![0-9a-f])"),
    _token("DigitalOcean Token", "_v1_", r"do[opr]_v1_[0-9a-f]{64}"),
    _token("Docker Hub Token", "dckr_pat_", r"dckr_pat_[\w-]{27}"),
    _token("GitHub Token", "github_pat_", r"github_pat_[0-9A-Za-z]{22}_[0-9A-Za-z]{59}"),
    _token("Google API Key", "AIza", r"AIza[\w-]{35}(?![\w-])"),
    _token("Google OAuth Secret", "GOCSPX-", r"GOCSPX-[\w-]{28}"),
    _token("Google OAuth Token", "ya29.", r"ya29\.[\w-]{30,400}"),
    _token("Grafana Service Account Token", "glsa_", r"glsa_[0-9A-Za-z]{32}_[0-9a-f]{8}"),
    _token("Groq API Key", "gsk_", r"gsk_[0-9A-Za-z]{52}"),
    _token("Hugging Face Token", "hf_", r"hf_[0-9A-Za-z]{34}(?![0-9A-Za-z])"),
    _token("Linear API Key", "lin_api_", r"lin_api_[0-9A-Za-z]{40}"),
    _token("New Relic API Key", "NRAK-", r"NRAK-[0-9A-Z]{27}"),
    _token("NPM tokens", "npm_", r"npm_[0-9A-Za-z]{36}(?![0-9A-Za-z])"),
    _token("OpenAI Token", "sk-", r"sk-(?:proj|svcacct|admin)-[\w-]{40,200}"),
    _token("Postman API Key", "PMAK-", r"PMAK-[0-9a-f]{24}-[0-9a-f]{34}"),
    _token("Private Key", "PuTTY-User-Key-File-3", r"PuTTY-User-Key-File-3"),
    _token("Pulumi Access Token", "pul-", r"pul-[0-9a-f]{40}"),
    _token("Shopify Access Token", "shp", r"shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}"),
    _token("Slack Token", "xapp-", r"xapp-\d-[0-9A-Z]+-\d+-[0-9a-z]{20,100}"),
    _token("Stripe Webhook Secret", "whsec_", r"whsec_[0-9A-Za-z+/]{32,64}={0,2}"),
    _token("Terraform Cloud Token", ".atlasv1.", r"[0-9A-Za-z]{14}\.atlasv1\.[\w-]{60,80}"),
    _token("Vault Token", "hv", r"hv[bsr]\.[\w-]{24,200}"),
)
