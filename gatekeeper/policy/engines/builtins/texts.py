"""Texts as OPA handles them: replacing in one pass, queries of addresses, empty patterns refused."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote_to_bytes

from gatekeeper.model.json import Json, JsonObject
from gatekeeper.policy.engines.builtins.base import BuiltinError, Functions, mapping, text

_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")


def indexof(value: Json, wanted: Json) -> Json:
    """``indexof``, in characters; -1 where there is none."""
    whole, part = text(value, 1), text(wanted, 2)
    if not part:
        raise BuiltinError("empty search character")
    return whole.find(part)


def indexof_n(value: Json, wanted: Json) -> Json:
    """``indexof_n``: all of them, overlapping ones too."""
    whole, part = text(value, 1), text(wanted, 2)
    if not part:
        raise BuiltinError("empty search character")
    found, at = list[int](), whole.find(part)
    while at >= 0:
        found.append(at)
        at = whole.find(part, at + 1)
    return found


def replace_n(patterns: Json, value: Json) -> Json:
    """``strings.replace_n``: what was put in is not replaced again; of several that fit the first by name counts."""
    pairs, whole = mapping(patterns, 1), text(value, 2)
    new = {text(old, 1): text(given, 1) for old, given in sorted(pairs.items())}
    if "" in new:
        raise BuiltinError("an empty text to replace is not known to the embedded engine")
    return re.sub("|".join(map(re.escape, new)), lambda found: new[found[0]], whole) if new else whole


def decode(value: Json) -> Json:
    """``urlquery.decode``."""
    return _decoded(text(value, 1))


def decode_object(value: Json) -> Json:
    """``urlquery.decode_object``: every value is a list."""
    found: JsonObject = {}
    for pair in text(value, 1).split("&"):
        if ";" in pair:
            raise BuiltinError("invalid semicolon separator in query")
        if pair:
            key, _, given = pair.partition("=")
            found.setdefault(_decoded(key), []).append(_decoded(given))
    return found


def encode(value: Json) -> Json:
    """``urlquery.encode``."""
    return _encoded(text(value, 1))


def _encoded(value: str) -> str:
    return quote(value, safe=" ~").replace(" ", "+")


def _decoded(value: str) -> str:
    if found := _BAD_ESCAPE.search(value):
        raise BuiltinError(f'invalid URL escape "{value[found.start() : found.start() + 3]}"')
    return unquote_to_bytes(value.replace("+", " ")).decode("utf-8", "replace")


FUNCTIONS: Functions = {
    "indexof": indexof,
    "indexof_n": indexof_n,
    "strings.replace_n": replace_n,
    "urlquery.decode": decode,
    "urlquery.decode_object": decode_object,
    "urlquery.encode": encode,
}
