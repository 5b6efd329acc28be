"""References as engines read them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from gatekeeper.formats import jsonable

_KEYWORDS = "as|contains|default|else|every|false|if|import|in|not|null|package|some|true|with"
_PLAIN = re.compile(rf"(?!(?:{_KEYWORDS})\b)[A-Za-z_][A-Za-z0-9_]*")


def reference(root: str, keys: Iterable[str]) -> str:
    """``root.key["odd key"]``; words of the language stand in brackets, for older releases of OPA read no others."""
    parts = (f".{key}" if _PLAIN.fullmatch(key) else f"[{jsonable.dumps(key).decode()}]" for key in keys)
    return root + "".join(parts)


def reference_to(package: str, *names: str) -> str:
    """``data.package.name`` of a package as metadata name it: parts divided by dots."""
    return reference("data", (*package.split("."), *names))
