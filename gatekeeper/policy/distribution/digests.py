"""The digest of a file as OPA's signatures hold it.

``data.json`` and ``.manifest`` are digested as what they say, not as they are spelt: keys sorted, no white space,
numbers as they were written, strings as Go's encoder escapes them. Neither RFC 8785 nor ``json.dumps`` gives that.
Every other file is digested as its bytes (``v1/bundle/hash.go`` of OPA).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import sha256

from gatekeeper.model.json import Json
from gatekeeper.policy.distribution.archive import MANIFEST

ALGORITHM = "SHA-256"


class _Number(str):
    """A number as it was written."""

    __slots__ = ()


def digest(name: str, data: bytes) -> str:
    """Hex of the sha256 of a file of an archive.

    Raises:
        ValueError: it should be JSON, and is none, nests too deeply, or has a key twice (which two readers would
            read in two ways).
    """
    base = name.rpartition("/")[2]
    if base not in ("data.json", MANIFEST):
        return sha256(data).hexdigest()
    try:
        value = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_unique,
            parse_int=_Number,
            parse_float=_Number,
            parse_constant=_no_constant,
        )
        return sha256("".join(_encode(value)).encode("utf-8")).hexdigest()
    except RecursionError:
        raise ValueError("nests too deeply") from None
    except UnicodeEncodeError:
        raise ValueError("holds half of a surrogate pair") from None


def _encode(value: Json) -> Iterator[str]:
    if isinstance(value, dict):
        yield "{"
        for number, key in enumerate(sorted(value)):
            yield f"{',' if number else ''}{_text(key)}:"
            yield from _encode(value[key])
        yield "}"
    elif isinstance(value, list):
        yield "["
        for number, item in enumerate(value):
            if number:
                yield ","
            yield from _encode(item)
        yield "]"
    elif isinstance(value, _Number):
        yield str(value)
    elif isinstance(value, str):
        yield _text(value)
    else:
        yield {True: "true", False: "false", None: "null"}[value]


def _text(value: str) -> str:
    # Go escapes these two of all characters above the controls; HTML is left alone.
    return json.dumps(value, ensure_ascii=False).replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _unique(pairs: list[tuple[str, Json]]) -> Json:
    value = dict(pairs)
    if len(value) < len(pairs):
        raise ValueError("has a key twice")
    return value


def _no_constant(name: str) -> Json:
    raise ValueError(f"{name} is no JSON")
