"""Validation of CycloneDX documents against the schema that cyclonedx-python-lib ships, without the network."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import jsonschema_rs

from gatekeeper.errors import UnreadableInput
from gatekeeper.formats import jsonable
from gatekeeper.model.json import JsonObject

_BASE = "http://cyclonedx.org/schema/"
_SCHEMA = "bom-1.6.SNAPSHOT.schema.json"
# What the schema refers to, under the very names by which it does.
_REFERRED = ("spdx.SNAPSHOT.schema.json", "jsf-0.82.SNAPSHOT.schema.json")


def validate(document: bytes) -> None:
    """Check a CycloneDX 1.6 document in JSON.

    Raises:
        UnreadableInput: it is not valid; the message names the first place and what is wrong there.
    """
    try:
        value = jsonable.loads(document)
    except ValueError as error:
        raise UnreadableInput(f"is not valid JSON: {error}") from error
    problem = next(_validator().iter_errors(value), None)
    if problem is not None:
        where = "/".join(map(str, problem.instance_path)) or "the document"
        raise UnreadableInput(f"is not valid CycloneDX 1.6: {where}: {problem.message:.200}")


@cache
def _validator() -> jsonschema_rs.Validator:
    registry = jsonschema_rs.Registry([(_BASE + name, _load(name)) for name in _REFERRED], retriever=_refuse)
    return jsonschema_rs.validator_for(_load(_SCHEMA), registry=registry, retriever=_refuse)


def _load(name: str) -> JsonObject:
    schema: JsonObject = jsonable.loads((files("cyclonedx.schema") / "_res" / name).read_bytes())
    return schema


def _refuse(address: str) -> JsonObject:
    raise ValueError(f"{address} is not among the schemas that are shipped")
