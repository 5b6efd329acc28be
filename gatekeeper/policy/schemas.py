"""JSON Schemas (2020-12) of what policies see, of what the gate says and of its settings, generated from the model.

``python -m gatekeeper.policy.schemas`` writes one file a kind of evidence, ``input.json`` for all of it,
``decision.json`` and ``settings.json``. Objects are closed, so that nobody who checks against them misspells a field.
"""

from __future__ import annotations

import dataclasses
import types
from enum import Enum
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import orjson

from gatekeeper.model.decision import Decision
from gatekeeper.model.evidence import Evidence
from gatekeeper.model.json import JsonObject
from gatekeeper.model.settings import Settings
from gatekeeper.workspace.shipped import shipped_policies

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_SCALARS = {str: "string", int: "integer", float: "number", bool: "boolean", type(None): "null"}


def schemas() -> dict[str, JsonObject]:
    """All schemas by file name without suffix."""
    result = {
        "input": schema(Evidence, "input"),
        "decision": schema(Decision, "decision"),
        "settings": schema(Settings, "settings", written_by_people=True),
    }
    for name, hint in get_type_hints(Evidence, include_extras=True).items():
        if name != "version":
            result[name] = schema(hint, name)
    return result


def schema(hint: Any, title: str, *, written_by_people: bool = False) -> JsonObject:
    """The schema of a dataclass, or of anything that its fields may be.

    People may leave out what has a default; programs write every field.
    """
    definitions: JsonObject = {}
    root = _Generator(definitions, written_by_people).of(hint)
    return {"$schema": _DIALECT, "title": title, **root, "$defs": dict(sorted(definitions.items()))}


class _Generator:
    """Collects a definition for each dataclass that it comes across."""

    def __init__(self, definitions: JsonObject, written_by_people: bool) -> None:
        self._definitions = definitions
        self._written_by_people = written_by_people

    def of(self, hint: Any) -> JsonObject:
        origin, arguments = get_origin(hint), get_args(hint)
        if origin is Annotated:
            return {"description": arguments[1], **self.of(arguments[0])}
        if hint is Any:
            return {}
        if origin in (Union, types.UnionType):
            return {"anyOf": [self.of(argument) for argument in arguments]}
        if origin in (tuple, list):
            return {"type": "array", "items": self.of(arguments[0])}
        if origin is dict:
            return {"type": "object", "additionalProperties": self.of(arguments[1])}
        if dataclasses.is_dataclass(hint):
            return self._reference(hint)
        if isinstance(hint, type) and issubclass(hint, Enum):
            return {"type": "string", "enum": [str(member.value) for member in hint]}
        return {"type": _SCALARS[hint]}

    def _reference(self, cls: Any) -> JsonObject:
        name = cls.__name__
        if name not in self._definitions:
            self._definitions[name] = {}  # ends the recursion of a class that refers to itself
            hints = get_type_hints(cls, include_extras=True)
            properties = {field.name: self.of(hints[field.name]) for field in dataclasses.fields(cls)}
            required = sorted(field.name for field in dataclasses.fields(cls) if self._is_required(field))
            self._definitions[name] = {
                "description": (cls.__doc__ or "").partition("\n\n")[0],
                "type": "object",
                "properties": properties,
                "required": required,
                "additionalProperties": False,
            }
        return {"$ref": f"#/$defs/{name}"}

    def _is_required(self, field: dataclasses.Field[Any]) -> bool:
        optional = (field.default, field.default_factory) != (dataclasses.MISSING, dataclasses.MISSING)
        return not (self._written_by_people and optional)


def render(value: JsonObject) -> bytes:
    """A schema as it stands in its file."""
    return orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def main() -> None:
    """Write all schemas into the shipped policies."""
    folder = shipped_policies() / "schemas"
    for name, value in schemas().items():
        (folder / f"{name}.json").write_bytes(render(value))


if __name__ == "__main__":
    main()
