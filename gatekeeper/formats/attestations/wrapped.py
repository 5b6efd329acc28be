"""Documents that hold several attestations: what their readers have in common.

Such documents are signed by nobody. They hold attestations and nothing beside them, or what else they say could pass
for signed; what servers add to a single attestation over time is passed over, and the attestation is not ``closed``.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from hashlib import sha256
from typing import TypeVar

from gatekeeper.formats.attestations.base import Attestation
from gatekeeper.formats.sigstore.bundle import Bundle
from gatekeeper.formats.statement import Statement
from gatekeeper.model.json import Json, JsonObject

T = TypeVar("T")


def members(document: JsonObject, field: str, *others: str) -> list[JsonObject]:
    """The objects at ``field`` of a document that has no more fields than that and ``others``.

    Raises:
        ValueError: it has others, or there are none.
    """
    if unknown := document.keys() - {field, *others}:
        raise ValueError(f"unknown field {min(unknown)!r:.60} beside the attestations")
    return objects(document[field], field)


def objects(value: Json, where: str) -> list[JsonObject]:
    """The objects of an array.

    Raises:
        ValueError: it is no array of objects, or is empty.
    """
    if not isinstance(value, list) or not value or not all(isinstance(one, dict) for one in value):
        raise ValueError(f"{where}: an array of objects is expected")
    return value


def each(name: str, members: list[T], read: Callable[[str, T], Attestation]) -> list[Attestation]:
    """What ``read`` makes of a member and its name: the document's, with a number where there are several."""
    found = []
    for number, member in enumerate(members, 1):
        try:
            found.append(read(f"{name}:{number}" if len(members) > 1 else name, member))
        except ValueError as error:
            raise ValueError(f"attestation {number}: {error}") from None
    return found


def bundle_of(member: JsonObject) -> Bundle:
    """The bundle of a member ``{"bundle": ...}``.

    Raises:
        ValueError: it is missing or malformed.
    """
    if not isinstance(member.get("bundle"), dict):
        raise ValueError("it holds no bundle")
    return Bundle.from_json(member["bundle"])


def predicate_type(bundle: Bundle) -> str:
    """The predicate type that is signed; "" where no statement is."""
    try:
        return Statement.decode(bundle.envelope.payload).predicate_type
    except ValueError:
        return ""


def digest(member: Json) -> str:
    """The sha256 of a member: of its canonical JSON, for it has no bytes of its own."""
    # Not jsonable: it refuses large numbers, and this is asked for before the member was checked.
    return sha256(json.dumps(member, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()).hexdigest()
