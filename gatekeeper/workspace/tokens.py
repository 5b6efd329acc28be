"""Shapes of tokens: one table for the scanner, which reports them, and for the masks, which hide them.

Whatever a detector finds by its shape must be masked. For detect-secrets' own plugins the table therefore holds rows
that only mask: their patterns are rewritten, because they face any text here and must take linear time, and cover at
least what the plugins match.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gatekeeper.workspace.randomness import is_random

# Where a token begins: behind no letter or digit, unless that belongs to an escape such as \n.
_START = r"(?:(?<![0-9A-Za-z])|(?<=\\[0-9A-Za-z]))"
_MORE = re.compile(r"[\w-]*+", re.ASCII)
_LEAST_RANDOM = 10
_FAR = 256


@dataclass(frozen=True, slots=True)
class Token:
    """Tokens of one shape.

    Each match holds one of the literals, in any case where the pattern ignores case. The group ``secret`` is the
    secret, all of the match where there is no such group.
    """

    name: str
    literals: tuple[str, ...]
    pattern: re.Pattern[str]
    is_vague: bool = False  # without anything of the issuer's: only what looks random is one
    is_reported: bool = True  # by the scanner itself; others are reported by plugins or are too loose to be

    @property
    def ignores_case(self) -> bool:
        """Whether the literals may stand in any case."""
        return bool(self.pattern.flags & re.IGNORECASE)

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Offsets of what must be masked: all secrets, together with what continues them."""
        group = "secret" if "secret" in self.pattern.groupindex else 0
        position = 0
        while (match := self.pattern.search(text, position)) is not None:
            start, end = match.span(group)
            more = _MORE.match(text, end)
            behind = more.end() if more else end
            if self.is_vague and not _is_random_start(text[start:end], text[start : min(behind, end + _FAR)]):
                position = match.end()
            else:
                yield start, behind
                position = max(behind, match.end())


def _is_random_start(*texts: str) -> bool:
    return any(is_random(text, _LEAST_RANDOM) for text in texts)


def _reported(name: str, literal: str, pattern: str, *, vague: bool = False) -> Token:
    return Token(name, (literal,), re.compile(pattern, re.ASCII), vague)


def _masked(name: str, literals: str, pattern: str, *, vague: bool = False, flags: int = 0) -> Token:
    return Token(name, tuple(literals.split()), re.compile(pattern, re.ASCII | flags), vague, is_reported=False)


def _assigned(name: str, words: str, value: str) -> Token:
    """A value that has a shape only together with its name, as detect-secrets' assignments."""
    pattern = (
        rf"""(?:(?<!\w)|(?<=\\[nrt])){words}["']?\]?[ ]{{0,64}}+(?:=>|:=|::|[=:])?+[ ]{{0,64}}+"""
        rf"""(?<=[ =:>])["']?(?P<secret>{value})"""
    )
    return _masked(name, "key pw pass token", pattern, vague=True, flags=re.IGNORECASE)


_KEY = r"(?:key|pwd|pw|password|pass|token)"

TOKENS: tuple[Token, ...] = (
    _reported("age Secret Key", "AGE-SECRET-KEY-1", r"AGE-SECRET-KEY-1[0-9A-Z]{58}"),
    _reported("Anthropic API Key", "sk-ant-", r"sk-ant-[a-z]{3,8}\d\d-[\w-]{80,120}"),
    _reported("Atlassian API Token", "ATATT3", r"ATATT3[\w=-]{60,250}"),
    _reported(
        "Azure Client Secret",
        "Q~",
        r"(?:(?<![\w~.-])|(?<=\\[nrt]))[\w~.]{3}\dQ~[\w~.-]{31,34}(?![\w~-])",
        vague=True,
    ),
    _reported("Databricks Token", "dapi", r"dapi[0-9a-f]{32}(?![0-9a-f])"),
    _reported("DigitalOcean Token", "_v1_", r"do[opr]_v1_[0-9a-f]{64}"),
    _reported("Docker Hub Token", "dckr_pat_", r"dckr_pat_[\w-]{27}"),
    _reported("GitHub Token", "github_pat_", r"github_pat_\w{40,255}"),
    _reported("Google API Key", "AIza", r"AIza[\w-]{35}(?![\w-])"),
    _reported("Google OAuth Secret", "GOCSPX-", r"GOCSPX-[\w-]{28}"),
    _reported("Google OAuth Token", "ya29.", r"ya29\.[\w-]{30,400}"),
    _reported("Grafana Service Account Token", "glsa_", r"glsa_[0-9A-Za-z]{32}_[0-9a-f]{8}"),
    _reported("Groq API Key", "gsk_", r"gsk_[0-9A-Za-z]{52}"),
    _reported("Hugging Face Token", "hf_", r"hf_[0-9A-Za-z]{34}(?![0-9A-Za-z])"),
    _reported("Linear API Key", "lin_api_", r"lin_api_[0-9A-Za-z]{40}"),
    _reported("New Relic API Key", "NRAK-", r"NRAK-[0-9A-Z]{27}"),
    _reported("NPM tokens", "npm_", r"npm_[0-9A-Za-z]{36}(?![0-9A-Za-z])"),
    _reported("OpenAI Token", "sk-", r"sk-(?:proj|svcacct|admin)-[\w-]{40,200}"),
    _reported("Postman API Key", "PMAK-", r"PMAK-[0-9a-f]{24}-[0-9a-f]{34}"),
    _reported("Private Key", "PuTTY-User-Key-File-3", r"PuTTY-User-Key-File-3"),
    _reported("Pulumi Access Token", "pul-", r"pul-[0-9a-f]{40}"),
    _reported("Shopify Access Token", "shp", r"shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}"),
    _reported("Slack Token", "xapp-", r"xapp-\d-[0-9A-Z]+-\d+-[0-9a-z]{20,100}"),
    _reported("Stripe Webhook Secret", "whsec_", r"whsec_[0-9A-Za-z+/]{32,64}={0,2}"),
    _reported("Terraform Cloud Token", ".atlasv1.", r"[0-9A-Za-z]{14}\.atlasv1\.[\w-]{60,80}"),
    _reported("Vault Token", "hv", r"hv[bsr]\.[\w-]{24,200}"),
    # What stands here only masks. Looser than what the scanner dares to report:
    _masked("OpenAI Token", "sk-", rf"{_START}sk-[\w-]{{32,}}+"),
    _masked("Slack Token", "xapp-", rf"{_START}xapp-[\w-]{{20,}}+"),
    # What detect-secrets' plugins report:
    _masked(
        "Artifactory Credentials",
        "AKC AP",
        rf"{_START}A(?:KC[0-9A-Za-z]{{2}}|P[0-9A-F])[0-9A-Za-z]{{8,}}+",
        vague=True,
    ),
    _masked(
        "AWS Access Key",
        "A3T ABIA ACCA AKIA ASIA",
        rf"{_START}A(?:3T[0-9A-Z]|BIA|CCA|KIA|SIA)[0-9A-Z]{{16}}(?![0-9A-Za-z])",
    ),
    _masked(
        "AWS Access Key",
        "aws",
        r"""aws.{0,20}?(?:key|pwd|pw|pass|token).{0,24}?["'](?P<secret>[0-9a-z/+]{40})["']""",
        flags=re.IGNORECASE,
    ),
    _masked("Azure Storage Account access key", "AccountKey=", r"AccountKey=(?P<secret>[0-9A-Za-z+/=]{80,100})"),
    _masked(
        "Basic Auth Credentials",
        "://",
        # Passwords with a slash or an at sign belong in no address, but stand in some; a port is no password.
        r"""://[^\s/?#:"']{0,256}+:(?!\d{1,5}[/?#])"""
        r"""(?P<secret>(?:(?!://)[^\s"'@]){1,512}+(?:@(?:(?!://)[^\s"'@]){0,256}+(?=@)){0,8}+)@""",
    ),
    _assigned("Cloudant Credentials", r"cl(?:ou|oudant)?[_-]?(?:api)?[_-]?" + _KEY, r"[0-9a-f]{64}|[a-z]{24}"),
    _masked(
        "Discord Bot Token", ".", rf"{_START}[MNO][\w-]{{23,25}}\.[\w-]{{6}}\.[\w-]{{27}}(?![0-9A-Za-z])", vague=True
    ),
    _masked("GitHub Token", "ghp_ gho_ ghu_ ghs_ ghr_", r"gh[pousr]_\w{36,}+"),
    _masked("GitLab Token", "gl", r"gl(?:pat|dt|ft|soat|rt|cbt|imt|ptt|agent|oas)-[\w-]{20,}+"),
    _masked("GitLab Token", "GR1348941", r"GR1348941[\w-]{20,}+"),
    _assigned(
        "IBM Cloud IAM Key",
        r"(?:ibm)?[_-]?(?:cloud)?[_-]?(?:iam)?[_-]?(?:api)?[_-]?" + _KEY,
        r"[\w-]{44}(?![\w-])",
    ),
    _assigned(
        "IBM COS HMAC Credentials",
        r"(?:ibm)?[_-]?(?:cos)?[_-]?(?:hmac)?[_-]?secret[_-]?(?:access)?[_-]?key",
        r"[0-9a-f]{48}(?![0-9a-f])",
    ),
    # The header's first "eyJ" in a word decides, so that no word is walked through more than once.
    _masked(
        "JSON Web Token",
        "eyJ",
        r"(?<![\w-])(?>[\w-]*?(?=eyJ))(?P<secret>eyJ[\w-]{4,}+={0,2}\.[\w-]{2,}+={0,2}(?:\.[\w+/=-]*+){0,4}+)",
    ),
    _masked("Mailchimp Access Key", "-us", rf"{_START}[0-9a-z]{{32}}-us[0-9]{{1,2}}", vague=True),
    _masked(
        "Private Key",
        "BEGIN",
        r"(?:-{4,5}[ ]?)?BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?"
        r"(?:(?=[ ]?-{4})|(?=[\s\S]{0,400}?[0-9A-Za-z+/]{20}))"
        r"[\s\S]*?(?:-{4,5}[ ]?END [A-Z0-9 ]*+-{4,5}|\Z)",
    ),
    _masked("Private Key", "PuTTY-User-Key-File-", r"PuTTY-User-Key-File-[23][\s\S]*?(?:Private-MAC: [0-9a-f]+|\Z)"),
    _masked("NPM tokens", "_authToken=", r"""_authToken=[\s\x1c-\x1f]{0,64}+(?P<secret>[^\s"'`]++)"""),
    _masked("PyPI Token", "pypi-A", r"pypi-A[\w-]{50,}+"),
    _masked("SendGrid API Key", "SG.", rf"{_START}SG\.[\w-]{{22}}\.[\w-]{{43}}"),
    _masked("Slack Token", "xox", rf"{_START}xox[abeoprs]-(?:[\w-]{{10,}}+|\d[\w-]*+)", flags=re.IGNORECASE),
    _masked(
        "Slack Token", "hooks.slack.com", r"hooks\.slack\.com/services/(?P<secret>[\w/]++)", flags=re.IGNORECASE
    ),
    _assigned("SoftLayer Credentials", r"(?:softlayer|sl)[_-]?(?:api)?[_-]?" + _KEY, r"[0-9a-z]{64}"),
    _masked(
        "SoftLayer Credentials",
        "softlayer",
        r"api.softlayer.com/soap/v3(?:.1)?/(?P<secret>[0-9a-z]{64})",
        flags=re.IGNORECASE,
    ),
    _masked("Square OAuth Secret", "sq0csp-", r"sq0csp-[\w\\-]{43}"),
    _masked("Stripe Access Key", "k_live_ k_test_", r"[rs]k_(?:live|test)_[0-9A-Za-z]{16,}+"),
    _masked("Telegram Bot Token", ":", rf"{_START}\d{{8,10}}:[\w-]{{35}}", vague=True),
    _masked("Twilio API Key", "AC SK", rf"{_START}(?:AC|SK)[0-9a-z]{{32}}(?![0-9A-Za-z])", vague=True),
)  # fmt: skip
