"""Whether the beginning of a file is that of an OpenAPI document."""

from __future__ import annotations

import re
from collections.abc import Iterator

import orjson

from gatekeeper.collect.base import HEAD_BYTES
from gatekeeper.collect.spelling import documents, hidden, with_line_feeds
from gatekeeper.collect.yaml_files import head_text
from gatekeeper.syntax import json

_MARK = re.compile(r'"(?:[^"\\]|\\.)*(?:"|\\?\Z)|[{}\[\]:]', re.DOTALL)
_JSON_VERSION = re.compile(r"\s*:\s*\"3\.")
_CONTENT = re.compile(r"^([ ]*)(?!---|%|#)([^ \t\r\n#])", re.MULTILINE)
_YAML_VERSION = r"(?P<quote>[\"']?)openapi(?P=quote)[ \t]*:[ \t]+[\"']?3\."
_YAML_KEY = r"([A-Za-z]+):[ \t]*(?:#.*)?\r?$"
# A version behind a line end, a tag, an anchor, or as a block; an alias or an escape may stand for it.
_VERSION_START = (
    r"(?:\s|#[^\n]*+\n|[&!][^\s,\[\]{}]*+(?=\s)|[|>][-+0-9]*+(?=[ \t]*+\n))*+(?:[\"']?3\.|\"[^\"\n]*\\|\*\S)"
)
_LATE_VERSION = re.compile(rf"^([ ]*)[\"']?openapi[\"']?[ \t]*:(?=\s){_VERSION_START}", re.MULTILINE)
_SWAGGER = re.compile(r"^[ ]*[\"']?swagger[\"']?[ ]*:", re.MULTILINE)
_MEMBER = re.compile(r"[\"']?([A-Za-z$]++)[\"']?[ \t]*+:")
_MEMBERS = frozenset(
    ("$self", "externalDocs", "info", "jsonSchemaDialect", "paths", "security", "servers", "tags", "webhooks")
)
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
    text = head_text(head)
    return _json(text, len(head)) if text.lstrip().startswith("{") else _yaml(with_line_feeds(text), len(head))


def may_be_openapi(head: bytes, *, cut: bool) -> bool:
    """Whether only a parser can tell if it is OpenAPI, for how the key ``openapi`` or the version is written.

    With ``cut`` there is more behind ``head``: the key may follow behind other members of an API.
    """
    text = with_line_feeds(head_text(head))
    if text.lstrip().startswith("{"):
        return _may_be_flow(text, cut=cut)
    if any(_has_late_version(document) for document in documents(text)):
        return True
    first = _CONTENT.search(text) if cut else None
    member = _MEMBER.match(text, first.start(2)) if first else None
    if member is not None and member[1] in _MEMBERS and not _SWAGGER.search(text):
        return True
    return hidden(text, ("openapi",)) and _may_hold_version(text)


def _may_be_flow(text: str, *, cut: bool) -> bool:
    written, is_whole = json.leading_keys(text)
    keys = [_unescaped(f'"{key}"') for key in written]
    if "openapi" in keys:
        return _may_hold_version(text)
    if cut:
        return bool(keys) and keys[0] in _MEMBERS and "swagger" not in keys
    if is_whole and len(documents(text)) == 1:
        return False
    return hidden(text, ("openapi",)) and _may_hold_version(text)


def _may_hold_version(text: str) -> bool:
    return "3." in text or "\\" in text


def _has_late_version(document: str) -> bool:
    first = _CONTENT.search(document)
    return first is not None and any(match[1] == first[1] for match in _LATE_VERSION.finditer(document))


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
