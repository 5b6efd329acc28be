"""A trust file as TOML, defaults left out."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any

from gatekeeper.model.json import Json
from gatekeeper.verification.trust.model import Document

_BARE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")


def write(document: Document) -> bytes:
    """The file."""
    lines = [f"version = {document.version}"]
    for field in dataclasses.fields(document):
        if field.name != "version":
            for entry in getattr(document, field.name):
                lines += ["", f"[[{field.name}]]", *_entry(entry)]
    return ("\n".join(lines) + "\n").encode()


def _entry(entry: Any) -> Iterator[str]:
    for field in dataclasses.fields(entry):
        value = getattr(entry, field.name)
        default = field.default_factory() if field.default_factory is not dataclasses.MISSING else field.default
        if value != default:
            yield f"{field.name.rstrip('_')} = {_value(value)}"


def _value(value: Json) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(key)} = {_value(item)}" for key, item in value.items()) + " }"
    if isinstance(value, list | tuple):
        return f"[{', '.join(_value(item) for item in value)}]"
    if isinstance(value, bool | int | float):
        return json.dumps(value)
    return _text(str(value.value) if isinstance(value, Enum) else str(value))


def _key(key: str) -> str:
    return key if key and _BARE.issuperset(key) else _text(key)


def _text(text: str) -> str:
    # JSON's escapes are TOML's, but for DEL, which TOML wants escaped too.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")
