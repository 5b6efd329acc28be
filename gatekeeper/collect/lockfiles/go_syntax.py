"""The line syntax of go.mod: directives, blocks in parentheses, quoted strings and ``//`` comments.

Follows https://go.dev/ref/mod#go-mod-file-lexical.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gatekeeper.errors import UnreadableInput
from gatekeeper.model.place import Span

_TOKEN = re.compile(
    r"""[ \t]+ | (?P<comment>//.*) | (?P<string>"(?:[^"\\]++|\\.)*+"|`[^`]*`)
      | (?P<mark>=>|[()\[\],]) | (?P<word>(?:[^\s()\[\],"`/]++|/(?!/))++)""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Directive:
    """One directive: ``require example.com/m v1.0.0 // indirect`` is verb, arguments and comment."""

    verb: str
    arguments: tuple[str, ...]
    comment: str
    span: Span


def directives(lines: Sequence[str]) -> Iterator[Directive]:
    """All directives, those in blocks included.

    Raises:
        UnreadableInput: a line is no directive, or a block is not closed.
    """
    block = ""
    opened = 0
    for number, line in enumerate(lines, 1):
        tokens, comment, span = _tokens(line, number)
        if not tokens:
            continue
        if block:
            if tokens == [")"]:
                block = ""
                continue
            yield Directive(block, tuple(tokens), comment, span)
        elif len(tokens) >= 2 and tokens[1] == "(":
            if len(tokens) > 2 and tokens[2:] != [")"]:
                raise UnreadableInput("nothing may follow an opening parenthesis", line=number, column=span.column)
            block, opened = (tokens[0], number) if len(tokens) == 2 else ("", 0)
        else:
            yield Directive(tokens[0], tuple(tokens[1:]), comment, span)
    if block:
        raise UnreadableInput(f"the block of {block!r:.40} is not closed", line=opened, column=1)


def _tokens(line: str, number: int) -> tuple[list[str], str, Span]:
    tokens: list[str] = []
    comment = ""
    position, begin, end = 0, 0, 0
    while position < len(line):
        match = _TOKEN.match(line, position)
        if match is None:
            raise UnreadableInput(
                f"unexpected {line[position]!r}", line=number, column=position + 1, hint="`go mod edit` tells more"
            )
        position = match.end()
        kind = match.lastgroup
        if kind == "comment":
            comment = match.group()[2:].strip()
        elif kind is not None:
            begin = begin if tokens else match.start()
            end = match.end()
            tokens.append(_unquoted(match.group()) if kind == "string" else match.group())
    return tokens, comment, Span(number, begin + 1, number, end + 1)


def _unquoted(text: str) -> str:
    inner = text[1:-1]
    return inner if text[0] == "`" else re.sub(r"\\(.)", r"\1", inner)
