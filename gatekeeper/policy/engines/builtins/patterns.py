"""``regex.*`` as Go's ``regexp`` answers: patterns are translated, and then asked of the embedded engine itself."""

from __future__ import annotations

from functools import lru_cache
from itertools import count

from gatekeeper.model.json import Json
from gatekeeper.policy.engines.builtins.base import BuiltinError, Functions, integer, text
from gatekeeper.policy.engines.builtins.native import Native
from gatekeeper.policy.engines.builtins.re2 import translate

_NATIVE = Native("""\
package builtin

matched := regex.match(input[0], input[1])
found := regex.find_n(input[0], input[1], input[2])
groups := regex.find_all_string_submatch_n(input[0], input[1], input[2])
replaced := regex.replace(input[0], input[1], input[2])
""")
_PRIVATE_USE = 0xE000


def match(pattern: Json, value: Json) -> Json:
    """``regex.match``, and ``re_match`` of old."""
    return _ask("matched", translate(text(pattern, 1)), text(value, 2))


def find_n(pattern: Json, value: Json, number: Json) -> Json:
    """``regex.find_n``."""
    return _ask("found", translate(text(pattern, 1)), text(value, 2), integer(number, 3))


def find_groups(pattern: Json, value: Json, number: Json) -> Json:
    """``regex.find_all_string_submatch_n``."""
    return _ask("groups", translate(text(pattern, 1)), text(value, 2), integer(number, 3))


def replace(value: Json, pattern: Json, replacement: Json) -> Json:
    """``regex.replace``."""
    return _ask("replaced", text(value, 1), _compiled(text(pattern, 2)), text(replacement, 3))


def split(pattern: Json, value: Json) -> Json:
    """``regex.split``: no empty part in front of an empty match at the start, nor behind one at the end."""
    expression, whole = _compiled(text(pattern, 1)), text(value, 2)
    if expression and not whole:
        return [""]
    mark = next(chr(code) for code in count(_PRIVATE_USE) if chr(code) not in whole)
    marked = str(_ask("replaced", whole, expression, f"{mark}${{0}}{mark}")).split(mark)
    parts, begin, end, at = [], 0, 0, 0
    for before, matched in zip(marked[::2], marked[1::2], strict=False):
        end = at + len(before)
        at = end + len(matched)
        if at:
            parts.append(whole[begin:end])
        begin = at
    return [*parts, whole[begin:]] if end != len(whole) else parts


def is_valid(pattern: Json) -> Json:
    """``regex.is_valid``."""
    if not isinstance(pattern, str):
        return False
    try:
        _compiled(pattern)
    except (BuiltinError, RuntimeError):
        return False
    return True


def asked(pattern: str, value: str) -> bool:
    """Whether a pattern in the embedded engine's own syntax matches somewhere."""
    return bool(_ask("matched", pattern, value))


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> str:
    """The translated pattern, where the engine takes it: what replaces gives undefined for any other."""
    translated = translate(pattern)
    _ask("matched", translated, "")
    return translated


def _ask(rule: str, *operands: Json) -> Json:
    return _NATIVE.ask(rule, list(operands))


FUNCTIONS: Functions = {
    "re_match": match,
    "regex.find_all_string_submatch_n": find_groups,
    "regex.find_n": find_n,
    "regex.is_valid": is_valid,
    "regex.match": match,
    "regex.replace": replace,
    "regex.split": split,
}
