"""Settings files: ``gatekeeper.toml``, ``[tool.gatekeeper]`` in ``pyproject.toml``, the organisation's file."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from gatekeeper.errors import SettingsError, UnreadableInput
from gatekeeper.model.json import Json, JsonObject
from gatekeeper.settings.layers import ORGANISATION, REPOSITORY, Layer, flatten
from gatekeeper.syntax import toml

FILE_NAME = "gatekeeper.toml"
MAX_BYTES = 1 << 20
_FILES = ("policy.opa", *(f"policy.server.{name}" for name in ("token_file", "ca", "client_certificate", "client_key")))


def organisation_layer(path: Path) -> Layer:
    """The organisation's settings: those of a repository, and ``[organisation] lock = ["gate", "rules.GK-API-001"]``.

    Paths of keys, programs and certificates are relative to the folder of the file.

    Raises:
        SettingsError: the file is missing, malformed or sets something unknown.
    """
    document = read_toml(path, str(path))
    organisation = document.pop("organisation", {})
    lock = organisation.pop("lock", []) if isinstance(organisation, dict) else None
    if organisation or not isinstance(lock, list) or not all(isinstance(key, str) for key in lock):
        raise SettingsError(f"{path}: [organisation] holds one list of keys", hint='lock = ["*"] locks everything')
    values = {key: _beside(path, key, value) for key, value in flatten(document, str(path)).items()}
    return Layer(ORGANISATION, str(path), values, tuple(lock))


def _beside(settings: Path, key: str, value: Json) -> Json:
    """Files that the organisation names lie where its settings say, seen from the folder of these."""
    if key in _FILES and value:
        return str(settings.parent / value)
    if key == "policy.keys":
        return [{**entry, "file": str(settings.parent / entry["file"])} for entry in value]
    return value


def repository_layer(folder: Path) -> Layer | None:
    """The settings of the inspected repository, None where it has none.

    Raises:
        SettingsError: both files have settings, or one is malformed or sets something unknown.
    """
    own, project = folder / FILE_NAME, folder / "pyproject.toml"
    document = read_toml(own, FILE_NAME) if os.path.lexists(own) else None
    table = _tool_table(project)
    if document is not None and table is not None:
        raise SettingsError(f"both {FILE_NAME} and pyproject.toml have settings", hint="keep one of them")
    if document is not None:
        return Layer(REPOSITORY, FILE_NAME, flatten(document, FILE_NAME))
    if table is not None:
        return Layer(REPOSITORY, "pyproject.toml", flatten(table, "pyproject.toml [tool.gatekeeper]"))
    return None


def read_toml(path: Path, name: str) -> JsonObject:
    """A parsed TOML file; dates are text in ISO 8601.

    Raises:
        SettingsError: it is missing, a link, too large or no TOML; the message holds the line.
    """
    return parse_toml(read_regular(path, name), name)


def read_regular(path: Path, name: str, limit: int = MAX_BYTES) -> bytes:
    """The bytes of a file that may belong to the inspected repository; ``name`` is what messages call it.

    Raises:
        SettingsError: it is missing, a link, no regular file, or has more than ``limit`` bytes.
    """
    try:
        # Neither a link nor a pipe: both could lead anywhere, and for ever.
        number = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(number, "rb") as file:
            data = file.read(limit + 1) if stat.S_ISREG(os.fstat(number).st_mode) else None
    except OSError as error:
        hint = "" if isinstance(error, FileNotFoundError) else "it must be a regular file, not a link"
        raise SettingsError(f"{name}: {error.strerror}", hint=hint) from error
    if data is None or len(data) > limit:
        raise SettingsError(f"{name}: not a regular file of at most {limit} bytes", hint="replace it by a smaller file")
    return data


def parse_toml(data: bytes, name: str) -> JsonObject:
    """The document in the bytes of a file, which messages call ``name``; dates are text in ISO 8601.

    Raises:
        SettingsError: it is no TOML; the message holds the line.
    """
    try:
        document: JsonObject = toml.load(data)
    except UnreadableInput as error:
        place = f":{error.line}:{error.column}" if error.line else ""
        raise SettingsError(f"{name}{place}: {error.message}") from None
    return document


def _tool_table(project: Path) -> JsonObject | None:
    if not os.path.lexists(project):
        return None
    # Whether it can be read at all is the collector's business; here only our own table counts.
    try:
        data = read_regular(project, "pyproject.toml")
    except SettingsError:
        return None
    if b"gatekeeper" not in data:
        return None
    try:
        document = parse_toml(data, "pyproject.toml")
    except SettingsError:
        if b"tool.gatekeeper" in data:
            raise
        return None
    tool = document.get("tool", {})
    table = tool.get("gatekeeper") if isinstance(tool, dict) else None
    if table is not None and not isinstance(table, dict):
        raise SettingsError("pyproject.toml: tool.gatekeeper must be a table", hint="write [tool.gatekeeper]")
    return table
