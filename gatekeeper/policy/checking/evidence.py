"""The shapes of what policies read: the input and the settings, from the schemas of the model, and the data files."""

from __future__ import annotations

from gatekeeper.model.json import Json, JsonObject
from gatekeeper.model.settings import Settings
from gatekeeper.policy.checking import shapes
from gatekeeper.policy.checking.shapes import Case, Scalar, Shape
from gatekeeper.policy.schemas import schema as schema_of
from gatekeeper.policy.schemas import schemas

MAX_FIELDS = 256  # of an object in a data file; one with more is a table, whose keys are no fields

# What the schema cannot say. Of both, the fields' descriptions in the model are the source.
UNKNOWN_FIELDS = {("TerraformBlock", "values"), ("TerraformBlock", "count"), ("DockerStage", "image")}
LETTERS = {
    ("DockerInstruction", "name"): Case.UPPER,
    ("Operation", "method"): Case.LOWER,
    ("Response", "headers"): Case.LOWER,
}
_TYPES = {
    "string": Scalar.STRING,
    "integer": Scalar.NUMBER,
    "number": Scalar.NUMBER,
    "boolean": Scalar.BOOLEAN,
    "null": Scalar.NULL,
}


def input_shape() -> Shape:
    """What ``input`` is."""
    schema = schemas()["input"]
    return _Reader(schema["$defs"]).of(schema)


def data_shape(data: Json) -> Shape:
    """What ``data`` is besides rules: the data files, and ``data.gatekeeper.settings``."""
    written = _of_value(data)
    schema = schema_of(Settings, "settings")
    settings = shapes.record({"settings": _Reader(schema["$defs"]).of(schema)})
    ours = written.field("gatekeeper") or shapes.record({})
    fields = dict(written.fields) | {"gatekeeper": _overlaid(ours, settings)}
    return shapes.record(fields, written.rest)


def _overlaid(below: Shape, above: Shape) -> Shape:
    return shapes.record(dict(below.fields) | dict(above.fields), below.rest)


def _of_value(value: Json) -> Shape:
    if isinstance(value, dict):
        fields = {key: _of_value(item) for key, item in value.items()}
        if len(fields) > MAX_FIELDS:
            return shapes.record({}, shapes.union_of(*fields.values()))
        return shapes.record(fields)
    if isinstance(value, list):
        # The words of a list may be others tomorrow: they are no constants.
        return shapes.array(shapes.union_of(*{_of_value(item) for item in value}))
    if isinstance(value, str):
        return shapes.STRING
    if value is None:
        return shapes.NULL
    return shapes.BOOLEAN if isinstance(value, bool) else shapes.NUMBER


class _Reader:
    """Follows a schema; a definition that refers to itself is not followed into itself."""

    def __init__(self, definitions: JsonObject) -> None:
        self._definitions = definitions
        self._known: dict[str, Shape] = {}
        self._open: set[str] = set()

    def of(self, schema: Json, *, unknown: bool = False, case: Case | None = None) -> Shape:
        if "$ref" in schema:
            return self._definition(schema["$ref"].rpartition("/")[2])
        if "anyOf" in schema:
            return shapes.union_of(*(self.of(option, unknown=unknown, case=case) for option in schema["anyOf"]))
        if "enum" in schema:
            return shapes.constants(frozenset(schema["enum"]))
        match schema.get("type"):
            case "array":
                return shapes.array(self.of(schema["items"], unknown=unknown, case=case))
            case "object":
                return self._object(schema, "", unknown=unknown)
            case None:
                return shapes.MAYBE_UNKNOWN if unknown else shapes.OPEN
            case name:
                return shapes.scalar(_TYPES[name], case=case if name == "string" else None)

    def _definition(self, name: str) -> Shape:
        if name in self._open:
            return shapes.UNTRACKED
        if name not in self._known:
            self._open.add(name)
            self._known[name] = self._object(self._definitions[name], name)
            self._open.discard(name)
        return self._known[name]

    def _object(self, schema: JsonObject, owner: str, *, unknown: bool = False) -> Shape:
        fields = {
            name: self.of(field, unknown=unknown or (owner, name) in UNKNOWN_FIELDS, case=LETTERS.get((owner, name)))
            for name, field in schema.get("properties", {}).items()
        }
        rest = schema.get("additionalProperties", {})
        required = frozenset(schema.get("required", ()))
        return shapes.record(
            fields,
            None if rest is False else self.of(rest, unknown=unknown),
            optional=frozenset(fields) - required,
        )
