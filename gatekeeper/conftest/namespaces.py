"""Go's ``path.Match`` for names without slashes: ``*``, ``?``, ``[a-z]``, ``[^a]`` and backslash."""

from __future__ import annotations

from gatekeeper.errors import UsageError

Token = tuple[str, tuple[tuple[str, str], ...]]


def matching(pattern: str, name: str) -> bool:
    """Whether the whole name matches. Time is bounded by the product of the lengths.

    Raises:
        UsageError: the pattern is malformed.
    """
    reachable = [True] + [False] * len(name)
    for kind, ranges in _tokens(pattern):
        if kind == "*":
            for index in range(len(name)):
                reachable[index + 1] = reachable[index + 1] or reachable[index]
            continue
        fits = [(kind == "not") != any(low <= character <= high for low, high in ranges) for character in name]
        reachable = [False] + [reachable[index] and fits[index] for index in range(len(name))]
    return reachable[-1]


def _tokens(pattern: str) -> list[Token]:
    tokens: list[Token] = []
    index = 0
    while index < len(pattern):
        character = pattern[index]
        if character == "*":
            tokens.append(("*", ()))
            index += 1
        elif character == "?":
            tokens.append(("not", ()))
            index += 1
        elif character == "[":
            token, index = _class(pattern, index + 1)
            tokens.append(token)
        else:
            character, index = _character(pattern, index)
            tokens.append(("one", ((character, character),)))
    return tokens


def _class(pattern: str, index: int) -> tuple[Token, int]:
    kind = "one"
    if pattern[index : index + 1] == "^":
        kind, index = "not", index + 1
    ranges: list[tuple[str, str]] = []
    while True:
        if pattern[index : index + 1] == "]" and ranges:
            return (kind, tuple(ranges)), index + 1
        if pattern[index : index + 1] in ("", "-", "]"):
            raise _malformed(pattern)
        low, index = _character(pattern, index)
        high = low
        if pattern[index : index + 1] == "-":
            if pattern[index + 1 : index + 2] in ("", "-", "]"):
                raise _malformed(pattern)
            high, index = _character(pattern, index + 1)
        ranges.append((low, high))


def _character(pattern: str, index: int) -> tuple[str, int]:
    if pattern[index] == "\\":
        index += 1
        if index == len(pattern):
            raise _malformed(pattern)
    return pattern[index], index + 1


def _malformed(pattern: str) -> UsageError:
    return UsageError(f"--namespace {pattern}: syntax error in pattern", hint="is a bracket open, or a range empty?")
