"""Waivers files: who exempts which finding, why, and until when.

::

    [[waiver]]
    rule = "GK-INF-007"
    path = "deploy/legacy/**"
    owner = "platform team"
    reason = "the image is rebuilt without tags until the registry has moved"
    expires = 2027-01-31
    ticket = "OPS-1234"

Findings may have the same fingerprint, so a waiver with one also names the path, and is for one finding there.
"""

from __future__ import annotations

import difflib
from dataclasses import fields
from pathlib import Path

from gatekeeper.errors import SettingsError
from gatekeeper.formats import globs
from gatekeeper.model.finding import Waiver
from gatekeeper.model.json import Json, JsonObject
from gatekeeper.settings.files import parse_toml, read_toml

FILE_NAME = "gatekeeper.waivers.toml"
# Files that could not be read: no glob over rules covers them, and no waiver all of them.
GATES_OWN = "GK-GATE-001"
MAX_WAIVERS = 1000  # each is compared with each finding
MATCHES = ("path", "subject")
NEEDED = ("rule", "owner", "reason", "expires")


def read_waivers(path: Path, origin: str) -> tuple[Waiver, ...]:
    """All waivers of a file; ``origin`` says whose it is.

    A malformed expiry is kept as it is: it counts as expired.

    Raises:
        SettingsError: the file is malformed, a field is unknown, or rule, match, owner, reason or expiry is missing.
    """
    return _waivers(read_toml(path, str(path)), str(path), path.name, origin)


def parse_waivers(data: bytes, name: str, origin: str) -> tuple[Waiver, ...]:
    """The same for the bytes of a file that is called ``name``."""
    return _waivers(parse_toml(data, name), name, name, origin)


def _waivers(document: JsonObject, shown: str, name: str, origin: str) -> tuple[Waiver, ...]:
    entries = document.pop("waiver", [])
    if isinstance(entries, list) and len(entries) > MAX_WAIVERS:
        raise SettingsError(f"{shown}: more than {MAX_WAIVERS} waivers", hint="waive by path or subject, or mend some")
    if document or not isinstance(entries, list):
        raise SettingsError(f"{name}: holds nothing but [[waiver]] tables", hint="begin each waiver with [[waiver]]")
    return tuple(_waiver(entry, f"{name}: waiver {n}", f"{origin}: {name}") for n, entry in enumerate(entries, 1))


def _waiver(entry: Json, where: str, origin: str) -> Waiver:
    if not isinstance(entry, dict):
        raise SettingsError(f"{where} must be a table", hint="begin each waiver with [[waiver]]")
    known = {field.name for field in fields(Waiver)} - {"origin"}
    for key in entry.keys() - known:
        nearest = difflib.get_close_matches(key, known, n=1)
        raise SettingsError(f"{where}: unknown field {key}", hint=f"did you mean {nearest[0]}?" if nearest else "")
    values = {key: _text(value, f"{where}: {key}") for key, value in entry.items()}
    for key in NEEDED:
        if not values.get(key, "").strip():
            raise SettingsError(f"{where}: {key} is missing", hint="a waiver needs rule, owner, reason and expires")
    if not any(values.get(key) for key in MATCHES):
        raise SettingsError(f"{where}: nothing says which findings", hint=f"add {' or '.join(MATCHES)}")
    if values.get("fingerprint") and not values.get("path", "").strip("*/"):
        raise SettingsError(
            f"{where}: a fingerprint alone names findings in any file", hint="add the path of the finding's file"
        )
    if values["rule"] != GATES_OWN and globs.segment_matches(values["rule"], GATES_OWN):
        raise SettingsError(f"{where}: {values['rule']} also covers {GATES_OWN}", hint="name the rules that are waived")
    if values["rule"] == GATES_OWN and not values.get("path", "").strip("*/"):
        raise SettingsError(f"{where}: {GATES_OWN} is waived file by file", hint="name the path of the unreadable file")
    return Waiver(**values, origin=origin)


def _text(value: Json, where: str) -> str:
    if not isinstance(value, str):
        raise SettingsError(f"{where} must be text", hint="put it in quotes")
    return value
