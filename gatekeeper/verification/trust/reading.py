"""The bytes of a trust file as a ``Document``: every field known, every value of its type, errors with their lines."""

from __future__ import annotations

import dataclasses
import re
import types
from collections.abc import Mapping
from enum import Enum
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from gatekeeper.errors import SettingsError, UnreadableInput
from gatekeeper.model.json import Json
from gatekeeper.model.place import Key
from gatekeeper.syntax import toml
from gatekeeper.verification.trust.model import VERSION, Document

MAX_BYTES = 2 << 20
MAX_ENTRIES = 1000
_MAX_TABLES = 10 * MAX_ENTRIES  # of all kinds, and tables inside them
_TABLE = re.compile(rb"^[ \t]*+\[", re.MULTILINE)
_NAMES = {str: "a text", int: "a whole number"}

Path = tuple[Key, ...]


class Misfit(ValueError):
    """Something in a document is wrong; ``path`` are the keys that lead to it."""

    def __init__(self, path: Path, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.path = path
        self.hint = hint


def read(data: bytes, name: str) -> Document:
    """The document.

    Raises:
        SettingsError: it is no TOML, a field is unknown, missing or of another type; the message holds the line.
    """
    # Before it is parsed: that takes long for very many tables.
    if len(data) > MAX_BYTES:
        raise SettingsError(f"{name}: larger than {MAX_BYTES >> 10} KiB")
    if len(_TABLE.findall(data.replace(b"\0", b""))) > _MAX_TABLES:  # UTF-16 has those
        raise SettingsError(f"{name}: more than {MAX_ENTRIES} entries of a kind")
    try:
        document = toml.load(data)
    except UnreadableInput as error:
        place = f":{error.line}:{error.column}" if error.line else ""
        raise SettingsError(f"{name}{place}: {error.message}") from None
    try:
        if document.get("version") != VERSION or isinstance(document["version"], bool):
            raise Misfit(("version",), "version = 1 is expected", "it says how the rest is to be read")
        result: Document = _record(Document, document, ())
    except Misfit as error:
        raise located(error, data, name) from None
    return result


def located(error: Misfit, data: bytes, name: str) -> SettingsError:
    """The error as people see it, with the line in the file."""
    span = toml.find_many(data, [error.path])[0] if error.path else None
    place = f"{name}:{span.line}" if span else name
    return SettingsError(f"{place}: {shown(error.path)}{error}", hint=error.hint)


def shown(path: Path) -> str:
    """Keys for messages: ``rule 2, max_age: ``; entries count from 1."""
    words: list[str] = []
    for key in path:
        if isinstance(key, int):
            words[-1] += f" {key + 1}"
        else:
            words.append(key)
    return f"{', '.join(words)}: " if words else ""


def _record(cls: Any, value: Json, path: Path) -> Any:
    if not isinstance(value, Mapping):
        raise Misfit(path, "a table is expected")
    hints = get_type_hints(cls, include_extras=False)
    fields = {field.name.rstrip("_"): field for field in dataclasses.fields(cls)}
    for key in value:
        if key not in fields:
            import difflib  # noqa: PLC0415 - only where a message is written

            nearest = difflib.get_close_matches(key, fields, n=1, cutoff=0.5)
            hint = f"did you mean {nearest[0]}?" if nearest else f"known here: {', '.join(sorted(fields))}"
            raise Misfit((*path, key), "unknown field", hint)
    for key, field in fields.items():
        optional = (field.default, field.default_factory) != (dataclasses.MISSING, dataclasses.MISSING)
        if not optional and key not in value:
            raise Misfit((*path, key), "missing")
    return cls(**{fields[key].name: _value(hints[fields[key].name], item, (*path, key)) for key, item in value.items()})


def _value(hint: Any, value: Json, path: Path) -> Any:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _value(arguments[0], value, path)
    if origin in (Union, types.UnionType):
        # TOML has no null: what may be left out has a value where it is not.
        return _value(next(one for one in arguments if one is not type(None)), value, path)
    if origin is tuple:
        return _list(arguments[0], value, path)
    if origin is dict:
        if not isinstance(value, Mapping):
            raise Misfit(path, "a table is expected")
        return {key: _value(arguments[1], item, (*path, key)) for key, item in value.items()}
    if dataclasses.is_dataclass(hint):
        return _record(hint, value, path)
    if isinstance(hint, type) and issubclass(hint, Enum):
        known = [str(member.value) for member in hint]
        if value not in known:
            raise Misfit(path, f"{value!r:.60} is not known", f"one of: {', '.join(known)}")
        return hint(value)
    if hint is not Any and (not isinstance(value, hint) or isinstance(value, bool)):
        raise Misfit(path, f"{_NAMES[hint]} is expected, not {value!r:.60}")
    return value


def _list(hint: Any, value: Json, path: Path) -> tuple[Any, ...]:
    if not isinstance(value, list):
        table = dataclasses.is_dataclass(hint)
        raise Misfit(
            path,
            "a list is expected",
            f"begin each with [[{path[-1]}]]" if table else f"write {path[-1]} = [...]",
        )
    if len(value) > MAX_ENTRIES:
        raise Misfit(path, f"more than {MAX_ENTRIES} entries")
    return tuple(_value(hint, item, (*path, index)) for index, item in enumerate(value))
