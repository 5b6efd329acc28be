"""Secrets inside text: what has the shape of a known token, and what is assigned to the name of a secret.

All patterns are linear: they start at the border of a word and never go back.
"""

from __future__ import annotations

import re
from functools import lru_cache

from gatekeeper.workspace.secret_names import MASK, is_secret_name, masked_literal

# What a token starts with, and what it then looks like.
_TOKENS = {
    "AKIA": r"AKIA(?<![A-Za-z0-9]AKIA)[A-Z0-9]{16}(?![A-Za-z0-9])",  # AWS
    "ASIA": r"ASIA(?<![A-Za-z0-9]ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])",
    "ABIA": r"ABIA(?<![A-Za-z0-9]ABIA)[A-Z0-9]{16}(?![A-Za-z0-9])",
    "AIza": r"AIza(?<![\w-]AIza)[\w-]{35}",  # Google
    "GOCSPX-": r"GOCSPX-[\w-]{28}",
    "ya29.": r"ya29\.(?<!\wya29\.)[\w-]{20,}+",
    "SG.": r"SG\.(?<!\wSG\.)[\w-]{22}\.[\w-]{43}",  # SendGrid
    "dop_v1_": r"dop_v1_[0-9a-f]{64}",  # DigitalOcean
    "eyJ": r"eyJ(?<![\w-]eyJ)[\w-]{8,}+\.[\w-]{8,}+\.[\w-]*+",  # JSON Web Token
    "ghp_": r"ghp_[A-Za-z0-9]{36,255}+",  # GitHub
    "gho_": r"gho_[A-Za-z0-9]{36,255}+",
    "ghu_": r"ghu_[A-Za-z0-9]{36,255}+",
    "ghs_": r"ghs_[A-Za-z0-9]{36,255}+",
    "ghr_": r"ghr_[A-Za-z0-9]{36,255}+",
    "github_pat_": r"github_pat_\w{40,255}+",
    "glpat-": r"glpat-[\w-]{20,255}+",  # GitLab
    "gldt-": r"gldt-[\w-]{20,255}+",
    "glrt-": r"glrt-[\w-]{20,255}+",
    "glcbt-": r"glcbt-[\w-]{20,255}+",
    "glptt-": r"glptt-[\w-]{20,255}+",
    "hf_": r"hf_(?<!\whf_)[A-Za-z0-9]{34}",  # Hugging Face
    "hvs.": r"hvs\.(?<!\whvs\.)[\w-]{24,255}+",  # Vault
    "npm_": r"npm_(?<!\wnpm_)[A-Za-z0-9]{36}",  # npm
    "pypi-A": r"pypi-A[\w-]{50,}+",  # PyPI
    "sk_live_": r"sk_live_[A-Za-z0-9]{16,}+",  # Stripe
    "sk_test_": r"sk_test_[A-Za-z0-9]{16,}+",
    "rk_live_": r"rk_live_[A-Za-z0-9]{16,}+",
    "rk_test_": r"rk_test_[A-Za-z0-9]{16,}+",
    "sk-": r"sk-(?<![\w-]sk-)[\w-]{32,}+",  # OpenAI, Anthropic
    "xapp-": r"xapp-(?<![\w-]xapp-)[\w-]{20,}+",  # Slack
    "xox": r"xox[abeoprs]-(?<![\w-].{5})[\w-]{10,}+",
    "hooks.slack.com": r"hooks\.slack\.com/services/(?P<hook>[\w/]++)",
    "PRIVATE KEY": r"-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END[A-Z0-9 ]*+-----|\Z)",
    "://": r"""://[^\s/?#:@"'<>]*+:(?P<password>[^\s/?#@"'<>]++)@""",
}
_ANCHORS = {anchor: anchor.encode() for anchor in _TOKENS}
_STEMS = ("key", "pass", "pw", "secret", "token", "authorization")

_QUOTE = r"""(?:\\{0,8}+["'`])?+"""
# Searched in lower case. Everything is bounded, so that a long run of letters or dashes is not walked again and again.
_BEFORE_VALUE = re.compile(
    rf"""
      (?:key|pass|pw|secret|token) [\w.-]{{0,64}}+ {_QUOTE} (?:
        (?P<separator> \]?+ [ \t]{{0,64}}+ (?: =(?![=~>]) | => | :=
            | :[ \t]{{0,8}}+(?:str|string|bytes|secretstr)[ \t]{{0,8}}+=
            | :(?=\s|\\{{1,8}}+["']|["']) ) [ \t]{{0,64}}+ )
        | (?P<pair> \s{{0,64}}+ ,? \s{{0,64}}+ {_QUOTE} value {_QUOTE} [ \t]{{0,64}}+ [:=] [ \t]{{0,64}}+ ) )
    | authorization {_QUOTE} [ \t]{{0,64}}+ [:=] [ \t]{{0,64}}+ {_QUOTE}
        (?P<scheme>(?:bearer|basic|token|digest|apikey)[ \t]{{1,64}}+)
    | --(?=[\w-]{{0,64}}?(?:key|pass|pw|secret|token)) (?P<option>[\w-]{{1,128}}+) [ \t]{{1,64}}+ (?=[^\s=:-])
    """,
    re.VERBOSE,
)
_BEFORE_PAIR = re.compile(
    r"""(?:name|key)(?:\\{0,8}["'`])?[ \t]{0,64}[:=][ \t]{0,64}(?:\\{0,8}["'`])?\Z""", re.IGNORECASE
)
_WORD_CHARACTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-"
_VALUE = re.compile(
    r"""
      (?<!\w) (?:\\*+["'])? (?i:name|key) (?:\\*+["'])? [ \t]*+ [:=] [ \t]*+ (?:\\*+["'])? (?P<pair>[\w.-]++)
      (?:\\*+["'])? \s*+ ,? \s*+ (?:\\*+["'])? (?i:value) (?:\\*+["'])? [ \t]*+ [:=] [ \t]*+
    | (?<![\w.-]) (?=[\w.-]*?(?i:pass|pwd|pw|secret|token|key)) (?P<name>[\w.-]++)
      (?: (?:\\*+["'`])? \]?+ (?P<separator> [ \t]*+ (?: =(?![=~>]) | => | :=
            | :[ \t]*+(?:str|string|String|bytes|SecretStr)[ \t]*+=
            | :(?=\s|\\*+["']) ) [ \t]*+ )
        | (?<=[\w.-])(?P<space>[ \t]++)(?=[^\s=:-])
      )
    | (?i:(?<!\w)authorization) (?:\\*+["'])? [ \t]*+ [:=] [ \t]*+ (?:\\*+["'])?
      (?P<scheme>(?i:bearer|basic|token|digest|apikey)[ \t]++)
    """,
    re.VERBOSE,
)
_VALUE = re.compile(
    r"""
      "(?P<double>(?:[^"\\\n]|\\.)*+)
    | '(?P<single>[^'\n]*+)
    | (?P<escaped_quote>\\++["'])(?P<escaped>.*?)(?=\\++["']|$)
    | (?P<bare>(?:\[masked\]|\$\{\{[^{}\n]*+\}\}|\{\{[^{}\n]*+\}\}|\$\{[^{}\n]*+\}|\$\([^()\n]*+\)
        |[^\s"'`,;&)\]}]|[,;&)\]}](?!\s|$|[\w.-]{0,30}=))++)
    """,
    re.VERBOSE | re.MULTILINE,
)
_EXPRESSION = re.compile(
    r"[A-Za-z_][\w.]*[(\[]"  # a call, an item
    r"|(?:var|local|data|module|each|self|this|os|process|config|settings|request|req|params|env|secrets)\.[A-Za-z_]"
    r"|(?:await|new|not|lambda|function|async|if|fn)\Z"
)
_DOTTED = re.compile(r"[A-Za-z_]\w*+(?:\.[A-Za-z_]\w*+)++\Z")


class SecretMasker:
    """Masks all secrets that can be recognised in texts; fast because it first looks which kinds occur at all."""

    def __init__(self, corpus: bytes) -> None:
        """``corpus`` is UTF-8 that contains all the texts (JSON of them will do)."""
        self._tokens = _any_token(tuple(anchor for anchor, start in _ANCHORS.items() if start in corpus))
        low = corpus.lower()
        self._stems = tuple(stem for stem in _STEMS if stem.encode() in low)

    def mask(self, text: str) -> str:
        """The text with its secrets masked."""
        if self._tokens is not None:
            text = self._tokens.sub(_masked_token, text)
        if self._stems:
            low = text.lower()
            for stem in self._stems:
                if stem in low:
                    return _mask_assignments(text, low)
        return text


@lru_cache(maxsize=256)
def _any_token(anchors: tuple[str, ...]) -> re.Pattern[str] | None:
    return re.compile("|".join(_TOKENS[anchor] for anchor in anchors)) if anchors else None


def _masked_token(match: re.Match[str]) -> str:
    group = match.lastgroup
    if group is None:
        return MASK
    start, end = match.span(group)
    text = match.string
    return text[match.start() : start] + masked_literal(match[group]) + text[end : match.end()]


def _mask_assignments(text: str, low: str) -> str:
    if len(low) != len(text):
        low = text.replace("\u0130", "i").lower()  # the one character that grows
    parts: list[str] = []
    done = index = 0
    while (before := _BEFORE_VALUE.search(low, index)) is not None:
        index = before.end()
        kind = before.lastgroup
        name = "" if kind == "scheme" else _name(text, before)
        if kind != "scheme" and not is_secret_name(name):
            continue
        value = _VALUE.match(text, index)
        if value is None:
            continue
        group = value.lastgroup or ""
        literal = value[group]
        if group == "bare" and kind == "separator" and _is_expression(literal, before["separator"]):
            continue
        masked = masked_literal(literal)
        if masked != literal:
            parts += [text[done : value.start(group)], masked]
            done = value.end(group)
        index = value.end()
    return "".join([*parts, text[done:]]) if parts else text


def _name(text: str, before: re.Match[str]) -> str:
    """The name that a value is assigned to, empty where there is none after all."""
    if before["option"] is not None:
        return text[before.start("option") : before.end("option")]
    start = before.start()
    head = text[max(0, start - 64) : start]
    start -= len(head) - len(head.rstrip(_WORD_CHARACTERS))
    if before["pair"] is not None and not _BEFORE_PAIR.search(text[max(0, start - 160) : start]):
        return ""
    return text[start : before.start(before.lastgroup or 0)].rstrip("\\\"'`")


def _is_expression(value: str, separator: str) -> bool:
    """Whether a value without quotes is code rather than a literal: what it stands for is not in the text."""
    if _EXPRESSION.match(value) or is_secret_name(value):
        return True
    return separator.endswith(("= ", "=\t")) and _DOTTED.match(value) is not None
