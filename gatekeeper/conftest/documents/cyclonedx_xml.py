"""CycloneDX in XML, as the JSON of the same document. A field that JSON may leave out is left out where it is empty."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from gatekeeper.conftest.documents.base import Parsed
from gatekeeper.conftest.documents.cyclonedx_fields import NOT_IN_XML, Field, fields
from gatekeeper.conftest.documents.golang import SPACE, number, parse_float, shortest_single
from gatekeeper.conftest.documents.xml_tokens import Start, Text, decode, tokens
from gatekeeper.errors import UnreadableInput
from gatekeeper.model.json import Json, JsonObject
from gatekeeper.syntax.text import MAX_DEPTH

_TRUE = frozenset(("1", "t", "T", "TRUE", "true", "True"))
_FALSE = frozenset(("", "0", "f", "F", "FALSE", "false", "False"))


@dataclass(slots=True)
class _Element:
    name: str
    line: int
    attributes: dict[str, str]
    children: list[_Element] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(self.texts)

    def named(self, name: str) -> list[_Element]:
        return [child for child in self.children if child.name == name]


def read_xml(data: bytes) -> Parsed:
    """The document of a file.

    Raises:
        UnreadableInput: it is no CycloneDX, or holds parts that are read from JSON only.
    """
    root = _tree(decode(data))
    if root.name != "bom":
        raise UnreadableInput("the root element of CycloneDX is <bom>", line=root.line)
    body: JsonObject = {"bomFormat": "", "specVersion": "SpecVersion(0)", **_object("BOM", root)}
    return Parsed(body, (root.line,))


def _tree(text: str) -> _Element:
    top = _Element("", 1, {})
    stack = [top]
    for token in tokens(text):
        if isinstance(token, Start):
            element = _Element(token.name, token.line, dict(token.attributes))
            stack[-1].children.append(element)
            stack.append(element)
            if len(stack) > MAX_DEPTH // 2:
                raise UnreadableInput(f"nests deeper than {MAX_DEPTH // 2} levels", line=token.line)
        elif isinstance(token, Text):
            stack[-1].texts.append(token.text)
        else:
            stack.pop()
    if not top.children:
        raise UnreadableInput("is neither JSON nor XML", line=1)
    return top.children[0]


def _object(name: str, element: _Element) -> JsonObject:
    refused = NOT_IN_XML.get(name, frozenset())
    if wrong := next((child for child in element.children if child.name in refused), None):
        raise UnreadableInput(
            f"<{wrong.name}> of CycloneDX is not read from XML", line=wrong.line, hint="convert the document to JSON"
        )
    value: JsonObject = {}
    for field_ in fields(name):
        found = _field(field_, element)
        if found is not None and (found or field_.always or field_.whenever or isinstance(found, dict | list)):
            value[field_.name] = found
    return value


def _field(field_: Field, element: _Element) -> Json:
    """The value of a field; None where it has none."""
    if field_.kind == "#":
        return element.text
    if field_.kind == "@":
        text = element.attributes.get(field_.element)
        if text is None:
            return None if field_.whenever else _scalar(field_.type, "", element)
        return _scalar(field_.type, text, element)
    sources = element.named(field_.element)
    if field_.item:
        sources = [child for source in sources for child in source.named(field_.item)]
    if field_.is_array:
        return [_value(field_.type, source) for source in sources] or None
    if not sources:
        # Objects that JSON always has are there even where XML has none.
        return _empty(field_) if field_.always else None
    return _value(field_.type, sources[-1])


def _empty(field_: Field) -> Json:
    return _value(field_.type, _Element(field_.element, 0, {}))


def _value(kind: str, element: _Element) -> Json:
    if (special := _SPECIAL.get(kind)) is not None:
        return special(element)
    if kind in ("", "int", "float", "single", "bool"):
        return _scalar(kind, element.text, element)
    return _object(kind, element)


def _scalar(kind: str, text: str, element: _Element) -> Json:
    if not kind:
        return text
    text = text.strip(SPACE)
    if kind == "bool" and text in _TRUE | _FALSE:
        return text in _TRUE
    if kind == "int" and (not text or text.lstrip("+-").isdecimal()) and len(text) < 20:
        return number(float(int(text or 0)))
    if kind in ("float", "single"):
        found = parse_float(text or "0")
        if found is not None:
            return number(found if kind == "float" else shortest_single(found))
    raise UnreadableInput(f"{text[:40]!r} in <{element.name[:40]}> is no {kind}", line=element.line)


def _reference(element: _Element) -> Json:
    return element.attributes.get("ref", "")


def _dependency(element: _Element) -> Json:
    value: JsonObject = {"ref": element.attributes.get("ref", "")}
    for name, key in (("dependency", "dependsOn"), ("provides", "provides")):
        if found := element.named(name):
            value[key] = [_reference(child) for child in found]
    return value


def _licenses(element: _Element) -> Json:
    choices: list[Json] = []
    for child in element.children:
        if child.name == "expression":
            choices.append(_expression(_object("LicenseExpression", child)))
        elif child.name == "expression-detailed":
            choices.append(_expression(_object("LicenseExpressionDetailed", child)))
        elif child.name == "license":
            license_ = _object("License", child)
            if ("id" in license_) == ("name" in license_):
                raise UnreadableInput("a license has either an id or a name", line=child.line)
            choices.append({"license": license_})
        else:
            _refuse_unknown(child)
    return choices


def _expression(choice: JsonObject) -> JsonObject:
    if not choice["expression"]:
        del choice["expression"]
    return choice


def _tools(element: _Element) -> Json:
    old: list[Json] = []
    value: JsonObject = {}
    for child in element.children:
        if child.name == "tool":
            old.append(_object("Tool", child))
        elif child.name in ("components", "services"):
            kind = child.name.removesuffix("s")
            if found := [_object(kind.capitalize(), one) for one in child.named(kind)]:
                value[child.name] = found
        else:
            _refuse_unknown(child)
    if bool(old) == bool(value):
        raise UnreadableInput("tools are either <tool> or <components> and <services>", line=element.line)
    return old or value


def _evidence(element: _Element) -> Json:
    value: JsonObject = {}
    for child in element.children:
        if child.name == "identity":
            value.setdefault("identity", []).append(_object("Identity", child))
        elif child.name == "occurrences":
            _put(value, "occurrences", [_object("Occurrence", one) for one in child.named("occurrence")])
        elif child.name == "copyright":
            _put(value, "copyright", [_object("Copyright", one) for one in child.named("text")])
        elif child.name == "licenses":
            _put(value, "licenses", _licenses(child))
        elif child.name == "callstack":
            _put(value, "callstack", _object("Callstack", child))
        else:
            _refuse_unknown(child)
    return value


def _put(value: JsonObject, key: str, found: Json) -> None:
    if found:
        value[key] = found


def _data_flow(element: _Element) -> Json:
    value = {"flow": "", "classification": "", **_object("DataFlow", element)}
    for child in element.named("classification"):
        value["flow"] = child.attributes.get("flow", value["flow"])
        value["classification"] = child.text
    return value


def _refuse_unknown(element: _Element) -> None:
    raise UnreadableInput(f"<{element.name[:40]}> cannot stand here", line=element.line)


_SPECIAL: dict[str, Callable[[_Element], Json]] = {
    "Reference": _reference,
    "Dependency": _dependency,
    "Licenses": _licenses,
    "Tools": _tools,
    "Evidence": _evidence,
    "DataFlow": _data_flow,
}
