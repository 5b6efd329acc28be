"""Whether the beginning of a file is that of an OpenAPI document."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

import orjson

from gatekeeper.collect.base import HEAD_BYTES

_MARK = re.compile(r'"(?:[^"\\]|\\.)*(?:"|\\?\Z)|[{}\[\]:]', re.DOTALL)
_JSON_VERSION = re.compile(r"\s*:\s*\"3\.")
_CONTENT = re.compile(r"^([ ]*)(?!---|%|#)([^ \t\r\n#])", re.MULTILINE)
_YAML_VERSION = r"(?P<quote>[\"']?)openapi(?P=quote)[ \t]*:[ \t]+[\"']?3\."
_YAML_KEY = r"([A-Za-z]+):[ \t]*(?:#.*)?\r?$"
_SECTIONS = frozenset(
    (
        "schemas", "responses", "parameters", "examples", "requestBodies", "headers", "securitySchemes", "links",
        "callbacks", "pathItems", "mediaTypes",
    )
)  # fmt: skip


def begins_like_openapi(head: bytes) -> bool:
    """Whether ``openapi`` is a key at the top with a version 3, or may follow behind the components of an API.

    Tools that sort keys write ``components`` first, which can be longer than what is looked at.
    """
    text = _decode(head)
    return _json(text, len(head)) if text.lstrip().startswith("{") else _yaml(text, len(head))


def _decode(head: bytes) -> str:
    for bom, encoding in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if head.startswith(bom):
            return head[len(bom) :].decode(encoding, errors="replace")
    return head.removeprefix(codecs.BOM_UTF8).decode(errors="replace")


def _json(text: str, length: int) -> bool:
    sections: set[str] = set()
    parent = ""
    for depth, key, end in _keys(text):
        if depth == 1:
            parent = key
            if key == "openapi":
                return bool(_JSON_VERSION.match(text, end))
        elif parent == "components":
            sections.add(key)
    return length >= HEAD_BYTES and bool(sections) and sections <= _SECTIONS


def _keys(text: str) -> Iterator[tuple[int, str, int]]:
    """Depth, name and end of the keys in the two uppermost levels of a JSON object."""
    depth, last = 0, None
    for match in _MARK.finditer(text):
        mark = match[0]
        if mark == ":":
            if last is not None and depth <= 2:
                yield depth, _unescaped(last[0]), last.end()
        elif mark in "{[":
            depth += 1
        elif mark in "}]":
            depth -= 1
        last = match if mark.startswith('"') else None


def _unescaped(mark: str) -> str:
    try:
        return str(orjson.loads(mark))
    except ValueError:
        return ""


def _yaml(text: str, length: int) -> bool:
    first = _CONTENT.search(text)
    if first is None:
        return False
    indent = f"^[ ]{{{len(first[1])}}}"
    if re.search(indent + _YAML_VERSION, text, re.MULTILINE):
        return True
    if length < HEAD_BYTES or not re.match(r"components[ \t]*:", text[first.start(2) :]):
        return False
    rest = text[first.end(1) :].partition("\n")[2]
    inner = re.search(r"^([ ]+)[^ \t\r\n#]", rest, re.MULTILINE)
    if inner is None:
        return False
    sections = re.findall(f"^[ ]{{{len(inner[1])}}}{_YAML_KEY}", rest, re.MULTILINE)
    return bool(sections) and _SECTIONS.issuperset(sections)
