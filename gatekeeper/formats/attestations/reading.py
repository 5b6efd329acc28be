"""Read attestations in any of the formats in which they travel, told apart by content, never by the file's name."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from json import JSONDecodeError
from typing import Protocol

from gatekeeper.formats import limits, strict_json
from gatekeeper.formats.attestations import envelope, github, npm, pypi_attestation, pypi_provenance, sigstore_bundle
from gatekeeper.formats.attestations.base import Attestation
from gatekeeper.model.json import Json, JsonObject

MAX_BYTES = 64 << 20
MAX_ATTESTATIONS = 10_000
MAX_VALUES = 1_000_000
MAX_DEPTH = 64
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
)


def read(name: str, data: bytes) -> list[Attestation]:
    """All attestations of a file: one document, or one a line. They are named ``name:LINE:NUMBER`` as far as needed.

    Raises:
        ValueError: it is too large, too deep, of no known format, or one of its attestations is malformed.
    """
    if len(data) > MAX_BYTES:
        raise ValueError(f"larger than {MAX_BYTES >> 20} MiB")
    if not _is_lines(data):
        return _document(name, data)
    found: list[Attestation] = []
    for number, line in _lines(data):
        try:
            found += _document(f"{name}:{number}", line)
        except ValueError as error:
            raise ValueError(f"line {number}: {error}") from None
        _check_number(found)
    return found


def _document(name: str, data: bytes) -> list[Attestation]:
    document = _parse(data)
    if not isinstance(document, dict):
        raise ValueError("no attestation: an object is expected")
    reader = next((one for one in READERS if one.recognises(document)), None)
    if reader is None:
        keys = ", ".join(f"{key!r:.40}" for key in list(document)[:5])
        raise ValueError(f"no known format of attestations: it has the fields {keys or 'none'}")
    found = reader.read(name, data, document)
    _check_number(found)
    return found


def _is_lines(data: bytes) -> bool:
    """Whether the first of several lines is a document of its own."""
    first, _, rest = data.lstrip(_SPACE).partition(b"\n")
    if not rest.strip(_SPACE):
        return False
    try:
        _parse(first)
    except ValueError:
        return False
    return True


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
