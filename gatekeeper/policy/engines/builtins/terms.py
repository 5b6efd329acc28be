"""Values of Rego as OPA writes them into messages: `{"a": [1, null]}`, sets sorted, an empty one as `set()`."""

from __future__ import annotations

from typing import TypeAlias

from gatekeeper.model.json import Json

_Rank: TypeAlias = tuple[int, object]
_NAMED = {"\a": r"\a", "\b": r"\b", "\f": r"\f", "\n": r"\n", "\r": r"\r", "\t": r"\t", "\v": r"\v"}
_NAMED |= {'"': r"\"", "\\": r"\\"}


def written(value: Json) -> str:
    """The value as a literal of Rego."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return quoted(value)
        case list():
            return f"[{', '.join(map(written, value))}]"
        case dict():
            pairs = (f"{quoted(key)}: {written(value[key])}" for key in sorted(value))
            return f"{{{', '.join(pairs)}}}"
        case set():
            return f"{{{', '.join(map(written, sorted(value, key=_rank)))}}}" if value else "set()"
    return str(value)


def quoted(text: str) -> str:
    """A text as Go's ``strconv.Quote`` writes it."""
    return f'"{"".join(map(_character, text))}"'


def _character(character: str) -> str:
    if character in _NAMED:
        return _NAMED[character]
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x80 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _rank(value: Json) -> _Rank:
    """By type, then by value: sets hold no composite values here."""
    if value is None:
        return 0, 0
    return (1, value) if isinstance(value, bool) else (3, value) if isinstance(value, str) else (2, value)
