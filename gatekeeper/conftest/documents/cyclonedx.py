"""CycloneDX documents (``--parser cyclonedx``), in JSON or XML.

JSON stays as it is, once the parts that this module knows were found to be of the right types. XML becomes the JSON of
the same document; its ``bomFormat`` and ``specVersion`` are what conftest makes of them: ``""`` and ``SpecVersion(0)``.

Other than conftest: of XML, formulation, declarations, definitions, citations, model cards, cryptographic properties
and patents are refused; in JSON their types are not checked.
"""

from __future__ import annotations

from gatekeeper.conftest.documents.base import Parsed
from gatekeeper.conftest.documents.cyclonedx_fields import Field, fields
from gatekeeper.conftest.documents.cyclonedx_xml import read_xml
from gatekeeper.conftest.documents.golang import text_of
from gatekeeper.conftest.documents.json import loads
from gatekeeper.errors import UnreadableInput
from gatekeeper.model.json import Json

_VERSIONS = frozenset(f"1.{minor}" for minor in range(8))
_SCALARS: dict[str, type | tuple[type, ...]] = {
    "": str,
    "Reference": str,
    "bool": bool,
    "int": int,
    "float": (int, float),
    "single": (int, float),
}
_UNCHECKED = frozenset(("Licenses", "Tools", "Evidence", "Dependency", "DataFlow"))  # their JSON has another shape


def parse(path: str, data: bytes) -> Parsed:
    """The document of a file."""
    try:
        value = loads(text_of(data))
    except UnreadableInput:
        if data.lstrip()[:1] in (b"{", b"["):
            raise
        return read_xml(data)
    if value is not None and not isinstance(value, dict):
        raise UnreadableInput("a CycloneDX document is an object", line=1)
    if value is not None:
        if (version := value.get("specVersion")) is not None and version not in _VERSIONS:
            raise UnreadableInput(f"specVersion {str(version)[:20]!r} is not known", line=1)
        _check("BOM", value, "the document")
    return Parsed(value, (1,))


def _check(name: str, value: Json, where: str) -> None:
    if not isinstance(value, dict):
        raise UnreadableInput(f"{where} must be an object")
    for field in fields(name):
        item = value.get(field.name)
        if item is None or field.type in _UNCHECKED:
            continue
        if not field.is_array:
            _check_one(field, item, f"{where}.{field.name}")
        elif not isinstance(item, list):
            raise UnreadableInput(f"{where}.{field.name} must be an array")
        else:
            for one in item:
                if one is not None:
                    _check_one(field, one, f"{where}.{field.name}")


def _check_one(field: Field, value: Json, where: str) -> None:
    expected = _SCALARS.get(field.type)
    if expected is None:
        _check(field.type, value, where)
    elif not isinstance(value, expected) or (isinstance(value, bool) and expected is not bool):
        raise UnreadableInput(f"{where[:200]} is of the wrong type")
