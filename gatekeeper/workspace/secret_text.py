"""Secrets inside text: what has the shape of a known token, and what is assigned to the name of a secret.

All patterns are linear.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from gatekeeper.workspace.secret_names import MASK, is_secret_name, secret_part
from gatekeeper.workspace.tokens import TOKENS, Token

_LEAST_NAMED, _MOST_NAMED = 24, 70  # characters of a value that is a secret together with its name
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
        low = corpus.lower()
        present = [token for token in TOKENS if _occurs(token, corpus, low)]
        self._tokens = [token for token in present if not token.ignores_case]
        self._tokens_of_any_case = [token for token in present if token.ignores_case]
        self._stems = tuple(stem for stem in _STEMS if stem.encode() in low)

    def mask(self, text: str) -> str:
        """The text with its secrets masked."""
        ranges = self.ranges(text)
        return masked(text, ranges) if ranges else text

    def mask_named(self, name: str, text: str) -> str:
        """The same for a text with a name, some shapes of which are secrets only together."""
        if not (_LEAST_NAMED <= len(text) <= _MOST_NAMED and self._stems):
            return self.mask(text)
        head = f'{name}="'
        end = len(head) + len(text)
        found = self.ranges(f'{head}{text}"')
        inside = [(max(first, len(head)), min(behind, end)) for first, behind in found]
        return masked(text, [(a - len(head), b - len(head)) for a, b in inside if a < b])

    def ranges(self, text: str, hidden: Sequence[tuple[int, int]] = ()) -> list[tuple[int, int]]:
        """Offsets of all secrets and of what else is to be hidden, in order, none touching another."""
        found = [(max(first, 0), min(behind, len(text))) for first, behind in hidden]
        found += _token_parts(self._tokens, text, text)
        if not (self._tokens_of_any_case or self._stems):
            return merged(found)
        low = text.lower()
        found = merged([*found, *_token_parts(self._tokens_of_any_case, text, low)])
        for stem in self._stems:
            if stem in low:
                # What is already known to be secret is no syntax: a quote in it ends nothing.
                return merged([*found, *_assigned_values(_filled(text, found))])
        return found


def masked(text: str, ranges: Sequence[tuple[int, int]]) -> str:
    """The text with ``MASK`` in place of each of the ranges, which are in order and do not overlap."""
    parts: list[str] = []
    done = 0
    for start, end in ranges:
        parts += [text[done:start], MASK]
        done = end
    return "".join([*parts, text[done:]])


def merged(ranges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The ranges in order, those that overlap or touch each other as one, without empty ones."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if start >= end:
            continue
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def _occurs(token: Token, corpus: bytes, low: bytes) -> bool:
    data = low if token.ignores_case else corpus
    return any(literal.encode() in data for literal in token.literals)


def _token_parts(tokens: Iterable[Token], text: str, with_literals: str) -> Iterator[tuple[int, int]]:
    for token in tokens:
        for literal in token.literals:
            if literal in with_literals:
                for start, end in token.spans(text):
                    part = secret_part(text[start:end])
                    if part is not None:
                        yield start + part[0], start + part[1]
                break


def _filled(text: str, ranges: Sequence[tuple[int, int]]) -> str:
    """The text with an x for each character of the ranges."""
    parts: list[str] = []
    done = 0
    for start, end in ranges:
        parts += [text[done:start], "x" * (end - start)]
        done = end
    return "".join([*parts, text[done:]]) if parts else text


def _assigned_values(text: str) -> Iterator[tuple[int, int]]:
    """What is assigned to names of secrets."""
    low = text.lower()
    if len(low) != len(text):
        low = text.replace("\u0130", "i").lower()  # the one character that grows
    index = 0
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
        if group == "bare" and (_is_structure(literal) or (kind == "separator" and _is_expression(literal, before))):
            continue
        part = secret_part(literal)
        if part is not None:
            yield value.start(group) + part[0], value.start(group) + part[1]
        index = value.end()


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


def _is_structure(value: str) -> bool:
    """Whether a value without quotes opens an object or a list, whose own names tell what is secret in it."""
    return value.startswith(("{", "[")) and not value.startswith(("{{", MASK))


def _is_expression(value: str, before: re.Match[str]) -> bool:
    """Whether a value without quotes is code rather than a literal: what it stands for is not in the text."""
    if _EXPRESSION.match(value) or is_secret_name(value):
        return True
    return before["separator"].endswith(("= ", "=\t")) and _DOTTED.match(value) is not None
