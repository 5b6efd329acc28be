"""Read attestations in any of the formats in which they travel, told apart by content, never by the file's name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from json import JSONDecodeError
from typing import Protocol

from gatekeeper.formats import limits, strict_json
from gatekeeper.formats.attestations import (
    cosign_descriptor,
    envelope,
    github,
    npm,
    pypi_attestation,
    pypi_provenance,
    sigstore_bundle,
)
from gatekeeper.formats.attestations.base import Attestation
from gatekeeper.model.json import Json, JsonObject

MAX_BYTES = 64 << 20
MAX_ATTESTATIONS = 10_000
MAX_VALUES = 1_000_000
MAX_DEPTH = 64
PACKED = "a pack of evidence, which `gatekeeper evidence unpack` lays out"
_PACK = b"pack/"  # the name of its first entry
_SPACE = b" \t\r\n"


class Reader(Protocol):
    """One format: a module with these two functions."""

    def recognises(self, document: JsonObject) -> bool:
        """Whether a document is of this format, well-formed or not."""
        ...

    def read(self, name: str, data: bytes, document: JsonObject) -> list[Attestation]:
        """The attestations of a document that was parsed from ``data``.

        Raises:
            ValueError: it is malformed.
        """
        ...


READERS: tuple[Reader, ...] = (
    sigstore_bundle,
    envelope,
    pypi_attestation,
    pypi_provenance,
    npm,
    github,
    cosign_descriptor,
)


def read(name: str, data: bytes) -> list[Attestation]:
    """All attestations of a file: one document, or one a line. They are named ``name:LINE:NUMBER`` as far as needed.

    Raises:
        ValueError: it is too large, too deep, of no known format, or one of its attestations is malformed.
    """
    contents = read_all(name, data, repeated=True)
    for wrong in contents.unread:
        raise ValueError(f"line {wrong.line}: {wrong.problem}" if wrong.line else wrong.problem)
    return contents.attestations


@dataclass(frozen=True, slots=True)
class Unread:
    """What holds no attestation that can be read, and why: a whole file, or the line ``line`` of it."""

    name: str
    problem: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Contents:
    """What a file holds. ``repeated`` counts the lines that say again what another one says; they are not read."""

    attestations: list[Attestation] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    repeated: int = 0


def read_all(name: str, data: bytes, *, repeated: bool = False) -> Contents:
    """Like ``read``, but each line for itself: one that cannot be read takes none of the others with it.

    Lines that repeat others are read as well if that is wanted by ``repeated``.
    """
    try:
        if len(data) > MAX_BYTES:
            raise ValueError(f"larger than {MAX_BYTES >> 20} MiB")
        if data.startswith(_PACK):
            raise ValueError(PACKED)
        if not _is_lines(data):
            return Contents(_document(name, data))
        lines = list(_lines(data))
    except ValueError as error:
        return Contents(unread=[Unread(name, str(error))])
    found: list[Attestation] = []
    bad: list[Unread] = []
    seen: set[bytes] = set()
    for number, line in lines:
        if line in seen and not repeated:
            continue
        seen.add(line)
        place = f"{name}:{number}"
        try:
            found += _document(place, line)
        except ValueError as error:
            bad.append(Unread(place, str(error), number))
        if len(found) > MAX_ATTESTATIONS:
            return Contents(unread=[Unread(name, f"more than {MAX_ATTESTATIONS} attestations")])
    return Contents(found, bad, 0 if repeated else len(lines) - len(seen))


def _document(name: str, data: bytes) -> list[Attestation]:
    document = _parse(data)
    if not isinstance(document, dict):
        raise ValueError("no attestation: an object is expected")
    reader = _reader_of(document)
    if reader is None:
        keys = ", ".join(f"{key!r:.40}" for key in list(document)[:5])
        raise ValueError(f"no known format of attestations: it has the fields {keys or 'none'}")
    found = reader.read(name, data, document)
    _check_number(found)
    return found


def _is_lines(data: bytes) -> bool:
    """Whether it is no document, but several lines are, at least one of which is one: damage may be anywhere."""
    first, _, rest = data.lstrip(_SPACE).partition(b"\n")
    if not rest.strip(_SPACE):
        return False
    if _object(first) is not None:
        return True
    if rest.count(b"\n") > MAX_ATTESTATIONS:
        return False  # more lines than are read: at most one document
    # A document that somebody made legible has lines that are objects, too.
    stripped = (line.strip(_SPACE) for line in BytesIO(rest))
    candidates = (line for line in stripped if line.startswith(b"{") and line.endswith(b"}"))
    objects = (_object(line) for line in candidates)
    recognised = any(one is not None and _reader_of(one) is not None for one in objects)
    return recognised and _object(data) is None


def _object(data: bytes) -> JsonObject | None:
    try:
        value = _parse(data)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _reader_of(document: JsonObject) -> Reader | None:
    return next((one for one in READERS if one.recognises(document)), None)


def _parse(data: bytes) -> Json:
    limits.check_json(data, values=MAX_VALUES, depth=MAX_DEPTH)
    try:
        return strict_json.loads(data)
    except (JSONDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"no JSON in UTF-8: {error}") from None


def _lines(data: bytes) -> Iterator[tuple[int, bytes]]:
    if data.count(b"\n") > MAX_ATTESTATIONS:
        raise ValueError(f"more than {MAX_ATTESTATIONS} lines")
    for number, line in enumerate(BytesIO(data), 1):
        if stripped := line.strip(_SPACE):
            yield number, stripped


def _check_number(found: list[Attestation]) -> None:
    if len(found) > MAX_ATTESTATIONS:
        raise ValueError(f"more than {MAX_ATTESTATIONS} attestations")
