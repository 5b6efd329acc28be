"""detect-secrets' plugins as detectors: their patterns unmodified, without its filters, settings and network checks.

Its own loop reports a value that stands twice once, and tells no columns; here each match counts, with its place.
Left out is ``IPPublicDetector``: an address is no secret.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from dataclasses import dataclass

from detect_secrets.plugins.artifactory import ArtifactoryDetector
from detect_secrets.plugins.aws import AWSKeyDetector
from detect_secrets.plugins.azure_storage_key import AzureStorageKeyDetector
from detect_secrets.plugins.base import RegexBasedDetector
from detect_secrets.plugins.basic_auth import BasicAuthDetector
from detect_secrets.plugins.cloudant import CloudantDetector
from detect_secrets.plugins.discord import DiscordBotTokenDetector
from detect_secrets.plugins.github_token import GitHubTokenDetector
from detect_secrets.plugins.gitlab_token import GitLabTokenDetector
from detect_secrets.plugins.high_entropy_strings import (
    Base64HighEntropyString,
    HexHighEntropyString,
    HighEntropyStringsPlugin,
)
from detect_secrets.plugins.ibm_cloud_iam import IbmCloudIamDetector
from detect_secrets.plugins.ibm_cos_hmac import IbmCosHmacDetector
from detect_secrets.plugins.jwt import JwtTokenDetector
from detect_secrets.plugins.mailchimp import MailchimpDetector
from detect_secrets.plugins.npm import NpmDetector
from detect_secrets.plugins.openai import OpenAIDetector
from detect_secrets.plugins.private_key import PrivateKeyDetector
from detect_secrets.plugins.pypi_token import PypiTokenDetector
from detect_secrets.plugins.sendgrid import SendGridDetector
from detect_secrets.plugins.slack import SlackDetector
from detect_secrets.plugins.softlayer import SoftlayerDetector
from detect_secrets.plugins.square_oauth import SquareOAuthDetector
from detect_secrets.plugins.stripe import StripeDetector
from detect_secrets.plugins.telegram_token import TelegramBotTokenDetector
from detect_secrets.plugins.twilio import TwilioKeyDetector

from gatekeeper.analyze.secrets.detector import Certainty, Hit
from gatekeeper.analyze.secrets.gates import Gate

ALNUM = (string.ascii_letters + string.digits).encode()

# What the patterns of each plugin cannot do without, and the group of the match that is the secret (0: all of it).
SHAPES: tuple[tuple[RegexBasedDetector, Gate, int], ...] = (
    (ArtifactoryDetector(), Gate(patterns=(re.compile(rb"A(?:KC|P[0-9A-F])[a-zA-Z0-9]{8}"),)), 0),
    (AWSKeyDetector(), Gate(literals=(b"aws",), exact=(b"A3T", b"ABIA", b"ACCA", b"AKIA", b"ASIA")), 1),
    (AzureStorageKeyDetector(), Gate(exact=(b"AccountKey=",)), 0),
    (BasicAuthDetector(), Gate(exact=(b"://",)), 1),
    (
        CloudantDetector(),
        Gate(
            lower_patterns=(
                re.compile(rb"cl(?:ou|oudant)?[_-]?(?:api)?(?:key|pw|pass|token)"),
                re.compile(rb"cloudant\.com"),
            )
        ),
        1,
    ),
    (DiscordBotTokenDetector(), Gate(patterns=(re.compile(rb"\.[a-zA-Z0-9_-]{6}\.[a-zA-Z0-9_-]{27}"),)), 0),
    (GitHubTokenDetector(), Gate(exact=(b"ghp_", b"gho_", b"ghu_", b"ghs_", b"ghr_")), 0),
    (
        GitLabTokenDetector(),
        Gate(
            exact=(
                b"glpat-", b"gldt-", b"glft-", b"glsoat-", b"glrt-", b"GR1348941", b"glcbt-", b"glimt-", b"glptt-",
                b"glagent-", b"gloas-",
            )
        ),
        0,
    ),
    (IbmCloudIamDetector(), Gate(runs=((ALNUM + b"_-", 44),)), 1),
    (IbmCosHmacDetector(), Gate(runs=((b"0123456789abcdefABCDEF", 48),)), 1),
    (JwtTokenDetector(), Gate(exact=(b"eyJ",)), 0),
    (MailchimpDetector(), Gate(exact=(b"-us",)), 0),
    (NpmDetector(), Gate(exact=(b":_authToken=",)), 1),
    (OpenAIDetector(), Gate(exact=(b"T3BlbkFJ",)), 0),
    (PrivateKeyDetector(), Gate(exact=(b"PRIVATE KEY", b"PuTTY-User-Key-File-2")), 0),
    (PypiTokenDetector(), Gate(exact=(b"pypi-AgE",)), 0),
    (SendGridDetector(), Gate(exact=(b"SG.",)), 0),
    (SlackDetector(), Gate(literals=(b"xox", b"hooks.slack.com/services/")), 0),
    (SoftlayerDetector(), Gate(runs=((ALNUM, 64),)), 1),
    (SquareOAuthDetector(), Gate(exact=(b"sq0csp-",)), 0),
    (StripeDetector(), Gate(exact=(b"k_live_",)), 0),
    (TelegramBotTokenDetector(), Gate(patterns=(re.compile(rb":[0-9A-Za-z_-]{35}"),)), 0),
    (TwilioKeyDetector(), Gate(patterns=(re.compile(rb"AC[a-z0-9]{32}"), re.compile(rb"SK[a-z0-9]{32}"))), 0),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shape:
    """A plugin that knows the shape of one issuer's tokens."""

    plugin: RegexBasedDetector
    lines: Gate
    group: int
    certainty: Certainty = Certainty.SHAPE

    @property
    def name(self) -> str:
        """The plugin's own name for it."""
        return str(self.plugin.secret_type)

    def gate(self, path: str) -> Gate:
        """The same for all files."""
        return self.lines

    def find(self, line: str, path: str) -> Iterator[Hit]:
        """All matches of the plugin's patterns."""
        for pattern in self.plugin.denylist:
            for match in pattern.finditer(line):
                if not isinstance(self.plugin, JwtTokenDetector) or self.plugin.is_formally_valid(match.group()):
                    yield Hit(*match.span(min(self.group, pattern.groups)))


@dataclass(frozen=True, slots=True)
class Entropy:
    """A plugin that takes quoted strings of high entropy for secrets."""

    plugin: HighEntropyStringsPlugin
    lines: Gate
    certainty: Certainty = Certainty.ENTROPY

    @property
    def name(self) -> str:
        """The plugin's own name for it."""
        return str(self.plugin.secret_type)

    def gate(self, path: str) -> Gate:
        """The same for all files."""
        return self.lines

    def find(self, line: str, path: str) -> Iterator[Hit]:
        """All quoted strings of the plugin's alphabet above its limit."""
        for match in self.plugin.regex.finditer(line):
            if self.plugin.calculate_shannon_entropy(match[2]) > self.plugin.entropy_limit:
                yield Hit(*match.span(2))


def shapes() -> tuple[Shape, ...]:
    """All plugins that know shapes."""
    return tuple(Shape(plugin, gate, group) for plugin, gate, group in SHAPES)


def entropies() -> tuple[Entropy, ...]:
    """The entropy plugins: above 4.5 bits of base64 need 23 characters, above 3 bits of hex nine."""
    base64, hexadecimal = Base64HighEntropyString(), HexHighEntropyString()
    return (
        Entropy(base64, Gate(runs=((ALNUM + b"+/\\-_=", 23),))),
        Entropy(hexadecimal, Gate(runs=((string.hexdigits.encode(), 9),))),
    )
