"""The baseline file: findings that were there before and do not count, a line each.

::

    [{"gatekeeper_baseline":1}
    ,{"rule":"GK-INF-007","path":"k8s/api.yaml","subject":"Deployment/api/api","count":1,"fingerprint":"c5a1..."}
    ]

It is JSON, sorted; no line numbers and no times stand in it, and the comma leads the line, so that two changes that
add or remove lines at different places merge without a conflict.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import orjson

from gatekeeper.errors import SettingsError
from gatekeeper.formats import jsonable, strict_json
from gatekeeper.model.finding import KnownFinding
from gatekeeper.model.json import Json
from gatekeeper.settings.files import read_regular

FILE_NAME = "gatekeeper.baseline.json"
MAX_BYTES = 32 << 20
MAX_COUNT = 1_000_000
_VERSION = 1
_HEADER = {"gatekeeper_baseline": _VERSION}
_FINGERPRINT = re.compile(r"[0-9a-f]{32}")
_MAKE = "remove it, and have `gatekeeper baseline create` write it anew"


def write_baseline(entries: Sequence[KnownFinding]) -> bytes:
    """The file, for entries of any order."""
    ordered = sorted(entries, key=lambda entry: (entry.rule, entry.path, entry.subject, entry.fingerprint))
    lines = [b"[" + orjson.dumps(_HEADER), *(b"," + _line(entry) for entry in ordered), b"]"]
    return b"\n".join(lines) + b"\n"


def read_baseline(path: Path, name: str = "") -> tuple[KnownFinding, ...]:
    """All entries of a file; ``name`` is what messages call it.

    Raises:
        SettingsError: it is missing, a link, too large, no such JSON, or names the same findings twice.
    """
    name = name or str(path)
    return parse_baseline(read_regular(path, name, MAX_BYTES), name)


def parse_baseline(data: bytes, name: str) -> tuple[KnownFinding, ...]:
    """The same for the bytes of a file that messages call ``name``."""
    try:
        document = strict_json.loads(data)
    except ValueError as error:
        raise SettingsError(f"{name}: is no JSON: {error}", hint="undo what broke it, e.g. a conflict") from None
    if not isinstance(document, list) or not document or not isinstance(document[0], dict):
        raise SettingsError(f"{name}: is no baseline", hint=_MAKE)
    version = document[0].get("gatekeeper_baseline")
    if document[0] != _HEADER or isinstance(version, bool):
        raise SettingsError(f"{name}: is no baseline of version {_VERSION}", hint=_MAKE)
    entries = tuple(_entry(item, f"{name}: finding {number}") for number, item in enumerate(document[1:], 1))
    seen: set[tuple[str, ...]] = set()
    for number, entry in enumerate(entries, 1):
        key = (entry.rule, entry.path, entry.subject, entry.fingerprint)
        if key in seen:
            raise SettingsError(
                f"{name}: finding {number} stands there twice ({entry.rule} in {entry.path})",
                hint="keep the line with the lower count, or remove the file and create it anew",
            )
        seen.add(key)
    return entries


def _line(entry: KnownFinding) -> bytes:
    return orjson.dumps(
        {
            "rule": entry.rule,
            "path": entry.path,
            "subject": entry.subject,
            "count": entry.count,
            "fingerprint": entry.fingerprint,
        }
    )


def _entry(item: Json, where: str) -> KnownFinding:
    try:
        entry = jsonable.decode(KnownFinding, item)
    except ValueError as error:
        raise SettingsError(f"{where}: {error}", hint=_MAKE) from None
    if not 1 <= entry.count <= MAX_COUNT:
        raise SettingsError(f"{where}: count is {entry.count}, which is not from 1 to {MAX_COUNT}", hint=_MAKE)
    if not _FINGERPRINT.fullmatch(entry.fingerprint):
        raise SettingsError(f"{where}: the fingerprint is not 32 hexadecimal digits", hint=_MAKE)
    return entry
